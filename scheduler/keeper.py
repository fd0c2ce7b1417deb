"""The keeper: what must be put right now and then, apart from the posts themselves."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from mat.clinic import Clinic
from mat.delivery import Schedule
from mat.errors import UnknownZone
from mat.ports import Books, Clock, Work
from mat.schedules import due_at

log = logging.getLogger("mat.scheduler")


class Keeper:
    """Keeps every schedule's instant true to the wall clock: a zone whose rules have changed moves its posts."""

    def __init__(self, work: Work, *, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    async def tick(self) -> None:
        """Corrects every `next_at` that is ahead and no longer what its local time means. Writes only where one has moved."""
        now = self._clock()
        async with self._work.reading() as books:
            clinics = await books.clinics.all()
            moved = [clinic for clinic in clinics if _moved(await books.at(clinic).schedules.all(), now)]
        for clinic in moved:
            async with self._work.writing() as books:
                await self._correct(books, clinic, now)
                await books.commit()

    async def _correct(self, books: Books, clinic: Clinic, now: datetime) -> None:
        corrected = _moved(await books.at(clinic).schedules.all(), now)
        for schedule in corrected:
            await books.outbox.advance(schedule)
        log.info("schedules-moved-with-their-zone", extra={"clinic": clinic.id, "count": len(corrected)})


def _moved(schedules: Sequence[Schedule], now: datetime) -> list[Schedule]:
    """Schedules still ahead whose instant is another one now. One that is due is the planner's."""
    found = []
    for schedule in schedules:
        if schedule.next_local is not None and schedule.next_at is not None and schedule.next_at > now:
            with suppress(UnknownZone):  # the planner reports it when it is due
                at = due_at(schedule.next_local, schedule.zone, schedule.shift_minutes)
                if at != schedule.next_at:
                    found.append(replace(schedule, next_at=at))
    return found
