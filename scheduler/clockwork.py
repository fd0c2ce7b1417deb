"""The pulse. APScheduler wakes planner and couriers at every full second and the keeper every hour; it stores nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.planner import Planner

KEEPER_SECONDS = 3600
GRACE_SECONDS = 30

Tick = Callable[[], Awaitable[None]]

log = logging.getLogger("mat.scheduler")


class Rounds(Protocol):
    """Something else that is looked after with each pulse, at its own pace."""

    async def tick(self) -> None: ...


class Couriers(Protocol):
    """Who hands out lanes: one process to itself, or several among each other."""

    async def tick(self) -> None:
        """Sends what may go now, to its end."""

    async def hand_out(self) -> None:
        """Begins the work on lanes that have some, and comes back at once."""

    def next_look(self) -> datetime | None:
        """When there is something to do next for what waits in memory; None where nothing does."""

    def stop(self) -> None:
        """Nothing more is begun; what is on the wire ends."""

    async def close(self, within: float) -> None:
        """After `stop`: waits for what is on the wire, at most so many seconds."""


class Clockwork:
    """Runs the planner, rounds and keeper beside it one after the other, and the couriers beside both.

    A tick that fails is logged, and the next one comes. `first`: rounds that come before everything else.
    """

    def __init__(
        self,
        planner: Planner,
        courier: Couriers,
        keeper: Rounds,
        *,
        rounds: Sequence[Rounds] = (),
        first: Sequence[Rounds] = (),
    ) -> None:
        self._planner = planner
        self._rounds = tuple(rounds)
        self._first = tuple(first)
        self._courier = courier
        self._keeper = keeper
        self._awake = asyncio.Event()
        self._to_hand_out = asyncio.Event()
        self._house_waits = asyncio.Event()
        self._keeping = True
        self._stopping = False
        self._turning = False
        self._tasks: list[asyncio.Task[None]] = []
        self._pulse = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE_SECONDS}
        )

    def start(self) -> None:
        """Starts the pulse in the running event loop; the first tick comes at once."""
        # At full seconds: what is due at the full hour is looked for then, and not up to a second later.
        self._pulse.add_job(self._wake, "cron", second="*", id="pulse")
        self._pulse.add_job(self._keep, "interval", seconds=KEEPER_SECONDS, id="keeper")
        self._pulse.start()
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._run(), name="clockwork"),
            loop.create_task(self._keep_house(), name="house"),
            loop.create_task(self._deliver(), name="couriers"),
        ]
        self.wake()

    def wake(self) -> None:
        """Something new may be due: look at once. Call it from the event loop, after the commit."""
        self._awake.set()
        if self._turning:
            # Planning may take a while, and what is planned already need not wait for it.
            self._to_hand_out.set()

    async def stop(self, within: float = 10) -> None:
        """Lets what is under way end, for at most `within` seconds, and stops. Safe to call twice."""
        self._stopping = True
        self._courier.stop()
        self._to_hand_out.set()
        self._house_waits.set()
        if self._pulse.running:
            self._pulse.shutdown(wait=False)
        self.wake()
        if self._tasks:
            tasks, self._tasks = self._tasks, []
            await asyncio.gather(asyncio.wait(tasks, timeout=within), self._courier.close(within))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

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
            self._turning = True
            await self._plan()
            self._turning = False
            self._to_hand_out.set()
            self._house_waits.set()

    async def _keep_house(self) -> None:
        """Beside the planner: going through thousands of clinics takes a while, and eight o'clock does not wait for it."""
        while True:
            await self._house_waits.wait()
            self._house_waits.clear()
            if self._stopping:
                return
            await self._do_keep()
            await self._do_rounds()
            self._to_hand_out.set()

    async def _deliver(self) -> None:
        while True:
            await self._to_hand_out.wait()
            self._to_hand_out.clear()
            if self._stopping:
                return
            await _guarded("courier", self._courier.hand_out)

    async def turn(self, *, keep: bool = False) -> tuple[str, ...]:
        """Everything once, in its order and to its end; gives the names of what failed. `keep`: the keeper too, as once an hour."""
        failed = (*await self._do_keep(keep=keep), *await self._plan(), *await self._do_rounds())
        return failed if await _guarded("courier", self._courier.tick) else (*failed, "courier")

    async def _plan(self) -> tuple[str, ...]:
        ticks: list[tuple[str, Tick]] = [(_named(one), one.tick) for one in self._first]
        ticks.append(("planner", partial(self._planner.tick, self._to_hand_out.set)))
        return tuple([name for name, tick in ticks if not await _guarded(name, tick)])

    async def _do_keep(self, *, keep: bool = False) -> tuple[str, ...]:
        if not keep and not self._keeping:
            return ()
        self._keeping = not await _guarded("keeper", self._keeper.tick)
        return ("keeper",) if self._keeping else ()

    async def _do_rounds(self) -> tuple[str, ...]:
        ticks = [(_named(rounds), rounds.tick) for rounds in self._rounds]
        return tuple([name for name, tick in ticks if not await _guarded(name, tick)])


def _named(rounds: Rounds) -> str:
    return str(getattr(rounds, "known_as", type(rounds).__name__))


async def _guarded(name: str, tick: Tick) -> bool:
    """Whether the tick went through."""
    try:
        await tick()
    except Exception as problem:  # noqa: BLE001  # whatever it was, the next tick comes
        fields = {"kind": name, "type": type(problem).__name__}
        log.error("tick-failed", extra=fields)  # noqa: TRY400  # a traceback may quote what people wrote
        return False
    return True
