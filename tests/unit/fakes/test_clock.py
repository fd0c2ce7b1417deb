"""The hand-moved clock wakes sleepers in order, at their own moments."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from tests.fakes.clock import MONDAY_MORNING, HandClock


async def test_sleepers_wake_in_order_each_at_its_own_moment() -> None:
    clock = HandClock()
    woken: list[tuple[str, datetime]] = []

    async def sleeper(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, clock()))

    tasks = [asyncio.create_task(sleeper("a", 5, 5)), asyncio.create_task(sleeper("b", 7))]
    await clock.move(seconds=9)
    assert woken == [
        ("a", MONDAY_MORNING + timedelta(seconds=5)),
        ("b", MONDAY_MORNING + timedelta(seconds=7)),
    ]
    await clock.move(seconds=1)
    assert woken[-1] == ("a", MONDAY_MORNING + timedelta(seconds=10))
    await asyncio.gather(*tasks)


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = HandClock()
    task = asyncio.create_task(clock.sleep(5))
    await clock.settle()
    assert clock.next_wake() == MONDAY_MORNING + timedelta(seconds=5)
    task.cancel()
    await clock.settle()
    assert clock.next_wake() is None


async def test_a_jump_wakes_nobody_until_the_clock_is_moved() -> None:
    clock = HandClock()
    task = asyncio.create_task(clock.sleep(5))
    await clock.settle()
    clock.jump_to(MONDAY_MORNING + timedelta(days=1))
    await clock.settle()
    assert not task.done()
    await clock.move(seconds=0)
    assert task.done()
    assert clock() == MONDAY_MORNING + timedelta(days=1)
