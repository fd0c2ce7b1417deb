"""The pulse. APScheduler wakes the planner and the courier every second and the keeper every hour; it stores nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.courier import Courier
from scheduler.keeper import Keeper
from scheduler.planner import Planner

PULSE_SECONDS = 1
KEEPER_SECONDS = 3600
GRACE_SECONDS = 30

log = logging.getLogger("mat.scheduler")


class Rounds(Protocol):
    """Something else that is looked after with each pulse, at its own pace."""

    async def tick(self) -> None: ...


class Clockwork:
    """Runs planner, rounds, courier and keeper one after the other, never two at once.

    A tick that fails is logged, and the next one comes.
    """

    def __init__(self, planner: Planner, courier: Courier, keeper: Keeper, *, rounds: Sequence[Rounds] = ()) -> None:
        self._planner = planner
        self._rounds = tuple(rounds)
        self._courier = courier
        self._keeper = keeper
        self._awake = asyncio.Event()
        self._keeping = True
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._pulse = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_SECONDS}
        )

    def start(self) -> None:
        """Starts the pulse in the running event loop; the first tick comes at once."""
        self._pulse.add_job(self._wake, "interval", seconds=PULSE_SECONDS, id="pulse")
        self._pulse.add_job(self._keep, "interval", seconds=KEEPER_SECONDS, id="keeper")
        self._pulse.start()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="clockwork")
        self.wake()

    def wake(self) -> None:
        """Something new may be due: look at once. Call it from the event loop, after the commit."""
        self._awake.set()

    async def stop(self, within: float = 10) -> None:
        """Lets the post that is under way end, for at most `within` seconds, and stops. Safe to call twice."""
        self._stopping = True
        self._courier.stop()
        if self._pulse.running:
            self._pulse.shutdown(wait=False)
        self.wake()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=within)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _wake(self) -> None:
        self.wake()

    async def _keep(self) -> None:
        self._keeping = True
        self.wake()

    async def _run(self) -> None:
        while True:
            await self._awake.wait()
            self._awake.clear()
            if self._stopping:
                return
            await self.turn()

    async def turn(self, *, keep: bool = False) -> tuple[str, ...]:
        """Everything once, in its order; gives the names of what failed. `keep`: the keeper too, as once an hour."""
        failed = []
        if keep or self._keeping:
            self._keeping = not await _guarded("keeper", self._keeper.tick)
            failed += ["keeper"] if self._keeping else []
        ticks = [(type(rounds).__name__, rounds.tick) for rounds in self._rounds]
        for name, tick in (("planner", self._planner.tick), *ticks, ("courier", self._courier.tick)):
            if not await _guarded(name, tick):
                failed.append(name)
        return tuple(failed)


async def _guarded(name: str, tick: Callable[[], Awaitable[None]]) -> bool:
    """Whether the tick went through."""
    try:
        await tick()
    except Exception as problem:  # noqa: BLE001  # whatever it was, the next tick comes
        fields = {"kind": name, "type": type(problem).__name__}
        log.error("tick-failed", extra=fields)  # noqa: TRY400  # a traceback may quote what people wrote
        return False
    return True
