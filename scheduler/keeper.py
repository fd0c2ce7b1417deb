"""The keeper: what must be put right now and then, apart from the posts themselves."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from mat.clinic import Clinic
from mat.delivery import Schedule
from mat.errors import RuleRefused, UnknownZone
from mat.ports import Books, ClinicBooks, Clock, NewId, Work
from mat.schedules import EVERY_CLINIC_HAS, due_times, keep_schedules
from scheduler.closed_days import tell_closed, to_tell

HANDLED_FOR = timedelta(hours=1)
"""How long what Slack sent is known again. Slack tries three times within six minutes."""

log = logging.getLogger("mat.scheduler")


class Keeper:
    """Keeps every schedule's instant true to the wall clock, and tells teams of the closed days ahead.

    An instant moves when the rules of its zone change, or when closed days are entered or taken back. A clinic that was set up
    before the bot knew one of today's rhythms gets it here.
    """

    def __init__(self, work: Work, *, clock: Clock, new_id: NewId) -> None:
        self._work = work
        self._clock = clock
        self._new_id = new_id

    async def tick(self) -> None:
        """Corrects every `next_at` that is ahead and no longer what its local time means. Writes only where there is something to."""
        now = self._clock()
        async with self._work.reading() as books:
            clinics = [clinic for clinic in await books.clinics.all() if clinic.ready]
            pressing = [clinic for clinic in clinics if await _pressing(books.at(clinic), clinic, now)]
        for clinic in pressing:
            async with self._work.writing() as books:
                await self._correct(books, clinic, now)
                for closure in await to_tell(books.at(clinic), clinic, now):
                    await tell_closed(books, clinic, closure, now, self._new_id)
                await books.commit()
        await self._forget_handled(now - HANDLED_FOR)

    async def _forget_handled(self, before: datetime) -> None:
        async with self._work.reading() as books:
            if not await books.handled.stale(before):
                return
        async with self._work.writing() as books:
            await books.handled.forget(before)
            await books.commit()

    async def _correct(self, books: Books, clinic: Clinic, now: datetime) -> None:
        at = books.at(clinic)
        if await _lacks_one(at):
            with suppress(UnknownZone, RuleRefused):
                await keep_schedules(at, clinic, now)
        corrected = await _moved(at, now)
        for schedule in corrected:
            await books.outbox.advance(schedule)
        if corrected:
            log.info("schedules-moved", extra={"clinic": clinic.id, "count": len(corrected)})


async def _pressing(books: ClinicBooks, clinic: Clinic, now: datetime) -> bool:
    return bool(await _lacks_one(books) or await _moved(books, now) or await to_tell(books, clinic, now))


async def _lacks_one(books: ClinicBooks) -> bool:
    kinds = {schedule.kind for schedule in await books.schedules.all()}
    return bool(kinds) and not kinds >= EVERY_CLINIC_HAS


async def _moved(books: ClinicBooks, now: datetime) -> list[Schedule]:
    """Schedules still ahead whose instant is another one now. One that is due is the planner's."""
    closures, found = await books.closures.all(), []
    for schedule in await books.schedules.all():
        if schedule.next_at is not None and schedule.next_at > now:
            with suppress(UnknownZone, RuleRefused):  # the planner reports it when it is due
                due = next(due_times(schedule, closures), None)
                if due is not None and due.at != schedule.next_at:
                    found.append(replace(schedule, next_at=due.at))
    return found
