"""Engines of the main store: one for writers, one for readers that cannot write and need no transaction."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from store import one_hop

# Any fixed number that no other program on the same Postgres is likely to lock.
MIGRATION_LOCK = 6_062_026

BUSY_TIMEOUT_MS = 2_000
"""How long to wait for a locked store. Slack waits three seconds for an answer, and "busy" must still get through."""

IDLE_TIMEOUT_MS = 15_000
"""How long an open transaction may wait on Postgres for a process that does nothing: a frozen one must not hold locks for ever."""

WRITERS_CACHE_KIB = 4_000
"""A batch of the planner changes more pages than the 2 MB that SQLite keeps by itself; what does not fit is written twice."""

JOURNAL_PAGES = 8_000
"""So many (32 MB) wait in the journal before they go into the file; SQLite by itself waits for the disk at each batch.

`bot.store_journal` empties it once an hour.
"""

QUIET_SECONDS = 1.0
"""A connection to Postgres that was used less long ago is taken to hold; an older one is asked first."""

# A reader leaves nothing to roll back, so ending its unit and handing its connection back cost no statement. On Postgres each
# statement saw what was committed until then anyway.
_NOTHING_TO_ROLL_BACK: dict[str, Any] = {
    "isolation_level": "AUTOCOMMIT",
    "skip_autocommit_rollback": True,
    "pool_reset_on_return": None,
}


@dataclass(frozen=True, slots=True)
class Engines:
    """`writer` and `reader` of one store.

    `near`: on SQLite, reads a few rows by their keys in the event loop's own thread, and refuses at once where it would have to wait.
    """

    writer: AsyncEngine
    reader: AsyncEngine
    near: AsyncEngine | None = None

    @property
    def of_lanes(self) -> Engines:
        """For the posts of lanes, each of which needs a few rows: there a change of threads costs more than the reading."""
        return Engines(self.writer, self.near or self.reader)

    async def close(self) -> None:
        for engine in (self.near, self.reader, self.writer):
            if engine is not None:
                await engine.dispose()


def async_url(url: str) -> URL:
    """The URL with the async driver used here, aiosqlite or psycopg 3. Raises `ValueError` for any other database."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise ValueError(f"MAT_DATABASE_URL names {backend}; SQLite and Postgres are what I can use")


def sync_url(url: str) -> URL:
    """The URL with a blocking driver. Raises `ValueError` like `async_url`."""
    parsed = async_url(url)
    return parsed.set(drivername="sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg")


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite store; None on Postgres."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def lock_migrations(connection: Connection) -> None:
    """Until its transaction ends no other upgrade of this Postgres goes on; SQLite's writers come one after the other anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


def migration_engine(url: str) -> Engine:
    """A blocking engine for migrations; makes the SQLite file first, readable by its owner alone."""
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDONLY, 0o600))
    return create_engine(sync_url(url), hide_parameters=True)


def open_engines(url: str, *, busy_ms: int = BUSY_TIMEOUT_MS, most: int = 10) -> Engines:
    """Engines for the main store. `hide_parameters`: an error never carries what people wrote.

    `most`: connections of each engine on Postgres.
    """
    target = async_url(url)
    wait: dict[str, Any] = {"hide_parameters": True, "pool_timeout": busy_ms / 1000}
    if target.get_backend_name() == "postgresql":
        return _on_postgres(target, busy_ms, {"pool_size": most, "max_overflow": 0, **wait})
    opening = {"connect_args": {"async_creator_fn": one_hop.connect}, **wait}
    # One connection: writers of this process queue for it in order, instead of polling a locked file.
    writer = create_async_engine(target, pool_size=1, max_overflow=0, **opening)
    # Each connection is a thread. More than a few of them only fight for the interpreter (bench/store_reads.py).
    few: dict[str, Any] = {"pool_size": 4, "max_overflow": 0, "pool_use_lifo": True}
    reader = create_async_engine(target, **few, **_NOTHING_TO_ROLL_BACK, **opening)
    beside = {"connect_args": {"async_creator_fn": one_hop.connect_without_hops}, **wait}
    near = create_async_engine(target, **few, **_NOTHING_TO_ROLL_BACK, **beside)
    pragmas = (f"busy_timeout={busy_ms}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")
    # Overwrites what is deleted: forgotten is forgotten in the file too.
    own = ("secure_delete=ON", f"cache_size=-{WRITERS_CACHE_KIB}", f"wal_autocheckpoint={JOURNAL_PAGES}")
    event.listen(writer.sync_engine, "connect", _pragmas(*pragmas, *own))
    # Writing in a reading unit would be kept without a commit: refuse it.
    event.listen(reader.sync_engine, "connect", _pragmas(*pragmas, "query_only=ON"))
    # Waiting would hold up everything.
    event.listen(near.sync_engine, "connect", _pragmas("busy_timeout=0", *pragmas[1:], "query_only=ON"))
    event.listen(writer.sync_engine, "connect", _driver_leaves_begin_to_us)
    # With a deferred BEGIN two writers that both read first lose one of the two transactions.
    event.listen(writer.sync_engine, "begin", _begin_immediate)
    return Engines(writer, reader, near)


def _on_postgres(target: URL, busy_ms: int, how: dict[str, Any]) -> Engines:
    limits = f"-c lock_timeout={busy_ms} -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MS}"
    writing: dict[str, Any] = {"options": limits, "connect_timeout": 5}
    reading = {**writing, "options": f"{limits} -c default_transaction_read_only=on"}
    writer = create_async_engine(target, connect_args=writing, **how)
    reader = create_async_engine(target, connect_args=reading, pool_use_lifo=True, **_NOTHING_TO_ROLL_BACK, **how)
    for engine in (writer, reader):
        _ask_after_a_pause(engine)
    return Engines(writer, reader)


def _ask_after_a_pause(engine: AsyncEngine) -> None:
    """SQLAlchemy's own `pool_pre_ping` asks each time, which at eight o'clock is every fifth statement."""

    def handed_back(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    def handed_out(connection: Any, record: Any, _fairy: Any) -> None:
        used = record.info.get("used")
        if used is None or time.monotonic() - used < QUIET_SECONDS:
            return
        dialect = engine.sync_engine.dialect
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as problem:
            # All of the pool's connections are opened anew: what cut this one cut the others too.
            raise InvalidatePoolError from problem

    event.listen(engine.sync_engine, "checkin", handed_back)
    event.listen(engine.sync_engine, "checkout", handed_out)


def _pragmas(*pragmas: str) -> Callable[[Any, Any], None]:
    def set_pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return set_pragmas


def _driver_leaves_begin_to_us(connection: Any, _record: Any) -> None:
    connection.isolation_level = None


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
