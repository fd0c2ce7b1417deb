"""Clocks that are wrong: set forward and back while posts are due, and apart from Slack's."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random
from shutil import copy
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from bot.build import build_bot
from bot.running import meet_slack
from bot.settings import Settings
from bot.slack_dates import _read
from bot.web import Web, make_web
from mat.delivery import PostKind
from mat.huddles import HuddleSeries, Template
from tests.bot_under_test import BotUnderTest, with_clinic
from tests.fakes.clock import HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import ADMIN, APP_TOKEN, BOT_TOKEN
from tests.integration.delivery.house import AGENDA_DUE, DAILY, House
from tests.proof_table import Proof
from tests.stores import open_work

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@asynccontextmanager
async def with_its_own_clock(folder: Path, ahead: timedelta) -> AsyncIterator[tuple[BotUnderTest, HandClock, Web]]:
    """A bot on a socket whose clock is so far ahead of Slack's; gives Slack's clock too, which moves the bot's along."""
    slacks = HandClock()
    async with FakeSlack(slacks) as slack:
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(BOT_TOKEN),
            slack_app_token=SecretStr(APP_TOKEN),
            slack_api_url=slack.url,
            MAT_DATA_DIR=folder / "data",
            MAT_KEY_DIR=folder / "keys",
            MAT_PORT=0,
            MAT_ADMINS=ADMIN.id,
        )
        async with build_bot(settings, clock=lambda: slacks() + ahead) as bot:
            web = make_web(bot)
            await meet_slack(bot)
            yield BotUnderTest(bot, slack, slacks, folder), slacks, web
            await web.line.close()


@pytest.mark.parametrize("ahead", [HOUR, -HOUR, DAY, -DAY, 121 * SECOND, -125 * SECOND], ids=str)
async def test_a_clock_that_is_off_is_told_to_the_admins_once(bot_folder: Path, ahead: timedelta) -> None:
    async with with_its_own_clock(bot_folder, ahead) as (under_test, slacks, _):
        await with_clinic(under_test)
        for _ in range(8):
            slacks.jump_to(slacks() + MINUTE)
            await under_test.bot.directory.load()
            await under_test.settle()
            await under_test.bot.clockwork.turn()
        told = [message.text for message in under_test.slack.world.messages_in(ADMIN.id)]
        assert len([text for text in told if "clock" in text]) == 1, told


async def test_a_clock_that_is_nearly_right_alarms_nobody(bot_folder: Path) -> None:
    async with with_its_own_clock(bot_folder, 110 * SECOND) as (under_test, slacks, _):
        await with_clinic(under_test)
        for _ in range(8):
            slacks.jump_to(slacks() + MINUTE)
            await under_test.bot.directory.load()
            await under_test.bot.clockwork.turn()
        assert under_test.slack.world.messages_in(ADMIN.id) == []


@pytest.mark.parametrize(
    ("date", "at"),
    [
        (format_datetime(AGENDA_DUE, usegmt=True), AGENDA_DUE),
        ("", None),
        ("yesterday", None),
        ("Mon, 04 Jan 2027 13:50:00", None),
        ("Mon, 32 Jan 2027 13:50:00 GMT", None),
    ],
)
def test_what_is_no_date_says_nothing(date: str, at: datetime | None) -> None:
    assert _read(date) == at


# -- set forward and back --------------------------------------------------------------------------------------------

EVERY_HOUR = HuddleSeries(
    "h1", Template.DAILY, "Hourly", "FREQ=DAILY;BYHOUR=8,9,10,11", datetime(2027, 1, 4, 8), DAILY.zone, 10, 10
)


FIRST = datetime(2027, 1, 6, 12, 0, tzinfo=UTC)


async def jumped(sqlite_url: str, seed: int) -> list[str]:
    """Twelve jumps of an hour or a day either way, now and then a restart; what is wrong after time has gone on as it should."""
    chance, moment = Random(seed), FIRST
    async with open_work(sqlite_url) as work:
        house = House(work)
        await house.furnish(EVERY_HOUR)
        await house.at(moment, pulses=3)
        latest = moment
        for _ in range(12):
            moment += chance.choice((HOUR, -HOUR, DAY, -DAY)) + chance.choice((0, 1, 20, 50)) * MINUTE
            latest = max(latest, moment)
            if chance.random() < 0.3:
                house.start()
            await house.at(moment, pulses=6)
        while moment < latest + DAY:
            moment += 30 * MINUTE
            await house.at(moment, pulses=1)
        await house.pulse(20)
        async with work.reading() as books:
            waiting = await books.outbox.unsettled(moment)
        return [f"seed {seed}: {fault}" for fault in [*_doubled(house), *waiting, *_lost(sqlite_url, moment)]]


def _doubled(house: House) -> list[str]:
    """A post of the plan has one name, whatever the clock said when it was planned."""
    names = Counter(one.name or one.key for one in house.poster.standing)
    return [f"{name} stands {count} times" for name, count in names.items() if count > 1]


def _lost(sqlite_url: str, until: datetime) -> list[str]:
    """Huddles that were due and left no trace in the records, neither as planned nor as skipped."""
    with closing(sqlite3.connect(make_url(sqlite_url).database or "")) as records:
        rows = records.execute("SELECT local_at FROM occurrence WHERE kind = ?", [PostKind.HUDDLE_AGENDA.value])
        traced = {datetime.fromisoformat(local) for (local,) in rows}
    zone, day, found = ZoneInfo(EVERY_HOUR.zone), FIRST.date(), []
    while day <= until.date():
        for hour in (8, 9, 10, 11):
            local = datetime.combine(day, time(hour))
            if FIRST + HOUR < local.replace(tzinfo=zone) - 10 * MINUTE <= until and local not in traced:
                found.append(f"{local} is lost")
        day += DAY
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_clocks_that_jump_double_nothing_and_lose_nothing(sqlite_url: str, seed: int) -> None:
    assert await jumped(sqlite_url, seed) == []


@pytest.mark.proof
async def test_clocks_that_jump_often(sqlite_template: Path, tmp_path: Path, proof: Proof) -> None:
    found = []
    for seed in range(100, 130):
        found += await jumped(f"sqlite:///{copy(sqlite_template, tmp_path / f'{seed}.db')}", seed)
    proof("posts doubled or lost in 360 jumps of the clock by an hour or a day", len(found), "0")
    assert found == []
