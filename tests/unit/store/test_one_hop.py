"""The cursor that changes threads once does what the driver's own does."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator

import pytest

from store import one_hop


@pytest.fixture(params=[one_hop.connect, one_hop.connect_without_hops])
async def connection(request: pytest.FixtureRequest) -> AsyncIterator[one_hop.OneHopConnection]:
    options = {"isolation_level": None, "check_same_thread": False}
    async with request.param(":memory:", **options) as opened:
        await opened.cursor().execute("CREATE TABLE word (id INTEGER PRIMARY KEY, text)")
        yield opened


async def test_rows_and_their_description(connection: one_hop.OneHopConnection) -> None:
    cursor = connection.cursor()
    assert await cursor.__aenter__() is cursor
    await cursor.executemany("INSERT INTO word (text) VALUES (?)", [("one",), ("two",), ("three",)])
    assert (cursor.rowcount, cursor.description) == (3, None)
    await cursor.execute("INSERT INTO word (text) VALUES (?)", ("four",))
    assert (cursor.rowcount, cursor.lastrowid) == (1, 4)
    await cursor.execute("SELECT id, text FROM word WHERE id > ?", (2,))
    assert [column[0] for column in cursor.description] == ["id", "text"]
    assert list(await cursor.fetchall()) == [(3, "three"), (4, "four")]
    await cursor.execute("INSERT INTO word (text) VALUES ('five') RETURNING id")
    assert list(await cursor.fetchall()) == [(5,)]
    await cursor.close()
    assert list(await cursor.fetchall()) == []


async def test_an_error_comes_out_and_the_connection_goes_on(connection: one_hop.OneHopConnection) -> None:
    cursor = connection.cursor()
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await cursor.execute("SELECT * FROM nowhere")
    await cursor.execute("SELECT 1")
    assert list(await cursor.fetchall()) == [(1,)]
