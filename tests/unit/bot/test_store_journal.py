"""The journal of the main store is emptied once an hour."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store_journal import EVERY_SECONDS, keep_journal_short


class Hours:
    """A sleep that lets some hours pass at once, then ends whoever sleeps."""

    def __init__(self, number: int) -> None:
        self.left = number

    async def __call__(self, seconds: float) -> None:
        assert seconds == EVERY_SECONDS
        if not self.left:
            raise asyncio.CancelledError
        self.left -= 1


def hours(file: Path, number: int) -> None:
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(keep_journal_short(f"sqlite:///{file}", sleep=Hours(number)))


def test_what_was_deleted_is_gone_from_every_file_within_the_hour(tmp_path: Path) -> None:
    file = tmp_path / "matbot.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as bot:
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA secure_delete=ON",
            "CREATE TABLE word (text)",
            "INSERT INTO word VALUES ('giraffes')",
            "DELETE FROM word",
        ):
            bot.execute(statement)
        files = sorted(tmp_path.iterdir())
        hours(file, 0)
        assert any(b"giraffes" in one.read_bytes() for one in files)
        hours(file, 1)
        assert not any(b"giraffes" in one.read_bytes() for one in files)


def test_somebody_in_the_way_and_a_store_that_is_not_there_leave_it_to_the_next_hour(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "matbot.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as bot:
        bot.execute("PRAGMA journal_mode=WAL")
        bot.execute("CREATE TABLE word (text)")
        bot.execute("BEGIN IMMEDIATE")
        hours(file, 1)
    hours(tmp_path / "missing" / "matbot.db", 1)
    assert [record.message for record in caplog.records] == ["journal-not-emptied"] * 2
