"""How lanes are handed out where several processes share one Postgres: Procrastinate, one job a lane and never one a post.

The job is only the right to work on the lane. Its `lock` keeps others away while it runs, its `queueing_lock` keeps it from
waiting twice. A job whose process shows no sign of life is finished, never retried, and the sweep hands the lane out again. What
makes a late awakening harmless is not the queue but the fence: see `store.replicas`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from sqlalchemy.engine import make_url

from mat.lanes import LANES
from scheduler.lane import Lane
from scheduler.parts import Parts
from store.replicas import SCHEMA, Replicas

QUEUE = "lanes"
A_PULSE = 1.0
POOL = 6
NAP_AFTER_TROUBLE = 1.0
SIGNS = 5
"""How often a lane shows that it moves before it would be taken for stalled."""

QUIET_TURNS = 3
"""So many pulses with nothing to do, and the lane is given back."""

log = logging.getLogger("mat.scheduler")


class LaneQueue:
    """`scheduler.clockwork.Couriers` for one of several processes."""

    def __init__(self, url: str, replicas: Replicas, parts: Parts) -> None:
        conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        options = {"options": f"-c search_path={SCHEMA}"}
        self._app = App(
            connector=PsycopgConnector(conninfo=conninfo, kwargs=options, min_size=1, max_size=POOL, timeout=5)
        )
        self._task = self._app.task(name="lane", queue=QUEUE)(self.work_on)
        self._replicas = replicas
        self._parts = parts
        self._lanes: dict[int, Lane] = {}
        self._worker: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    # -- as couriers ------------------------------------------------------------------------------------------------

    async def tick(self) -> None:
        """The same as `hand_out`: what comes of it is other processes' business too."""
        await self.hand_out()

    async def hand_out(self) -> None:
        """Sees to it that every lane with work has a job, and that no job belongs to the dead."""
        if self._stopping.is_set():
            return
        if self._worker is None:
            await self._app.open_async()
            self._worker = asyncio.create_task(self._work(), name="lane-worker")
        async with self._parts.work.reading() as books:
            due = await books.outbox.lanes_with_work(self._parts.clock())
        if not due:
            return
        jobs = [job for job in await self._app.job_manager.list_jobs_async(queue=QUEUE) if job.status in _ALIVE]
        finished = await self._finish(jobs, set(due))
        taken = {job.lock for job in jobs if job.id not in finished}
        await self._defer([lane for lane in due if _lock(lane) not in taken])

    def next_look(self) -> datetime | None:
        return min(filter(None, (lane.next_at() for lane in self._lanes.values())), default=None)

    def stop(self) -> None:
        self._stopping.set()
        for lane in self._lanes.values():
            lane.stop()

    async def close(self, within: float) -> None:
        """Jobs whose lane is at rest end by themselves; of what does not end in time the next owner finds out."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        if self._lanes:
            await asyncio.wait([asyncio.create_task(lane.ended()) for lane in self._lanes.values()], timeout=within)
        for lane in self._lanes.values():
            lane.drop()
        worker.cancel()
        await asyncio.wait([worker], timeout=within + A_PULSE)
        await self._app.close_async()

    # -- handing out ------------------------------------------------------------------------------------------------

    async def _finish(self, jobs: Collection[Job], due: Collection[int]) -> Collection[int | None]:
        """Ends jobs of processes without a sign of life, and jobs on lanes whose posts do not move; their ids."""
        seconds = self._parts.waits.stalled
        manager = self._app.job_manager
        stalled = {job.id for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=seconds)}
        still = {_lock(lane) for lane in await self._replicas.still(seconds) if lane in due}
        ended = set()
        for job in jobs:
            if job.status == Status.DOING.value and (job.id in stalled or job.lock in still):
                log.warning("lane-stalled", extra={"kind": str(job.lock)})
                ended.add(job.id)
                # Another process may have ended it in the same moment.
                with suppress(ConnectorException):
                    await manager.finish_job(job, Status.FAILED, delete_job=True)
        return ended

    async def _defer(self, lanes: Collection[int]) -> None:
        await self._replicas.wake(sorted(lanes))
        for lane in lanes:
            # Another process may have been quicker.
            with suppress(AlreadyEnqueued):
                await self._task.configure(lock=_lock(lane), queueing_lock=_lock(lane)).defer_async(lane=lane)

    async def _work(self) -> None:
        """Takes jobs for as long as the process lives; begins again where the database was away or took us for dead."""
        while not self._stopping.is_set():
            try:
                await self._app.run_worker_async(**self._options())
                log.warning("worker-ended")
            except Exception as problem:  # noqa: BLE001  # whatever it was, there is nobody else to go on
                fields = {"kind": "lane-worker", "type": type(problem).__name__}
                log.warning("worker-failed", extra=fields)
            await asyncio.sleep(NAP_AFTER_TROUBLE)

    def _options(self) -> Any:
        waits = self._parts.waits
        return {
            "queues": [QUEUE],
            "concurrency": LANES,
            "install_signal_handlers": False,
            "fetch_job_polling_interval": A_PULSE,
            "delete_jobs": "always",
            "update_heartbeat_interval": waits.heartbeat,
            "stalled_worker_timeout": waits.stalled,
            "shutdown_graceful_timeout": A_PULSE,
        }

    # -- one lane ---------------------------------------------------------------------------------------------------

    async def work_on(self, lane: int) -> None:
        """A job: takes the lane over and works on it until nothing is left to do, or somebody else has it."""
        try:
            epoch = await self._replicas.take(lane)
            mine = self._lanes[lane] = Lane(lane, self._parts, epoch=epoch)
            await self._turns(mine)
        except Exception as problem:  # noqa: BLE001  # the sweep hands it out again
            fields = {"kind": _lock(lane), "type": type(problem).__name__}
            log.error("lane-failed", extra=fields)  # noqa: TRY400  # a traceback may quote what people wrote

    async def _turns(self, lane: Lane) -> None:
        quiet, sign = 0, asyncio.create_task(self._show_signs(lane))
        try:
            while quiet < QUIET_TURNS and not self._stopping.is_set() and not sign.done():
                found = await lane.begin()
                soon = lane.next_at()
                quiet = 0 if found or soon or not lane.at_rest else quiet + 1
                ahead = A_PULSE if soon is None else (soon - self._parts.clock()).total_seconds()
                await asyncio.sleep(min(A_PULSE, max(0.0, ahead)))
        finally:
            sign.cancel()
            lane.stop()
            await lane.ended()
            if self._lanes.get(lane.number) is lane:
                del self._lanes[lane.number]

    async def _show_signs(self, lane: Lane) -> None:
        """Notes that the lane moves, beside its turns, which may be long. Ends where somebody else has taken it over."""
        moves, steps = True, 0
        while True:
            if moves and not await self._touched(lane):
                lane.stop()
                return
            await asyncio.sleep(self._parts.waits.stalled / SIGNS)
            moves, steps = lane.moves(steps)

    async def _touched(self, lane: Lane) -> bool:
        """Whether the lane is still ours, as far as the store can say."""
        try:
            return await self._replicas.touch(lane.number, lane.epoch or 0)
        except Exception as problem:  # noqa: BLE001  # the next sign comes, and no intent is granted without the store
            log.warning("sign-not-stored", extra={"kind": _lock(lane.number), "type": type(problem).__name__})
            return True


_ALIVE = frozenset({Status.TODO.value, Status.DOING.value})


def _lock(lane: int) -> str:
    return f"lane-{lane}"
