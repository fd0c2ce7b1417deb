"""aiosqlite with one change of threads for a statement instead of four (open a cursor, execute, fetch, close).

A change of threads costs more than most of our statements. Measure it with bench/store_reads.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any, Self, TypeVar

from aiosqlite.core import Connection

ITER_CHUNK_SIZE = 64


Kind = TypeVar("Kind", bound="OneHopConnection")


class OneHopCursor:
    """What SQLAlchemy's adapter asks of a cursor: executes and fetches all in one go, and answers from memory."""

    __slots__ = ("_connection", "_rows", "arraysize", "description", "lastrowid", "rowcount")

    def __init__(self, connection: OneHopConnection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.arraysize = 1
        self.description: Any = None
        self.lastrowid: int | None = None
        self.rowcount = -1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> OneHopCursor:
        await self._connection.in_thread(self._run, sqlite3.Cursor.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Any) -> OneHopCursor:
        await self._connection.in_thread(self._run, sqlite3.Cursor.executemany, sql, parameters)
        return self

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = ()

    def _run(self, raw: sqlite3.Connection, how: Any, sql: str, parameters: Any) -> None:
        cursor = raw.cursor()
        try:
            how(cursor, sql, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else ()
            self.rowcount = cursor.rowcount
            self.lastrowid = cursor.lastrowid
        finally:
            cursor.close()


class OneHopConnection(Connection):
    """An aiosqlite connection whose cursors change threads once."""

    def cursor(self) -> OneHopCursor:  # type: ignore[override]  # aiosqlite's own is opened in the thread
        return OneHopCursor(self)

    async def _connect(self) -> Connection:
        try:
            return await super()._connect()
        except sqlite3.Error:
            # aiosqlite only asks its thread to end; left alone it may end after the loop, and complain that it is closed.
            self._thread.join()
            raise

    async def in_thread(self, what: Any, *arguments: Any) -> None:
        await self._execute(what, self._conn, *arguments)  # type: ignore[no-untyped-call]


class NoHopConnection(OneHopConnection):
    """A connection whose statements run in the event loop's own thread, while everything else waits.

    For a few rows by their keys, thousands of times a minute: there a thread of its own would spend three times as long
    on taking the interpreter away from the loop, row by row, and giving it back.
    """

    async def in_thread(self, what: Any, *arguments: Any) -> None:
        what(self._conn, *arguments)


def connect(database: str, **options: Any) -> OneHopConnection:
    """Like `aiosqlite.connect`; for SQLAlchemy's `async_creator_fn`. Its thread ends with the process."""
    return _opening(OneHopConnection, database, **options)


def connect_without_hops(database: str, **options: Any) -> NoHopConnection:
    """The same for a connection that changes threads only to be opened and closed. It must never wait for a lock."""
    return _opening(NoHopConnection, database, **options)


def _opening(kind: type[Kind], database: str, **options: Any) -> Kind:
    connection = kind(partial(sqlite3.connect, database, **options), ITER_CHUNK_SIZE)
    connection._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does for the connections it opens
    return connection
