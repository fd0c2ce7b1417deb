"""Runs migrations as one transaction: one that is killed leaves the old schema, two at once run one after the other."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Engine, MetaData, event
from sqlmodel import AutoString

from bot.rolling import oldest_code
from store.columns import Instant
from store.engine import lock_migrations


def migrate(engine: Engine, metadata: MetaData) -> None:
    """Runs what Alembic was asked for on `engine` and disposes of it. To be called by an `env.py`."""
    if engine.dialect.name == "sqlite":
        # Python's driver commits before DDL unless BEGIN is left to us:
        # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
        event.listen(engine, "connect", _driver_leaves_begin_to_us)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as connection:
            _run(connection, metadata)
    finally:
        engine.dispose()


def _run(connection: Connection, metadata: MetaData) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=_render,
        # SQLite can roll DDL back, though Alembic takes it for one that cannot.
        transactional_ddl=True,
    )
    with connection.begin():
        lock_migrations(connection)
        context.run_migrations()
        _say_who_may_work_here(connection)


def _say_who_may_work_here(connection: Connection) -> None:
    """For code that knows nothing of these migrations: `bot.rolling` reads it."""
    revision = context.get_context().get_current_revision()
    if connection.dialect.name == "postgresql" and revision:
        oldest = oldest_code(context.script, revision)
        connection.exec_driver_sql(
            f"COMMENT ON TABLE alembic_version IS 'works with code of schema {oldest} and newer'"
        )


def _driver_leaves_begin_to_us(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]


def _render(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """How a type is written in a generated migration."""
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    return "Instant()" if kind == "type" and isinstance(thing, Instant) else False
