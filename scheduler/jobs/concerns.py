"""What the readers of concerns are told. Neither text says how many came."""

from __future__ import annotations

from mat.concerns import ClinicKey, ConcernClock
from mat.message import Message
from mat.zones import wall_clock
from messages.concern_notice import batch_notice, released_now
from scheduler.composing import Occasion


class ConcernBatchComposer:
    """Releases the day's batch, then says that it is there; for the second reader it is released already."""

    def __init__(self, concerns: ConcernClock) -> None:
        self._concerns = concerns

    async def __call__(self, occasion: Occasion) -> Message:
        clinic = occasion.clinic
        # A copy asked for by hand must not let anybody see concerns before their hour.
        if not (occasion.rehearsal or occasion.post.extra):
            day = wall_clock(occasion.post.due_at, clinic.zone).date()
            await self._concerns.release(ClinicKey(clinic.workspace, clinic.id), day)
        return batch_notice(clinic)


async def concern_now(occasion: Occasion) -> Message:
    return released_now(occasion.clinic)
