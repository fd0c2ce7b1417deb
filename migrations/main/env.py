"""Alembic environment of the main store. Whoever runs it hands over a URL in `config.attributes`."""

from alembic import context

from migrations.transaction import migrate
from store.engine import migration_engine
from store.tables import metadata

migrate(migration_engine(context.config.attributes["url"]), metadata)
