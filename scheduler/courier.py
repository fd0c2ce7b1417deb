"""The courier of one process: it owns all lanes, and works on each that has something to do.

This is how lanes are handed out where one process runs alone. `scheduler.lane` is what an owner does with its lane.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial

from scheduler.lane import Lane
from scheduler.parts import Parts

FAR_AWAY, MANY = datetime(9000, 1, 1, tzinfo=UTC), 1_000_000
"""For whoever wants everything that waits."""

A_PULSE = 1.0
"""Seconds. What comes later than this is taken up by a later pulse."""

log = logging.getLogger("mat.scheduler")


class Courier:
    """Owns all lanes. A tick that fails raises the first thing that went wrong, after everything else was done."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lanes: dict[int, Lane] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Nothing more is begun; what is on the wire ends."""
        self._stopping.set()
        for lane in self._lanes.values():
            lane.stop()

    def next_look(self) -> datetime | None:
        """When there is something to do next for what waits in memory; None where nothing does."""
        return min(filter(None, (lane.next_at() for lane in self._lanes.values())), default=None)

    async def tick(self) -> None:
        """Sends what may go now and looks for what is in doubt, and comes back when that is done."""
        lanes = await self._with_work()
        if self._parts.limits.at_once == 1:
            for lane in lanes:
                await lane.turn()
            return
        for problem in await asyncio.gather(*(lane.turn() for lane in lanes), return_exceptions=True):
            if problem is not None:
                raise problem

    async def hand_out(self) -> None:
        """Begins the work on every lane that has some, and comes back at once."""
        for lane in await self._with_work():
            if lane.number not in self._running:
                task = asyncio.create_task(self._work_on(lane), name=f"lane-{lane.number}")
                self._running[lane.number] = task
                task.add_done_callback(partial(self._ended, lane.number))

    def _ended(self, number: int, _task: asyncio.Task[None]) -> None:
        del self._running[number]

    async def close(self, within: float) -> None:
        """After `stop`: waits for what is on the wire, at most so many seconds, and lets go of the rest."""
        ends = [*self._running.values(), *(asyncio.create_task(lane.ended()) for lane in self._lanes.values())]
        if not ends:
            return
        _, unfinished = await asyncio.wait(ends, timeout=within)
        for lane in self._lanes.values():
            lane.drop()
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*ends, return_exceptions=True)

    async def _with_work(self) -> list[Lane]:
        if self._stopping.is_set():
            return []
        now = self._parts.clock()
        async with self._parts.work.reading() as books:
            found = set(await books.outbox.lanes_with_work(now))
        found |= {number for number, lane in self._lanes.items() if not lane.at_rest or lane.is_due(now)}
        return [self._lane(number) for number in sorted(found)]

    def _lane(self, number: int) -> Lane:
        if number not in self._lanes:
            self._lanes[number] = Lane(number, self._parts)
        return self._lanes[number]

    async def _work_on(self, lane: Lane) -> None:
        """Begins again as soon as a place is free, for as long as that comes soon."""
        while not self._stopping.is_set():
            try:
                await lane.begin()
            except Exception as problem:  # noqa: BLE001  # whatever it was, the next pulse comes
                fields = {"kind": f"lane-{lane.number}", "type": type(problem).__name__}
                log.error("lane-failed", extra=fields)  # noqa: TRY400  # a traceback may quote what people wrote
                return
            soon = lane.next_at()
            wait = A_PULSE if soon is None else (soon - self._parts.clock()).total_seconds()
            if wait >= A_PULSE:
                return
            await asyncio.sleep(max(0.0, wait))
