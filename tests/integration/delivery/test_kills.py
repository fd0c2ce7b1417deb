"""Killed at every boundary of planner and courier and started again: never lost, never twice, at most one marked repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from shutil import copy

import pytest

from mat.ports import OutcomeUnknown
from tests.fakes.killing import Fuse, FusedPoster, FusedWork, Killed
from tests.fakes.memory_poster import Trouble
from tests.integration.delivery.house import AGENDA_DUE, CHANNEL, CLINIC, DAILY, LEAD, READER, House
from tests.stores import open_work

SECONDS = (0, 1, 2, 3, 6, 17, 18, 19, 62, 63, 64, 80)
MARK = "(may be a repeat) "
EVERY_POST = Counter(
    {
        (CHANNEL, "Agenda for Daily huddle"): 1,
        (CHANNEL, "Agenda for Second huddle"): 1,
        (f"D{LEAD}", "The batch of concerns is here"): 1,
        (f"D{READER}", "The batch of concerns is here"): 1,
    }
)
Build = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def built(sqlite_template: Path, tmp_path: Path) -> Build:
    """Stores of their own, a second before two agendas for one channel and two direct messages are due."""
    numbers = count()

    @asynccontextmanager
    async def build(*, history: bool) -> AsyncIterator[House]:
        file = copy(sqlite_template, tmp_path / f"{next(numbers)}.db")
        async with open_work(f"sqlite:///{file}") as work:
            house = House(work)
            await house.furnish(
                DAILY,
                replace(DAILY, id="h2", title="Second huddle"),
                clinic=replace(CLINIC, concerns_at=time(8, 50), tracks=()),
            )
            house.clock.jump_to(AGENDA_DUE - timedelta(minutes=50))
            await house.add(house.note(READER))
            await house.pulse(3)
            house.clock.jump_to(AGENDA_DUE - timedelta(seconds=1))
            house.poster.standing.clear()
            house.poster.history = history
            yield house

    return build


async def live(house: House, fuse: Fuse) -> None:
    """A process until it is killed, or for 80 seconds."""
    begin = house.clock()
    house.start(FusedWork(house.work, fuse), FusedPoster(house.poster, fuse))
    try:
        for seconds in SECONDS:
            house.clock.jump_to(begin + timedelta(seconds=1 + seconds))
            await house.pulse()
    except Killed:
        pass


async def delivered(house: House) -> Counter[tuple[str, str]]:
    """What stands in Slack but for notices, marks left out; nothing may be under way any more."""
    async with house.work.reading() as books:
        assert await books.outbox.in_doubt() == ()
    assert await house.waiting() == ()
    return Counter(
        (one.channel, _named(one.message.text)) for one in house.poster.standing if "lost" not in one.message.text
    )


def _named(text: str) -> str:
    return next((words for _, words in EVERY_POST if words in text), text)


def marked(house: House) -> int:
    return sum(MARK in one.message.text for one in house.poster.standing)


async def boundaries(built: Build, *, history: bool) -> list[str]:
    """What an undisturbed process passes, up to its last commit."""
    async with built(history=history) as house:
        fuse = Fuse()
        await live(house, fuse)
        assert await delivered(house) == EVERY_POST
    expected = {"before post", "after post", "before books.outbox.intend", "before books.outbox.settle"}
    assert expected <= set(fuse.passed)
    last_commit = len(fuse.passed) - fuse.passed[::-1].index("after books.commit")
    return fuse.passed[:last_commit]


async def test_killed_anywhere_nothing_is_lost_and_nothing_comes_twice(built: Build) -> None:
    for length, where in enumerate(await boundaries(built, history=True), 1):
        async with built(history=True) as house:
            await live(house, Fuse(length))
            await live(house, Fuse())
            assert await delivered(house) == EVERY_POST, f"killed {where}, step {length}"
            assert marked(house) == 0


async def test_killed_anywhere_without_the_history_at_most_one_comes_again_marked(built: Build) -> None:
    for length, where in enumerate(await boundaries(built, history=False), 1):
        async with built(history=False) as house:
            await live(house, Fuse(length))
            await live(house, Fuse())
            found = await delivered(house)
            assert found.keys() == EVERY_POST.keys(), f"killed {where}, step {length}"
            assert found.total() - EVERY_POST.total() <= marked(house) <= 1, f"killed {where}, step {length}"


async def killed_again_and_again(built: Build, seed: int) -> None:
    """Up to four kills at random, and every fifth answer lost."""
    chance = Random(seed)
    async with built(history=True) as house:
        troubles = [None, None, None, None, Trouble(OutcomeUnknown("lost"), stored=chance.random() < 0.5)]
        house.poster.order(*(chance.choice(troubles) for _ in range(12)))
        for _ in range(chance.randint(1, 4)):
            await live(house, Fuse(chance.randint(1, 100)))
        await live(house, Fuse())
        await live(house, Fuse())
        assert await delivered(house) == EVERY_POST, f"seed {seed}"
        assert marked(house) == 0, f"seed {seed}"


async def test_killed_again_and_again_with_answers_lost(built: Build) -> None:
    for seed in range(10):
        await killed_again_and_again(built, seed)


@pytest.mark.proof
async def test_two_hundred_random_kills(built: Build, proof: Callable[[str, object, str], None]) -> None:
    for seed in range(1000, 1200):
        await killed_again_and_again(built, seed)
    proof("posts lost or doubled in 200 runs of random kills and lost answers", 0, "0")
