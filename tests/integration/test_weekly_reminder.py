"""The Monday reminder in the team's channel stays true while people press its buttons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mat.clinic import Clinic
from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, BotUnderTest
from tests.fakes.slack_limits import message_faults
from tests.fakes.slack_world import MEMBER, TEAM_CHANNEL

PDMP = "Everyone enrolled in PDMP"


@pytest.fixture
async def due_now(bot: BotUnderTest, clinic: Clinic) -> None:
    """The next reminder is a week from now; by then some milestones are late."""
    async with bot.bot.desk.work.writing() as books:
        await keep_schedules(books.at(HERE), HERE, bot.clock() + timedelta(minutes=1))
        await books.commit()


async def comes(bot: BotUnderTest) -> Any:
    bot.clock.jump_to(bot.clock.now + timedelta(days=7, minutes=1))
    await bot.bot.delivery.planner.tick()
    await bot.bot.delivery.courier.tick()
    return standing(bot)


def standing(bot: BotUnderTest) -> Any:
    return next(m for m in bot.slack.world.messages_in(TEAM_CHANNEL) if " late for Maple" in m.text)


def rows(bot: BotUnderTest) -> list[str]:
    shown = [b for b in standing(bot).blocks if b["type"] == "section"]
    return [block["text"]["text"].split("*")[1] for block in shown if "*" in block["text"]["text"]]


@pytest.mark.usefixtures("due_now")
async def test_done_takes_the_row_away_for_everybody_and_undo_brings_it_back(bot: BotUnderTest) -> None:
    await comes(bot)
    first, *others = rows(bot)
    answer = await bot.press("mat:milestone:done", standing(bot))
    assert f"Done: {first}" in answer.text
    assert rows(bot)[: len(others)] == others
    assert f"Done this week: {first}." in standing(bot).text
    assert message_faults(standing(bot).text, standing(bot).blocks) == []

    await bot.press("mat:milestone:undo", answer)
    assert rows(bot)[0] == first
    assert "Done this week" not in standing(bot).text


@pytest.mark.usefixtures("due_now")
async def test_what_is_moved_far_away_goes_and_what_is_given_names_its_owner(bot: BotUnderTest) -> None:
    await comes(bot)
    first, second, *_ = rows(bot)
    form = (await bot.press("mat:milestone:move", standing(bot))).view
    assert form is not None
    await bot.submit(form, {"due": "2027-12-01"})
    assert rows(bot)[0] == second

    form = (await bot.press("mat:milestone:give", standing(bot))).view
    assert form is not None
    await bot.submit(form, {"owner": MEMBER.id})
    assert f"with <@{MEMBER.id}>" in standing(bot).text
    assert first not in standing(bot).text


@pytest.mark.usefixtures("due_now")
async def test_a_command_counts_too_but_not_after_a_week(bot: BotUnderTest) -> None:
    await comes(bot)
    await bot.slash("done pdmp")
    assert f"Done this week: {PDMP}" in standing(bot).text
    before = standing(bot).text
    bot.clock.jump_to(bot.clock.now + timedelta(days=8))
    await bot.slash("done naloxone")
    assert standing(bot).text == before


@pytest.mark.usefixtures("due_now")
async def test_a_button_of_a_milestone_that_was_hidden_says_so(bot: BotUnderTest) -> None:
    post = await comes(bot)
    await bot.press("mat:plan:hide", await bot.press("mat:plan:block#0", await bot.slash("plan")))
    answer = await bot.press("mat:milestone:done", post)
    assert answer.text == "That milestone is no longer on the plan. /mat plan shows what is."
