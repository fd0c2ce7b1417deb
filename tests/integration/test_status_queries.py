"""What `/mat status` asks of the store: a few statements, the same few after years, and none that goes through a history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from mat.clinic import Clinic
from mat.huddles import HuddleSeries, Meeting, MeetingState, Template
from mat.plan import MilestoneRow, State, set_state
from mat.playbook import load_playbook
from tests.bot_under_test import BotUnderTest
from tests.fakes.slack_world import LEAD, MEMBER

Statement = tuple[str, Any]
STATUS_STATEMENTS = 5
"""The clinic of the channel, the caller's roles, the milestones, the last huddle held, and the caller's clinics."""

HISTORIES = ("meeting", "attendance", "milestone_change", "agenda_item", "occurrence", "post")


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """Every statement that any engine executes meanwhile."""
    seen: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def of_one_status(bot: BotUnderTest, words: str = "status") -> list[Statement]:
    await bot.slash(words)  # whatever only the first one asks is not counted
    with statements() as seen:
        answer = await bot.slash(words)
    assert "where we stand" in answer.shown
    return seen


async def add_years(bot: BotUnderTest, clinic: Clinic, days: int) -> None:
    """A huddle held and a milestone changed on each of `days`."""
    milestones = list(load_playbook().milestones)
    now = bot.clock()
    began = (now - timedelta(days=days)).replace(tzinfo=None)
    async with bot.bot.desk.work.writing() as books:
        at = books.at(clinic)
        await at.huddles.save_series(
            HuddleSeries("s1", Template.DAILY, "Daily huddle", "FREQ=DAILY", began, clinic.zone, 10, 10)
        )
        for day in range(days):
            when = now - timedelta(days=days - day)
            here = (LEAD.id, MEMBER.id)
            held = Meeting("s1", began + timedelta(days=day), when, MeetingState.HELD, LEAD.id, here)
            await at.huddles.save_meeting(held)
            row = MilestoneRow(milestones[day % len(milestones)])
            await at.milestones.record(set_state(row, State.MOVING, "", now=when, by=MEMBER.id, new_id=f"{day:032x}"))
        await books.commit()


@pytest.mark.parametrize("words", ["status", "status leadership"])
async def test_a_status_takes_five_statements(bot: BotUnderTest, clinic: Clinic, words: str) -> None:
    assert len(await of_one_status(bot, words)) == STATUS_STATEMENTS


async def test_nothing_is_kept_from_one_status_to_the_next(bot: BotUnderTest, clinic: Clinic) -> None:
    assert [text for text, _ in await of_one_status(bot)] == [text for text, _ in await of_one_status(bot)]


async def test_years_of_history_change_nothing_about_them(bot: BotUnderTest, clinic: Clinic) -> None:
    before = await of_one_status(bot)
    await add_years(bot, clinic, 800)
    assert await of_one_status(bot) == before


async def test_no_statement_goes_through_a_history(bot: BotUnderTest, clinic: Clinic) -> None:
    """By SQLite's own word on how it goes about each: what grows with the years is searched by more than the clinic."""
    await add_years(bot, clinic, 100)
    asked = await of_one_status(bot)
    with closing(sqlite3.connect(bot.folder / "data" / "matbot.db")) as store:
        plans = [store.execute(f"EXPLAIN QUERY PLAN {text}", values).fetchall() for text, values in asked]
    steps = [str(row[3]) for plan in plans for row in plan]
    on_histories = [step for step in steps if step.split()[1] in HISTORIES]
    assert on_histories, "the last huddle held is one of them"
    for step in on_histories:
        assert step.startswith("SEARCH"), step
        assert step.count("=?") > len(("workspace", "clinic")), step
