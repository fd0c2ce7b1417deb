"""Alembic environment of the concern store. `config.attributes` holds an open connection or a URL."""

from alembic import context
from sqlalchemy import Connection

from store.concerns.engines import migration_engine
from store.concerns.tables import metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = migration_engine(context.config.attributes["url"])
    with engine.connect() as opened:
        run(opened)
    engine.dispose()
