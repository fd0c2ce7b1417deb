"""A scrub that somebody holds up for long is told to those who run the bot, and tells nothing of when a concern came."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from mat.concerns import Draft
from messages import audit as wording
from scheduler.retention import scrub_check
from store.concerns.box import ConcernStore
from tests.bot_under_test import BotUnderTest, with_clinic
from tests.concern_store import CLINIC, NOW, scrubbed


def held_open(file: Path) -> sqlite3.Connection:
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM concern").fetchone()
    return reader


async def test_only_rounds_of_the_keeper_that_fail_in_a_row_count(file_box: ConcernStore, tmp_path: Path) -> None:
    file = tmp_path / "data" / "concerns.db"
    with closing(held_open(file)):
        for _ in range(2):
            await file_box.raise_concern(Draft("other", "a text"), CLINIC, NOW)
            assert not await file_box._scrubber.now()
        assert scrub_check(file_box) is None, "not what follows a concern"
        await file_box.keep(NOW)
        await file_box.keep(NOW)
        assert scrub_check(file_box) is None
        await file_box.keep(NOW)
        assert scrub_check(file_box) == ("concern-scrub", wording.SCRUB_STUCK)
    await file_box.keep(NOW)
    assert scrub_check(file_box) is None


async def test_concerns_are_taken_while_another_program_holds_the_file(file_box: ConcernStore, tmp_path: Path) -> None:
    """A scrub that waits for a reader keeps every writer out meanwhile, and it is tried again and again."""
    with closing(held_open(tmp_path / "data" / "concerns.db")):
        await file_box.raise_concern(Draft("other", "a text"), CLINIC, NOW)
        for _ in range(5):
            scrub = asyncio.create_task(file_box._scrubber.now())
            await asyncio.sleep(0.05)
            await asyncio.gather(*(file_box.raise_concern(Draft("other", "a text"), CLINIC, NOW) for _ in range(3)))
            assert not await scrub


async def test_without_any_concern_the_same_is_told(file_box: ConcernStore, tmp_path: Path) -> None:
    """Else the word would tell that something had come."""
    await scrubbed(file_box)
    with closing(held_open(tmp_path / "data" / "concerns.db")) as reader:
        # The keeper's rewriting needs the file for itself, also when there is nothing new to write.
        for _ in range(3):
            await file_box.keep(NOW)
        assert file_box.scrub_stuck
        reader.execute("COMMIT")


async def test_the_audit_tells_those_who_run_the_bot(bot: BotUnderTest) -> None:
    await with_clinic(bot)
    with closing(held_open(bot.folder / "data" / "concerns.db")):
        for _ in range(3):
            await bot.bot.concerns.keep(bot.clock())
        report = await bot.bot.delivery.audit.look(bot.clock())
        await bot.bot.delivery.courier.tick()
    assert report.alarms == ("concern-scrub",)
    assert [wording.SCRUB_STUCK in str(post) for post in bot.slack.world.messages] == [True]
