"""Whether a store can be written, asked without writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from mat.errors import StoreIsAway, StoreIsBusy, StoreIsFull, StoreIsReadOnly
from store.health import writing_problem
from tests.stores import MAPLE, keep, open_work

WRITE_VERSION = 18
"""The place in a SQLite file of the version that a writer must know; a reader needs the one behind it."""


@contextmanager
def unwritable(file: Path) -> Iterator[None]:
    """Makes a file one that SQLite only reads, whoever runs it: it says that a newer version wrote it."""
    with file.open("r+b") as opened:
        opened.seek(WRITE_VERSION)
        before = opened.read(1)
        opened.seek(WRITE_VERSION)
        opened.write(b"\x09")
    yield
    with file.open("r+b") as opened:
        opened.seek(WRITE_VERSION)
        opened.write(before)


def test_a_store_that_can_be_written_has_no_problem_and_is_left_as_it_was(main_url: str) -> None:
    assert writing_problem(main_url) is None


async def test_it_holds_up_nobody_who_writes(main_url: str) -> None:
    async with open_work(main_url) as work:
        await keep(work, MAPLE)
        assert writing_problem(main_url) is None
        await keep(work, MAPLE)


def test_one_that_is_locked_for_longer_is_busy(sqlite_url: str) -> None:
    holder = sqlite3.connect(make_url(sqlite_url).database or "", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert isinstance(writing_problem(sqlite_url, wait=0.05), StoreIsBusy)
    holder.close()
    assert writing_problem(sqlite_url, wait=0.05) is None


def test_one_that_is_read_only_says_so(sqlite_url: str) -> None:
    with unwritable(Path(make_url(sqlite_url).database or "")):
        assert isinstance(writing_problem(sqlite_url), StoreIsReadOnly)
    assert writing_problem(sqlite_url) is None


def test_a_server_that_takes_reading_only_says_so(postgres_main_url: str) -> None:
    parsed = make_url(postgres_main_url)
    name, host = parsed.database, str(parsed.query["host"])
    with psycopg.connect(host=host, user=parsed.username, dbname=name, autocommit=True) as session:
        session.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert isinstance(writing_problem(postgres_main_url), StoreIsReadOnly)


def test_a_disk_without_room_is_full(sqlite_url: str) -> None:
    assert isinstance(writing_problem(sqlite_url, free_bytes=lambda _folder: 5_000), StoreIsFull)


def test_one_that_is_not_there_is_away(tmp_path: Path) -> None:
    assert isinstance(writing_problem(f"sqlite:///{tmp_path}/main.db"), StoreIsAway)
    assert isinstance(writing_problem(f"sqlite:///{tmp_path}/no/main.db"), StoreIsAway)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreIsAway):
        writing_problem(f"postgresql://x@/x?host={tmp_path}")
