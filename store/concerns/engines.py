"""Engines of the concern store: a file of its own on SQLite, a schema of its own on Postgres.

Every connection, also that of a migration, is told how to forget and is asked whether it listened.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from mat.errors import ConcernStoreUnsafe
from store.engine import Engines, async_url, lock_migrations, sync_url

FILE = "concerns.db"
SCHEMA = "concerns"
# A submission is answered within Slack's three seconds, also when the answer is "busy": one wait in line, one for the lock.
WAIT_SECONDS = 1.2
_WAIT_MS = int(1000 * WAIT_SECONDS)
_SEARCH_PATH = {"options": f"-csearch_path={SCHEMA}"}
_SEARCH_PATH_AND_WAIT = {"options": f"-csearch_path={SCHEMA} -clock_timeout={_WAIT_MS}"}

_PRAGMAS: dict[str, tuple[str, object]] = {
    # What is deleted is overwritten with zeros; SQLite keeps this per connection, never in the file.
    "secure_delete": ("ON", 1),
    "journal_mode": ("WAL", "wal"),
    # A receipt may only be shown once the concern would survive a power cut.
    "synchronous": ("FULL", 2),
    "temp_store": ("MEMORY", 2),
    "trusted_schema": ("OFF", 0),
    "busy_timeout": (str(_WAIT_MS), _WAIT_MS),
}
_READER_PRAGMAS = {**_PRAGMAS, "query_only": ("ON", 1)}
# The journal is chosen when the bot opens the store, and stays in the file. The first choice waits for nobody, so two upgrades
# at once must not make it.
_MIGRATION_PRAGMAS = {name: value for name, value in _PRAGMAS.items() if name != "journal_mode"}


def concern_url(database_url: str, data_dir: Path) -> str:
    """Where concerns live, given the main store's URL: beside it in the data folder, or in the same Postgres."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        return url.render_as_string(hide_password=False)
    return URL.create("sqlite", database=str(data_dir / FILE)).render_as_string()


def file_of(url: str) -> Path | None:
    """The database file; None on Postgres."""
    parsed = make_url(url)
    return Path(parsed.database or FILE) if parsed.get_backend_name() == "sqlite" else None


def set_pragmas(connection: Any, pragmas: dict[str, tuple[str, object]] = _PRAGMAS) -> None:
    """Sets each pragma and reads it back. Raises ConcernStoreUnsafe for one that did not take."""
    cursor = connection.cursor()
    for name, (wanted, expected) in pragmas.items():
        cursor.execute(f"PRAGMA {name}={wanted}")
        cursor.execute(f"PRAGMA {name}")
        row = cursor.fetchone()
        if row is None or row[0] != expected:
            raise ConcernStoreUnsafe(setting=name)
    cursor.close()


def migration_engine(url: str) -> Engine:
    """The blocking engine on which migrations run; makes the file (readable by its owner alone) or the schema first."""
    file, target = file_of(url), sync_url(url)
    if file is None:
        bare = create_engine(target, hide_parameters=True)
        with bare.begin() as connection:
            # IF NOT EXISTS alone does not keep two from making it at once: the second fails.
            lock_migrations(connection)
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        bare.dispose()
        return create_engine(target, hide_parameters=True, connect_args=_SEARCH_PATH)
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(target, hide_parameters=True)
    event.listen(engine, "connect", lambda connection, _record: set_pragmas(connection, _MIGRATION_PRAGMAS))
    return engine


def open_engines(url: str) -> Engines:
    """A writer and a reader. `hide_parameters`: no error carries what a statement was given."""
    target = async_url(url)
    if file_of(url) is None:
        engine = create_async_engine(
            target,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_timeout=WAIT_SECONDS,
            connect_args=_SEARCH_PATH_AND_WAIT,
        )
        return Engines(engine, engine)
    # One writer at a time is all that SQLite has; waiting in the pool's line is fairer than in its lock.
    writer = create_async_engine(target, hide_parameters=True, pool_size=1, max_overflow=0, pool_timeout=WAIT_SECONDS)
    reader = create_async_engine(target, hide_parameters=True, isolation_level="AUTOCOMMIT", pool_timeout=WAIT_SECONDS)
    event.listen(writer.sync_engine, "connect", _open_writer)
    event.listen(writer.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    event.listen(reader.sync_engine, "connect", lambda connection, _record: set_pragmas(connection, _READER_PRAGMAS))
    return Engines(writer, reader)


def _open_writer(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    set_pragmas(connection)
