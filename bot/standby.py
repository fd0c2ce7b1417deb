"""The socket of one of several processes: open in the one that answers the forms of concerns, on standby in the others.

Slack gives each envelope to any open socket. Who has one must be able to answer everything, so only one process has one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.leases import Holds
from bot.line import Sleep
from bot.lines import OneLine

LOOK_EVERY_SECONDS = 1.0
LOOKS_AT_THE_START = 3
"""So long the first opening waits for the lease, so that a process alone is connected before it says so."""


class StandbyLine:
    """`make`: a line; `mine`: whether this process is to have it; `others`: whether another is known to have it.

    Where neither is known, as while the database is away, an open line stays open: people get at least a sentence.
    """

    def __init__(
        self, make: Callable[[], OneLine], mine: Holds, others: Holds, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._make = make
        self._mine = mine
        self._others = others
        self._sleep = sleep
        self._line: OneLine | None = None
        self._watching: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Opens the line where it is this process's; else it is taken up by `watch`. Raises what the line raises."""
        for _ in range(LOOKS_AT_THE_START):
            if self._mine() or self._others():
                break
            await self._sleep(LOOK_EVERY_SECONDS)
        await self._follow()

    async def is_up(self) -> bool:
        """Whether the line is up, or another process has it."""
        return await self._line.is_up() if self._line is not None else not self._mine()

    def quiet_seconds(self) -> int | None:
        return self._line.quiet_seconds() if self._line is not None else None

    async def watch(self) -> None:
        """Never returns while the line holds. Raises what the line raises."""
        while True:
            await self._sleep(LOOK_EVERY_SECONDS)
            await self._follow()
            if self._watching is not None and self._watching.done():
                self._watching.result()

    async def close(self) -> None:
        watching, self._watching = self._watching, None
        line, self._line = self._line, None
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        if line is not None:
            await line.close()

    async def _follow(self) -> None:
        if self._line is None and self._mine():
            self._line = self._make()
            await self._line.open()
            self._watching = asyncio.create_task(self._line.watch(), name="line")
        elif self._line is not None and self._others():
            await self.close()
