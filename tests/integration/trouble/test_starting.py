"""Slack is away at the start, the line drops, an envelope comes twice: the bot waits, comes back, and loses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot import store_journal
from bot.build import build_bot
from bot.running import run
from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, BotUnderTest, settings_for, with_clinic
from tests.fakes import payloads
from tests.fakes.clock import HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import HTML_503, MEMBER, RESET_BEFORE, TEAM_CHANNEL, refuses
from tests.integration.trouble.forms import CONCERN, FORMS, KEY
from tests.integration.trouble.looking import kept


@asynccontextmanager
async def running(folder: Path, slack: FakeSlack) -> AsyncIterator[BotUnderTest]:
    """A bot with a clinic that really runs, over Socket Mode, until the end of the block."""
    assert isinstance(slack.clock, HandClock)
    async with build_bot(settings_for(folder, slack), clock=slack.clock) as bot:
        under_test = BotUnderTest(bot, slack, slack.clock, folder)
        await with_clinic(under_test)
        async with under_test.bot.desk.work.writing() as books:
            await keep_schedules(books.at(HERE), HERE, slack.clock.now)
            await books.commit()
        ready = asyncio.Event()
        going = asyncio.create_task(run(bot, lambda _who, _port: ready.set()))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({going, waiting}, return_when=asyncio.FIRST_COMPLETED)
        assert ready.is_set(), going
        try:
            yield under_test
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            await going


async def typed(slack: FakeSlack, line: str, envelope: str = "") -> dict[str, object]:
    payload = payloads.slash_command(line, trigger=slack.world.trigger(MEMBER.id), response_url=slack.response_url())
    return await slack.deliver("slash_commands", payload, envelope=envelope)


async def until_posted(slack: FakeSlack, channel: str) -> None:
    for _ in range(200):
        if slack.world.messages_in(channel):
            return
        await asyncio.sleep(0.05)
    pytest.fail("nothing was posted")


async def test_slack_away_at_the_start_is_waited_for_and_what_is_due_comes_then(bot_folder: Path) -> None:
    async with FakeSlack() as slack:
        slack.order("auth.test", RESET_BEFORE, HTML_503)
        slack.order("apps.connections.open", refuses("internal_error"))
        slack.order("users.list", HTML_503)
        async with running(bot_folder, slack) as bot:
            assert len(slack.called("auth.test")) == 3
            assert "Nothing was changed" not in str(await typed(slack, "help"))
            bot.clock.jump_to(bot.clock.now + timedelta(weeks=1, minutes=1))
            await until_posted(slack, TEAM_CHANNEL)


async def test_while_it_runs_the_journal_of_its_records_is_emptied(
    bot_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_journal, "EVERY_SECONDS", 0.1)
    journal = bot_folder / "data" / "matbot.db-wal"
    async with FakeSlack() as slack, running(bot_folder, slack):
        for _ in range(200):
            if journal.exists() and not journal.stat().st_size:
                return
            await asyncio.sleep(0.05)
        pytest.fail("it still remembers")


async def test_when_the_line_drops_it_comes_back_and_answers(bot_folder: Path) -> None:
    async with FakeSlack() as slack, running(bot_folder, slack):
        for _ in range(2):
            assert "Six Building Blocks" in str(await typed(slack, "status"))
            await slack.drop_sockets()
            await slack.connected()
        assert (await typed(slack, "done pdmp"))["response_type"] == "ephemeral"


async def test_an_envelope_that_comes_twice_has_one_effect_and_two_answers(bot_folder: Path) -> None:
    async with FakeSlack() as slack, running(bot_folder, slack) as bot:
        payload = payloads.slash_command("done pdmp", trigger=slack.world.trigger(MEMBER.id))
        first = await slack.deliver("slash_commands", payload, envelope="e-again")
        once = kept(bot)
        second = await slack.deliver("slash_commands", payload, envelope="e-again")
        assert kept(bot) == once
        assert "Done:" in str(first["text"])
        assert "already" in str(second["text"])


async def test_a_concern_that_comes_twice_is_kept_once_with_one_receipt(bot_folder: Path) -> None:
    async with FakeSlack() as slack, running(bot_folder, slack) as bot:
        form = await FORMS["concern:raise"](bot)
        payload = payloads.submit(form.view, form.answers, trigger=slack.world.trigger(MEMBER.id))
        first = await slack.deliver("interactive", payload, envelope="e-concern")
        second = await slack.deliver("interactive", payload, envelope="e-concern")
        assert first == second
        await bot.bot.concerns.release(KEY, bot.clock.now.date())
        page = await bot.bot.concerns.listed(KEY)
        texts = [(await bot.bot.concerns.read(KEY, one.id)).text for one in page.concerns]
        assert texts == [CONCERN]


async def test_an_event_that_is_sent_again_shows_home_again_and_does_nothing_else(bot_folder: Path) -> None:
    async with FakeSlack() as slack, running(bot_folder, slack) as bot:
        before = kept(bot)
        for retry in range(3):
            await slack.deliver("events_api", payloads.home_opened(), envelope=f"e{retry}", retry=retry)
        await bot.settle()
        assert "Today" in str(slack.world.homes[MEMBER.id]["blocks"])
        assert kept(bot) == before
        assert not slack.world.messages_in(TEAM_CHANNEL)
