"""A store that is full, read-only or locked while posts are due: nothing crashes, nothing is lost, nothing is sent twice."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from mat.errors import MatError, StoreIsBusy, StoreIsFull, StoreIsReadOnly
from mat.message import Message
from mat.ports import Books, Posted, Poster
from store.engine import Engines, open_engines
from store.work import SqlWork
from tests.integration.delivery.house import AGENDA_DUE, CHANNEL, CLINIC, DAILY, House

SECOND = timedelta(seconds=1)


@dataclass
class Disk:
    """The store's disk, which can be broken in one way and mended."""

    url: str
    engines: Engines
    way: str
    holder: sqlite3.Connection | None = None
    broken: bool = False

    async def breaks(self) -> None:
        self.broken = True
        if self.way == "locked":
            self.holder = sqlite3.connect(make_url(self.url).database or "", isolation_level=None)
            self.holder.execute("BEGIN IMMEDIATE")

    async def mends(self) -> None:
        self.broken = False
        if self.holder is not None:
            self.holder.close()

    def feel(self, connection: Any, _record: object, _proxy: object) -> None:
        """Each transaction finds the store as it is at that moment."""
        if self.way == "read-only":
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA query_only={'ON' if self.broken else 'OFF'}")
            cursor.close()


class OnDisk:
    """The store on that disk. A full one takes not even what would fit into a page that is there already."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._inner = SqlWork(disk.engines)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Books]:
        async with self._inner.reading() as books:
            yield books

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        if self._disk.broken and self._disk.way == "full":
            raise StoreIsFull
        async with self._inner.writing() as books:
            yield books


WHY: dict[str, type[MatError]] = {"full": StoreIsFull, "read-only": StoreIsReadOnly, "locked": StoreIsBusy}


@pytest.fixture(params=list(WHY))
async def disk(request: pytest.FixtureRequest, sqlite_url: str) -> AsyncIterator[Disk]:
    engines = open_engines(sqlite_url, busy_ms=50)
    made = Disk(sqlite_url, engines, request.param)
    event.listen(engines.writer.sync_engine, "checkout", made.feel)
    yield made
    await engines.close()


@pytest.fixture
async def house(disk: Disk) -> House:
    made = House(OnDisk(disk))
    await made.furnish(DAILY, clinic=CLINIC)
    return made


class BreakingPoster:
    """Something happens while the first post is on the wire."""

    def __init__(self, inner: Poster, event: Callable[[], Awaitable[None]]) -> None:
        self._inner = inner
        self._event: Callable[[], Awaitable[None]] | None = event

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def of(self, workspace: str) -> BreakingPoster:
        return self

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        posted = await self._inner.post(target, message, key=key, name=name, thread_ts=thread_ts)
        if self._event is not None:
            event, self._event = self._event, None
            await event()
        return posted


async def live(house: House, until: datetime) -> set[str]:
    """Pulses as the clockwork does, which goes on whatever a tick raises; gives what was raised."""
    raised = set()
    while house.clock() < until:
        for tick in (house.planner.tick, house.courier.tick):
            try:
                await tick()
            except MatError as problem:
                raised.add(type(problem).__name__)
        house.clock.jump_to(house.clock() + SECOND)
    return raised


def standing(house: House) -> Counter[str]:
    found = (one.message.text.split(",")[0] for one in house.poster.standing if one.channel == CHANNEL)
    return Counter(text for text in found if "Agenda for" in text)


async def test_what_falls_due_meanwhile_comes_once_when_the_store_is_well_again(house: House, disk: Disk) -> None:
    house.clock.jump_to(AGENDA_DUE - 60 * SECOND)
    await live(house, AGENDA_DUE - SECOND)
    before = standing(house)
    await disk.breaks()
    assert await live(house, AGENDA_DUE + 20 * SECOND) <= {WHY[disk.way].__name__}
    assert standing(house) == before, "nothing goes without its intent"
    await disk.mends()
    assert await live(house, AGENDA_DUE + 60 * SECOND) == set()
    assert standing(house) - before == {"Agenda for Daily huddle": 1}


async def test_an_outcome_that_cannot_be_stored_is_not_sent_again(house: House, disk: Disk) -> None:
    house.clock.jump_to(AGENDA_DUE - 60 * SECOND)
    await live(house, AGENDA_DUE - SECOND)
    before = standing(house)
    house.start(poster=BreakingPoster(house.poster, disk.breaks))  # type: ignore[arg-type]  # it answers to every name
    assert await live(house, AGENDA_DUE + 20 * SECOND) == {WHY[disk.way].__name__}
    assert standing(house) - before == {"Agenda for Daily huddle": 1}
    await disk.mends()
    assert await live(house, AGENDA_DUE + 120 * SECOND) == set()
    assert standing(house) - before == {"Agenda for Daily huddle": 1}
    async with house.work.reading() as books:
        assert await books.outbox.unsettled(house.clock()) == ()


async def test_killed_before_the_outcome_could_be_stored_it_is_found_and_not_sent_again(
    house: House, disk: Disk
) -> None:
    house.clock.jump_to(AGENDA_DUE - SECOND)
    await live(house, AGENDA_DUE)
    before = standing(house)
    house.start(poster=BreakingPoster(house.poster, disk.breaks))  # type: ignore[arg-type]  # it answers to every name
    await live(house, AGENDA_DUE + 10 * SECOND)
    with suppress(MatError):
        house.start()
        await live(house, AGENDA_DUE + 20 * SECOND)
    await disk.mends()
    house.start()
    await live(house, AGENDA_DUE + 120 * SECOND)
    assert standing(house) - before == {"Agenda for Daily huddle": 1}
