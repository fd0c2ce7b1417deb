"""Those who come while a transaction is under way go into the next one together, so that a hundred at once wait for a few commits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

One = TypeVar("One")


class Together(Generic[One]):
    """`await together(one)` returns once `write` has committed a number of ones that this one is among.

    What `write` raises is raised for each of them: none was kept. Whoever is cancelled meanwhile takes nobody along.
    """

    def __init__(self, write: Callable[[Sequence[One]], Awaitable[None]]) -> None:
        self._write = write
        self._waiting: list[tuple[One, asyncio.Future[Exception | None]]] = []
        self._round: asyncio.Task[None] | None = None

    async def __call__(self, one: One) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Exception | None] = loop.create_future()
        self._waiting.append((one, done))
        if self._round is None or self._round.done():
            self._round = loop.create_task(self._run())
        if broken := await done:
            # Without the traceback of those who were told before: it holds their frames.
            raise broken.with_traceback(None) from None

    async def _run(self) -> None:
        while self._waiting:
            now, self._waiting = self._waiting, []
            broken: Exception | None = None
            try:
                await self._write([one for one, _ in now])
            except Exception as failed:  # noqa: BLE001 - whatever it is, it is theirs to hear
                broken = failed
            for _, done in now:
                if not done.done():
                    done.set_result(broken)
