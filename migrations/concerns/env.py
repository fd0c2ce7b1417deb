"""Alembic environment of the concern store. Whoever runs it hands over a URL in `config.attributes`."""

from alembic import context

from migrations.transaction import migrate
from store.concerns.engines import migration_engine
from store.concerns.tables import metadata

migrate(migration_engine(context.config.attributes["url"]), metadata)
