"""Saving an hour at which the workspace has more to post than Slack takes: it is saved, and whoever saves it is told, in every form."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest

from mat.clinic import Clinic, Duty
from mat.errors import StoreIsBusy
from mat.huddles import HuddleSeries, Template
from mat.ports import Books, Work
from mat.schedules import keep_schedules
from store.engine import open_engines
from store.work import SqlWork
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, with_clinic
from tests.fakes.slack_world import ADMIN, LEAD, MEMBER
from tests.integration.setup.conftest import BASICS, CHANNEL, SettingUp
from tests.integration.test_huddle_series import changed, ids, make, new_form, series_in, text_of

CHICAGO = "America/Chicago"
HALF_PAST = HuddleSeries(
    "h1",
    Template.DAILY,
    "Daily huddle",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    datetime(2027, 1, 4, 9, 30),
    HERE.zone,
    10,
    10,
)
BUSY = "*A busy hour:* on Mon, January 4 so much is due in this workspace around "


@pytest.fixture
async def bot(bot_folder: Path) -> AsyncIterator[BotUnderTest]:
    """A bot that sends two posts a minute to a workspace."""
    async with bot_under_test(bot_folder, MAT_POSTS_A_MINUTE=2) as under_test:
        yield under_test


@pytest.fixture
async def clinic(bot: BotUnderTest) -> Clinic:
    return await with_clinic(bot)


async def neighbors(bot: BotUnderTest, count: int, *series: HuddleSeries, zone: str = HERE.zone) -> None:
    """Other clinics of the workspace, alike in everything."""
    async with bot.bot.desk.work.writing() as books:
        for number in range(count):
            one = replace(
                HERE,
                id=f"n{number}",
                name=f"Neighbor {number}",
                channel=f"C0N{number:06}",
                zone=zone,
                digest_at=time(10),
            )
            await books.clinics.save(one)
            for duty in (Duty.GETS_DIGEST, Duty.READS_CONCERNS):
                await books.at(one).roster.set_duty(duty, [f"U0N{number:06}"])
            for huddle in series:
                await books.at(one).huddles.save_series(replace(huddle, zone=zone))
            await keep_schedules(books.at(one), one, bot.clock.now)
        await books.commit()


async def test_a_huddle_at_a_busy_hour_is_saved_and_says_what_would_do(bot: BotUnderTest, clinic: Clinic) -> None:
    await neighbors(bot, 40, HALF_PAST)
    told = text_of(await make(bot, time="09:30", before="10"))
    assert "*Saved:*" in told
    assert (
        f"{BUSY}9:20 AM EST that the agenda may come only at 9:43 AM EST, when its huddle has begun. With the huddle 5 minutes earlier "
        "it would be in time, or with its agenda posted earlier. It is saved as you chose it."
    ) in told
    assert len(await series_in(bot)) == 1
    assert "A busy hour" not in text_of(await changed(bot, {"time": "09:25"}))
    assert "A busy hour" not in text_of(await changed(bot, {"time": "09:30", "before": "60"}))


async def test_starting_again_and_undoing_say_it_too(bot: BotUnderTest, clinic: Clinic) -> None:
    await neighbors(bot, 40, HALF_PAST)
    answer = await make(bot, time="09:30", before="10")
    assert answer.view is not None
    moved = await changed(bot, {"time": "11:00"})
    assert "A busy hour" not in text_of(moved)
    assert moved.view is not None
    await bot.press("mat:huddle:undo", moved.view)
    assert BUSY in json.dumps(bot.slack.world.views[moved.view["id"]])
    await bot.press("mat:huddle:stop", await bot.slash("huddle"))
    again = await bot.press("mat:huddle:startagain", await bot.slash("huddle"))
    assert BUSY in again.shown


async def test_hours_of_digest_and_concerns_say_it(bot: BotUnderTest, clinic: Clinic) -> None:
    await neighbors(bot, 120)
    form = await bot.press("mat:team:hours", await bot.slash("team", user=LEAD), user=LEAD)
    assert form.view is not None
    told = text_of(await bot.submit(form.view, {"digest_at": "10:00", "concerns_at": "10:30"}, user=LEAD))
    assert (
        f"{BUSY}10:00 AM EST that the digest may come only at 11:22 AM EST. At 9:55 AM EST it would be in time." in told
    )
    assert "batch of concerns" not in told, "it goes before digests"
    told = text_of(await bot.submit(form.view, {"digest_at": "07:00", "concerns_at": "08:00"}, user=LEAD))
    assert "so much is due in this workspace around 8:00 AM EST that the batch of concerns may come only at 9:0" in told
    assert ", or on the next working day. At 7:55 AM EST it would be in time." in told
    assert "the digest may" not in told


async def test_a_new_zone_says_it(bot: BotUnderTest, clinic: Clinic) -> None:
    await neighbors(bot, 40, HALF_PAST, zone=CHICAGO)
    assert "A busy hour" not in text_of(await make(bot, time="09:30", before="10"))
    form = await bot.press("mat:team:zone", await bot.slash("team", user=LEAD), user=LEAD)
    assert form.view is not None
    told = text_of(await bot.submit(form.view, {"zone": CHICAGO}, user=LEAD))
    assert f"{BUSY}9:20 AM CST that the agenda may come only at 9:43 AM CST" in told


async def test_set_up_says_it_before_and_after_create(bot: BotUnderTest) -> None:
    await neighbors(bot, 40, HALF_PAST)
    going = SettingUp(bot)
    opened = await bot.press("mat:setup:new", await bot.slash("setup", user=ADMIN), user=ADMIN)
    assert opened.view is not None
    going.view = opened.view
    await going.next(BASICS | {"start": "2027-01-04"})
    await going.next(CHANNEL)
    await going.next({"leads": [LEAD.id], "readers": [LEAD.id, MEMBER.id]})
    await going.next({"time": "09:30"})
    assert "A busy hour" in json.dumps(going.view)
    assert "that the agenda may come only at 9:4" in json.dumps(await going.next())


async def test_a_workspace_with_few_clinics_is_never_busy(bot_folder: Path) -> None:
    async with bot_under_test(bot_folder) as bot:
        await with_clinic(bot)
        await neighbors(bot, 40, HALF_PAST)
        assert "A busy hour" not in text_of(await make(bot, time="09:30", before="10"))


class GoneAfterwards:
    """`mat.ports.Work` that cannot be read from any more as soon as something was written, once it is `armed`."""

    def __init__(self, inner: Work) -> None:
        self._inner = inner
        self.armed = self.gone = False

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Books]:
        if self.gone:
            raise StoreIsBusy
        async with self._inner.reading() as books:
            yield books

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        async with self._inner.writing() as books:
            yield books
        self.gone = self.armed


async def test_what_is_saved_is_said_also_where_nothing_can_be_counted(bot_folder: Path) -> None:
    engines = open_engines(f"sqlite:///{bot_folder / 'data' / 'matbot.db'}")
    work = GoneAfterwards(SqlWork(engines))
    async with bot_under_test(bot_folder, work=work, MAT_POSTS_A_MINUTE=2) as bot:
        await with_clinic(bot)
        await neighbors(bot, 40, HALF_PAST)
        form = await new_form(bot)
        work.armed = True
        told = text_of(await bot.submit(form, ids({"time": "09:30"})))
        work.gone = work.armed = False
        assert "*Saved:*" in told
        assert "A busy hour" not in told
        assert len(await series_in(bot)) == 1
    await engines.close()
