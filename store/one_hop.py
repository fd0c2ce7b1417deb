"""aiosqlite with one change of threads for a statement instead of four (open a cursor, execute, fetch, close).

A change of threads costs more than most of our statements. Measure it with bench/store_reads.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any, Self

from aiosqlite.core import Connection

ITER_CHUNK_SIZE = 64


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


def connect(database: str, **options: Any) -> OneHopConnection:
    """Like `aiosqlite.connect`; for SQLAlchemy's `async_creator_fn`. Its thread ends with the process."""
    connection = OneHopConnection(partial(sqlite3.connect, database, **options), ITER_CHUNK_SIZE)
    connection._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does for the connections it opens
    return connection
