"""Slack sends the same thing several times, also over a restart, and a retry may be the only delivery: one effect each."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mat.clinic import Clinic
from tests.bot_under_test import BotUnderTest, bot_under_test, with_clinic
from tests.fakes import payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import LEAD, MEMBER
from tests.integration.test_huddle_agenda import DAILY, with_series
from tests.integration.trouble.forms import FORMS
from tests.integration.trouble.looking import kept

TIMES = 4
LINES = ("asks add More chairs", "agenda add Parking", "stuck pdmp: access from IT")
NO_CONCERN = [name for name in FORMS if not name.startswith(("concern", "inbox"))]

Payload = Mapping[str, Any]


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "data" / "matbot.db")) as store:
        return store.execute(f'SELECT * FROM "{table}"').fetchall()


async def over_restarts(folder: Path, slack: FakeSlack, prepare: Callable[[BotUnderTest], Awaitable[Payload]]) -> None:
    """Sends one thing as often as Slack may: twice to one process, and to each of two that come after it."""
    async with bot_under_test(folder, slack=slack) as bot:
        await with_clinic(bot)
        payload = await prepare(bot)
        await bot.dispatch(payload)
        once, posts = kept(bot), len(slack.world.messages)
        await bot.dispatch(payload)
    for _ in range(TIMES - 2):
        async with bot_under_test(folder, slack=slack) as bot:
            bot.clock.jump_to(bot.clock() + timedelta(minutes=5))
            await bot.dispatch(payload)
            assert kept(bot) == once
            assert len(slack.world.messages) == posts


@pytest.mark.parametrize("line", LINES)
async def test_a_command_sent_four_times_over_a_restart_is_done_once(bot_folder: Path, line: str) -> None:
    async with FakeSlack() as slack:

        async def typed(bot: BotUnderTest) -> Payload:
            await with_series(bot, DAILY)
            trigger, url = slack.world.trigger(LEAD.id), slack.response_url()
            return payloads.slash_command(line, user=LEAD, trigger=trigger, response_url=url)

        await over_restarts(bot_folder, slack, typed)
    assert len(rows(bot_folder, "handled")) == 1


@pytest.mark.parametrize("name", NO_CONCERN)
async def test_a_form_sent_four_times_over_a_restart_is_taken_once(bot_folder: Path, name: str) -> None:
    async with FakeSlack() as slack:

        async def filled_in(bot: BotUnderTest) -> Payload:
            form = await FORMS[name](bot)
            trigger = slack.world.trigger(form.user.id)
            return payloads.submit(form.view, form.answers, user=form.user, trigger=trigger)

        await over_restarts(bot_folder, slack, filled_in)


async def test_without_a_trigger_a_form_is_known_by_the_state_of_its_view(bot: BotUnderTest, clinic: Clinic) -> None:
    form = await FORMS["agenda:add"](bot)
    payload = payloads.submit(form.view, form.answers, user=form.user)
    for _ in range(TIMES):
        await bot.dispatch(payload)
    assert len(rows(bot.folder, "agenda_item")) == 1
    before = len(rows(bot.folder, "handled"))
    await bot.dispatch(payloads.submit({**form.view, "hash": "another"}, form.answers, user=form.user))
    assert len(rows(bot.folder, "handled")) == before + 1


async def test_a_status_is_shared_once_over_a_restart(bot_folder: Path) -> None:
    """Nothing is written for it, and still it must not stand there twice."""
    async with FakeSlack() as slack:

        async def pressed(bot: BotUnderTest) -> Payload:
            shown = await bot.slash("status share")
            trigger, url = slack.world.trigger(MEMBER.id), slack.response_url()
            return payloads.press("mat:status:share", ephemeral=shown.blocks, trigger=trigger, response_url=url)

        await over_restarts(bot_folder, slack, pressed)
        assert len(slack.world.messages) == 1


async def test_a_second_press_on_the_same_thing_is_another_thing(bot: BotUnderTest, clinic: Clinic) -> None:
    for _ in range(2):
        await bot.slash("asks add More chairs", user=LEAD)
    assert len(rows(bot.folder, "ask")) == 2


async def test_a_retry_whose_first_delivery_failed_is_done(bot: BotUnderTest, clinic: Clinic) -> None:
    """What was refused, or did not get as far as the store, has not been done."""
    payload = payloads.slash_command(
        "asks add More chairs", user=LEAD, trigger="t1", response_url=bot.slack.response_url()
    )
    with closing(sqlite3.connect(bot.folder / "data" / "matbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        _, busy = await bot.dispatch(payload)
    assert "busy" in busy["text"]
    assert rows(bot.folder, "ask") == []
    await bot.dispatch(payload)
    assert len(rows(bot.folder, "ask")) == 1
    _, again = await bot.dispatch(payload)
    assert "twice" in again["text"]


@pytest.mark.parametrize("name", sorted(set(FORMS) - set(NO_CONCERN)))
async def test_a_concern_leaves_no_trace_of_having_been_sent(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    form = await FORMS[name](bot)
    before = rows(bot.folder, "handled")
    await bot.submit(form.view, form.answers, user=form.user)
    assert rows(bot.folder, "handled") == before


async def test_looking_writes_nothing(bot: BotUnderTest, clinic: Clinic) -> None:
    for line in ("", "status", "plan", "help", "asks", "agenda", "concern", "team"):
        await bot.slash(line)
    assert rows(bot.folder, "handled") == []


async def test_what_was_sent_is_known_for_ten_minutes_and_forgotten_after_an_hour(
    bot: BotUnderTest, clinic: Clinic
) -> None:
    payload = payloads.slash_command(
        "asks add More chairs", user=LEAD, trigger="t1", response_url=bot.slack.response_url()
    )
    await bot.dispatch(payload)
    bot.clock.jump_to(bot.clock() + timedelta(minutes=59))
    await bot.bot.clockwork.turn(keep=True)
    await bot.dispatch(payload)
    assert len(rows(bot.folder, "ask")) == 1
    bot.clock.jump_to(bot.clock() + timedelta(minutes=2))
    await bot.bot.clockwork.turn(keep=True)
    assert rows(bot.folder, "handled") == []
