"""Two processes on one Postgres, one of them killed at every boundary of planner and courier: the other goes on at once.

Both plan all the time. The lanes are the first one's until it dies; the other then takes them over, with an epoch of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from itertools import count

import pytest

from bot import database
from mat.ports import Poster, Work
from scheduler.composing import Compositor
from scheduler.lane import Lane
from scheduler.pace import ONE_BY_ONE
from scheduler.parts import lane_parts
from scheduler.planner import Planner
from store.engine import open_engines
from store.replicas import Replicas
from tests.fakes.killing import Fuse, FusedPoster, FusedWork, Killed
from tests.integration.delivery.house import AGENDA_DUE, CLINIC, DAILY, PLAYBOOK, READER, House
from tests.integration.delivery.test_kills import EVERY_POST, SECONDS, delivered, marked
from tests.postgres import Postgres
from tests.proof_table import Proof
from tests.stores import open_work

EVERY_SO_MANY = 9
"""Of the boundaries in the short run."""


@dataclass
class Street:
    """A house on Postgres, and what its processes know of each other."""

    house: House
    replicas: Replicas
    numbers: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    def process(self, fuse: Fuse) -> Process:
        ids = map(f"{self.numbers():04x}{{:028x}}".format, count(1)).__next__
        return Process(self, FusedWork(self.house.work, fuse), FusedPoster(self.house.poster, fuse), ids)


class Process:
    """One of them, with a planner and the lanes that it took."""

    def __init__(self, street: Street, work: Work, poster: Poster, ids: Callable[[], str]) -> None:
        self._replicas, self._work, self._clock = street.replicas, work, street.house.clock
        self._planner = Planner(work, clock=self._clock, new_id=ids)
        self._parts = lane_parts(
            work,
            poster,
            Compositor(street.house.composers, PLAYBOOK),
            clock=self._clock,
            new_id=ids,
            jitter=lambda: 0.0,
            limits=ONE_BY_ONE,
        )
        self._lanes: dict[int, Lane] = {}

    async def pulse(self, *, owns_lanes: bool) -> None:
        await self._planner.tick()
        if not owns_lanes:
            return
        async with self._work.reading() as books:
            found = set(await books.outbox.lanes_with_work(self._clock()))
        for number in sorted(found | {number for number, lane in self._lanes.items() if not lane.at_rest}):
            if number not in self._lanes:
                self._lanes[number] = Lane(number, self._parts, epoch=await self._replicas.take(number))
            await self._lanes[number].turn()


async def live(street: Street, fuse: Fuse) -> None:
    """Until the first is dead and the second has had all the time that it may take."""
    processes, begin = [street.process(fuse), street.process(Fuse())], street.house.clock()
    for seconds in (*SECONDS, *(SECONDS[-1] + more for more in SECONDS[1:])):
        street.house.clock.jump_to(begin + timedelta(seconds=1 + seconds))
        for one in tuple(processes):
            try:
                await one.pulse(owns_lanes=one is processes[0])
            except Killed:
                processes.remove(one)


Build = Callable[..., AbstractAsyncContextManager[Street]]


@pytest.fixture
def built(postgres: Postgres) -> Build:
    """Stores of their own, a second before two agendas for one channel and two direct messages are due."""

    @asynccontextmanager
    async def build(*, history: bool) -> AsyncIterator[Street]:
        url = postgres.fresh(postgres.template("main_store", database.upgrade))
        engines = open_engines(url)
        async with open_work(url) as work:
            house = House(work)
            second = replace(DAILY, id="h2", title="Second huddle")
            await house.furnish(DAILY, second, clinic=replace(CLINIC, concerns_at=time(8, 50), tracks=()))
            house.clock.jump_to(AGENDA_DUE - timedelta(minutes=50))
            await house.add(house.note(READER))
            await house.pulse(3)
            house.clock.jump_to(AGENDA_DUE - timedelta(seconds=1))
            house.poster.standing.clear()
            house.poster.history = history
            yield Street(house, Replicas(engines.writer))
        await engines.close()
        postgres.drop(url)

    return build


async def boundaries(built: Build, *, history: bool) -> list[str]:
    """What a first process passes that is not killed, up to its last commit."""
    async with built(history=history) as street:
        fuse = Fuse()
        await live(street, fuse)
        assert await delivered(street.house) == EVERY_POST
    assert {"after post", "before books.planning.plan", "before books.outbox.fenced"} <= set(fuse.passed)
    last_commit = len(fuse.passed) - fuse.passed[::-1].index("after books.commit")
    return fuse.passed[:last_commit]


async def faults(built: Build, *, history: bool, step: int = 1) -> tuple[int, list[str]]:
    """How many boundaries were tried, and where something was lost, came twice, or came again without its mark."""
    found, tried = [], 0
    for length, where in list(enumerate(await boundaries(built, history=history), 1))[::step]:
        async with built(history=history) as street:
            await live(street, Fuse(length))
            stands, marks, tried = await delivered(street.house), marked(street.house), tried + 1
        most = 0 if history else 1
        if stands.keys() != EVERY_POST.keys() or not stands.total() - EVERY_POST.total() <= marks <= most:
            found.append(f"killed {where}, step {length}: {stands}, {marks} marked")
    return tried, found


@pytest.mark.parametrize("history", [True, False], ids=["history", "blind"])
async def test_the_first_of_two_is_killed_here_and_there(built: Build, history: bool) -> None:
    tried, found = await faults(built, history=history, step=EVERY_SO_MANY)
    assert found == []
    assert tried > 5


@pytest.mark.proof
@pytest.mark.parametrize("history", [True, False], ids=["history", "blind"])
async def test_the_first_of_two_is_killed_everywhere(built: Build, history: bool, proof: Proof) -> None:
    tried, found = await faults(built, history=history)
    words = "lost or doubled" if history else "lost, doubled or marked more than once"
    proof(f"{words}: one of two replicas killed at each of {tried} boundaries on Postgres", len(found), "0")
    assert found == []
