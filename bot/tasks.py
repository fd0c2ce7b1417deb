"""Work that runs after Slack has its answer. The running bot owns it, and finishes it before it stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from mat.ports import Later, PostFailed

log = logging.getLogger("mat.tasks")

# The acknowledgement leaves when the listener returns; what is started there must not overtake it.
AFTER_THE_ANSWER_SECONDS = 0.05


class Tasks:
    """Every background task of one bot. `pause`: seconds from the return of a listener to the work that it has left for later."""

    def __init__(self) -> None:
        self.pause = AFTER_THE_ANSWER_SECONDS
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Later) -> None:
        """Runs `work` a moment after the listener has returned; a failure is logged by type, never raised."""
        self.own(self._after_the_answer(work))

    def own(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _after_the_answer(self, work: Later) -> None:
        await asyncio.sleep(self.pause)
        try:
            await work()
        except PostFailed as problem:
            log.warning("later_refused", extra={"code": problem.code})
        except Exception as broken:  # noqa: BLE001 - nobody waits for this task; the log is where it can be seen
            log.error("later_failed", extra={"type": type(broken).__name__})  # noqa: TRY400 - a traceback could hold words

    async def drain(self, seconds: float) -> None:
        """Waits for what runs, at most `seconds`, then cancels the rest."""
        if not self._running:
            return
        _, unfinished = await asyncio.wait(set(self._running), timeout=seconds)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
