"""Room for posts in hand, handed out several at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

WINDOWS = 4


class Slots(asyncio.Semaphore):
    """One place for each post that may be in hand.

    Under load places come free one by one, and a lane that took each at once would compose and intend its posts one by one. So
    whoever is first waits a little for more to come free, and the others queue behind it.
    """

    def __init__(
        self, number: int, window: float, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """`window`: seconds of one of the few waits; none where it is 0."""
        super().__init__(number)
        self._free = number
        self._turn = asyncio.Lock()
        self._window = window
        self._sleep = sleep

    async def several(self, at_most: int) -> int:
        """Waits for one place, and takes as many more as come free soon; how many it has taken."""
        async with self._turn:
            await self.acquire()
            for _ in range(WINDOWS if self._window else 0):
                if self._free >= at_most - 1:
                    break
                await self._sleep(self._window)
            taken = 1
            while taken < at_most and not self.locked():
                await self.acquire()
                taken += 1
            return taken

    async def acquire(self) -> bool:  # type: ignore[override]  # typeshed says Literal[True]
        await super().acquire()
        self._free -= 1
        return True

    def release(self) -> None:
        super().release()
        self._free += 1
