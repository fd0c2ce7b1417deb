"""A clock that stands still until a test moves it, with a sleep that ends only then."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

MONDAY_MORNING = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)
"""Monday 4 January 2027, 9:00 AM in New York."""

TURNS = 50
"""How often other tasks get their turn after each step: enough for chains of awaits, none for real input and output."""


class HandClock:
    """Call it for the time now (aware UTC); hand `clock.sleep` to whatever sleeps; move it with `move` or `move_to`."""

    def __init__(self, now: datetime = MONDAY_MORNING) -> None:
        self.now = now
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been moved by at least `seconds`; zero or less only gives others a turn."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + timedelta(seconds=seconds), next(self._order), future))
        await future

    async def move(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Move forward; sleepers wake in order, each at its own moment, and get turns before the clock goes on."""
        await self.move_to(self.now + timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days))

    async def move_to(self, target: datetime) -> None:
        """Move forward to an aware instant, waking sleepers on the way."""
        await self.settle()
        while (due := self.next_wake()) is not None and due <= target:
            self.now = max(self.now, due)
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)
            await self.settle()
        self.now = target

    def jump_to(self, target: datetime) -> None:
        """Set the clock without waking anybody, forward or back, as an administrator would."""
        self.now = target

    def next_wake(self) -> datetime | None:
        """When the next sleeper is due, or None where nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    @staticmethod
    async def settle() -> None:
        """Give every other task its turns."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
