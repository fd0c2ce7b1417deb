"""Places on the wire: several at a time, one lane after the other."""

from __future__ import annotations

import asyncio

from scheduler.slots import WINDOWS, Slots


class Sleeper:
    """Counts the waits, and lets somebody give places back during one."""

    def __init__(self) -> None:
        self.waits = 0
        self.slots: Slots | None = None
        self.back: list[int] = []

    async def __call__(self, _seconds: float) -> None:
        self.waits += 1
        for _ in range(self.back.pop(0) if self.back else 0):
            assert self.slots is not None
            self.slots.release()
        await asyncio.sleep(0)


def made(number: int, window: float = 0.005) -> tuple[Slots, Sleeper]:
    sleeper = Sleeper()
    sleeper.slots = Slots(number, window, sleep=sleeper)
    return sleeper.slots, sleeper


async def test_as_many_as_are_wanted_and_free_are_taken_at_once() -> None:
    slots, sleeper = made(5)
    assert await slots.several(3) == 3
    assert sleeper.waits == 0
    assert await slots.several(3) == 2, "after a while with what there is"
    assert sleeper.waits == WINDOWS


async def test_places_that_come_free_a_little_later_are_taken_too() -> None:
    slots, sleeper = made(3)
    assert await slots.several(3) == 3
    slots.release()
    sleeper.back = [0, 2]
    assert await slots.several(3) == 3
    assert sleeper.waits == 2


async def test_without_a_window_nobody_waits() -> None:
    slots, sleeper = made(2, window=0)
    assert await slots.several(5) == 2
    assert sleeper.waits == 0


async def test_whoever_comes_second_waits_for_the_first() -> None:
    slots, _ = made(1)
    assert await slots.several(1) == 1
    waiting = [asyncio.create_task(slots.several(2)) for _ in range(2)]
    await asyncio.sleep(0)
    slots.release()
    assert await waiting[0] == 1
    assert not waiting[1].done()
    slots.release()
    assert await waiting[1] == 1
