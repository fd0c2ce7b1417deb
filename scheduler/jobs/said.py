"""“You said, we did”: the preview that asks the readers, and the post that one of them said yes to."""

from __future__ import annotations

from mat.concerns import ClinicKey
from mat.concerns.said import ConcernPublisher, edition, month_of
from mat.message import Message
from mat.zones import wall_clock
from messages.concern_said import Preview, preview, told
from scheduler.composing import NotWanted, Occasion

A_WEEK_OF_DAYS = 7


class SaidPreviewComposer:
    """Asks on the first Tuesday, and once more on the second while nobody has decided."""

    def __init__(self, concerns: ConcernPublisher) -> None:
        self._concerns = concerns

    async def __call__(self, occasion: Occasion) -> Message:
        if occasion.rehearsal:
            # Nobody said yes to these sentences yet: not even who runs the server sees them by way of a preview.
            raise NotWanted("for-readers-only")
        clinic, key = occasion.clinic, ClinicKey(occasion.clinic.workspace, occasion.clinic.id)
        month = month_of(wall_clock(occasion.now, clinic.zone))
        if (await self._concerns.said_state(key, month)).decided:
            raise NotWanted("decided")
        waiting = await self._concerns.unsaid(key)
        lines = edition(waiting)
        if not lines:
            raise NotWanted("nothing-to-tell")
        local = occasion.post.local_at
        again = local is not None and local.day > A_WEEK_OF_DAYS
        held = await self._concerns.held_back(key)
        return preview(Preview(clinic, month, lines, more=len(lines) < len(waiting), held=held, again=again))


class SaidComposer:
    """The post of one month, from what was approved for it and still stands."""

    def __init__(self, concerns: ConcernPublisher) -> None:
        self._concerns = concerns

    async def __call__(self, occasion: Occasion) -> Message:
        clinic, local = occasion.clinic, occasion.post.local_at
        month = month_of(local or wall_clock(occasion.now, clinic.zone))
        lines = await self._concerns.said(ClinicKey(clinic.workspace, clinic.id), month)
        if not lines:
            raise NotWanted("taken-back")
        return told(clinic, month, lines)
