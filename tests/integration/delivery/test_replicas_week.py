"""Three replicas on one Postgres for a week of virtual minutes: each occurrence once, whoever plans it and whoever sends it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest

from bot import database
from bot.crew import open_crew
from bot.delivery import Delivery, build_delivery
from mat.huddles import HuddleSeries, Template
from mat.schedules import keep_schedules
from scheduler.outcomes import Waits
from store.concerns import concern_url, open_concern_box
from store.work import SqlWork
from tests.fakes.clock import HandClock
from tests.fakes.memory_poster import MemoryPoster
from tests.integration.delivery.house import CLINIC, NEW_YORK, PLAYBOOK
from tests.proof_table import Proof
from tests.stores import open_work

REPLICAS, WORKSPACES, MONTH = 3, 6, 31
A_PULSE = 15
A_MINUTE = timedelta(minutes=1)
BEGIN = datetime(2027, 1, 4, 5, 0, tzinfo=UTC)
THRICE_A_DAY = "FREQ=DAILY;BYHOUR=1,9,17"
WAITS = Waits(looks=(0.1, 0.2), channel_gap=0.01, heartbeat=0.5, stalled=5.0, lease=300.0)
BLINKS = 2_000


@dataclass
class Week:
    """The replicas, the Slack and the clock that they share, and an eye of our own on the records."""

    replicas: list[Delivery]
    poster: MemoryPoster
    clock: HandClock
    work: SqlWork

    async def live(self, minutes: int, chance: Random) -> None:
        """Each minute somebody's planner looks, and now and then somebody's whole pulse comes; where something is due, everybody's."""
        for minute in range(minutes):
            self.clock.jump_to(self.clock() + A_MINUTE)
            async with self.work.reading() as books:
                due = await books.outbox.next_due()
            if due is None or due > self.clock():
                one = chance.choice(self.replicas)
                await (one.clockwork.turn() if minute % A_PULSE == 0 else one.planner.tick())
                continue
            await asyncio.gather(*(one.clockwork.turn() for one in self.replicas))
            await self._all_sent()

    async def _all_sent(self) -> None:
        for _ in range(BLINKS):
            async with self.work.reading() as books:
                if not await books.outbox.unsettled(self.clock() + A_MINUTE):
                    return
            await asyncio.sleep(0.01)
            await self.replicas[0].courier.hand_out()
        raise AssertionError(f"not everything was sent at {self.clock()}")

    async def lost(self) -> list[str]:
        """Huddles without an agenda that stands in their channel."""
        found = []
        hours = [datetime(2027, 1, 4 + day, hour) for day in range(MONTH - 4) for hour in (1, 9, 17)]
        for number in range(WORKSPACES):
            agendas = [
                one for one in self.poster.standing if one.channel == channel(number) and "Agenda" in one.message.text
            ]
            due = [
                at for at in hours if BEGIN < at.replace(tzinfo=UTC) + timedelta(hours=5, minutes=-10) <= self.clock()
            ]
            if len(agendas) != len(due):
                found.append(f"{len(agendas)} agendas for {len(due)} huddles in {channel(number)}")
        return found

    def doubled(self) -> list[str]:
        names = Counter(one.name or one.key for one in self.poster.standing)
        return [f"{name} stands {number} times" for name, number in names.items() if number > 1]


def channel(number: int) -> str:
    return f"C0STREET{number}"


@asynccontextmanager
async def week(url: str, folder: Path) -> AsyncIterator[Week]:
    clock = HandClock(BEGIN)
    poster = MemoryPoster(clock)
    await asyncio.to_thread(database.upgrade, concern_url(url, folder), database.CONCERNS)
    async with AsyncExitStack() as opened:
        work = await opened.enter_async_context(open_work(url))
        await _furnish(work, clock)
        concerns = await opened.enter_async_context(open_concern_box(url, folder, folder / "keys", clock()))
        replicas = []
        for number in range(REPLICAS):
            crew = await opened.enter_async_context(open_crew(url, clock, WAITS))
            own = await opened.enter_async_context(open_work(url))
            ids = map(f"{number:04x}{{:028x}}".format, count(1)).__next__
            made = build_delivery(
                own, poster, concerns, PLAYBOOK, clock=clock, new_id=ids, waits=WAITS, crew=crew, jitter=lambda: 0.0
            )
            opened.push_async_callback(made.clockwork.stop, 0.3)
            replicas.append(made)
        yield Week(replicas, poster, clock, work)


async def _furnish(work: SqlWork, clock: HandClock) -> None:
    async with work.writing() as books:
        for number in range(WORKSPACES):
            clinic = replace(CLINIC, workspace=f"T0STREET{number}", channel=channel(number))
            series = HuddleSeries(
                "h1", Template.DAILY, "Huddle", THRICE_A_DAY, datetime(2027, 1, 4, 1), NEW_YORK, 10, 10
            )
            await books.clinics.save(clinic)
            await books.at(clinic).huddles.save_series(series)
            await keep_schedules(books.at(clinic), clinic, clock())
            await books.commit()


async def test_some_hours_of_three_replicas(postgres_main_url: str, tmp_path: Path) -> None:
    async with week(postgres_main_url, tmp_path) as one:
        await one.live(330, Random(1))
        assert await one.lost() == []
        assert one.doubled() == []
        assert len(one.poster.standing) >= 2 * WORKSPACES


@pytest.mark.proof
async def test_ten_thousand_minutes_of_three_replicas(postgres_main_url: str, tmp_path: Path, proof: Proof) -> None:
    async with week(postgres_main_url, tmp_path) as one:
        await one.live(10_000, Random(2))
        lost, doubled = await one.lost(), one.doubled()
        words = f"of {len(one.poster.standing):,} posts of three replicas in 10,000 virtual minutes lost or doubled"
        proof(words, len(lost) + len(doubled), "0")
        assert (lost, doubled) == ([], [])
