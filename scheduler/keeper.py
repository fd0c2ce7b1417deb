"""The keeper: what must be put right now and then, apart from the posts themselves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from mat.clinic import Clinic
from mat.closures import Closures, begins_before_we_meet_again
from mat.delivery import Schedule
from mat.errors import RuleRefused, UnknownZone
from mat.gathered import Standing
from mat.ports import Books, Clock, NewId, Work
from mat.schedules import EVERY_CLINIC_HAS, due_times, keep_schedules
from mat.zones import wall_clock
from scheduler.alike import Alike
from scheduler.closed_days import tell_closed, to_tell

PAGE = 50
"""Clinics read at a time."""

REST = 0.025
"""Seconds between two pages: what people ask and what is due come first."""

HANDLED_FOR = timedelta(hours=1)
"""How long what Slack sent is known again. Slack tries three times within six minutes."""

log = logging.getLogger("mat.scheduler")

Instants = Alike[datetime | None]
"""What the next times of schedules mean as instants."""


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
        """Corrects every `next_at` that is ahead and no longer what its local time means. Writes only where there is something to.

        Reads page after page, so that thousands of clinics take neither much memory nor anybody else's turn.
        """
        now, last, instants = self._clock(), None, Alike(_next_instant)
        while True:
            async with self._work.reading() as books:
                page = await books.planning.standing(last, PAGE)
                pressing = [one.clinic for one in page if await _pressing(books, one, now, instants)]
            for clinic in pressing:
                await self._keep(clinic, now)
            if len(page) < PAGE:
                break
            last = (page[-1].clinic.workspace, page[-1].clinic.id)
            await asyncio.sleep(REST)
        await self._forget_handled(now - HANDLED_FOR)

    async def _keep(self, clinic: Clinic, now: datetime) -> None:
        async with self._work.writing() as books:
            await self._correct(books, clinic, now)
            for closure in await to_tell(books.at(clinic), clinic, now):
                await tell_closed(books, clinic, closure, now, self._new_id)
            await books.commit()

    async def _forget_handled(self, before: datetime) -> None:
        async with self._work.reading() as books:
            if not await books.handled.stale(before):
                return
        async with self._work.writing() as books:
            await books.handled.forget(before)
            await books.commit()

    async def _correct(self, books: Books, clinic: Clinic, now: datetime) -> None:
        at = books.at(clinic)
        if _lacks_one(await at.schedules.all()):
            with suppress(UnknownZone, RuleRefused):
                await keep_schedules(at, clinic, now)
        corrected = _moved(await at.schedules.all(), await at.closures.all(), now, Alike(_next_instant))
        for schedule in corrected:
            await books.outbox.advance(schedule)
        if corrected:
            log.info("schedules-moved", extra={"clinic": clinic.id, "count": len(corrected)})


def _next_instant(schedule: Schedule, closures: Closures) -> datetime | None:
    due = next(due_times(schedule, closures), None)
    return due.at if due else None


async def _pressing(books: Books, one: Standing, now: datetime, instants: Instants) -> bool:
    if _lacks_one(one.schedules) or _moved(one.schedules, one.closures, now, instants):
        return True
    with suppress(UnknownZone):
        if begins_before_we_meet_again(one.closures, wall_clock(now, one.clinic.zone)):
            return bool(await to_tell(books.at(one.clinic), one.clinic, now))
    return False


def _lacks_one(schedules: Sequence[Schedule]) -> bool:
    kinds = {schedule.kind for schedule in schedules}
    return bool(kinds) and not kinds >= EVERY_CLINIC_HAS


def _moved(schedules: Sequence[Schedule], closures: Closures, now: datetime, instants: Instants) -> list[Schedule]:
    """Schedules still ahead whose instant is another one now. One that is due is the planner's."""
    found = []
    for schedule in schedules:
        if schedule.next_at is not None and schedule.next_at > now:
            with suppress(UnknownZone, RuleRefused):  # the planner reports it when it is due
                at = instants.of(schedule, closures, schedule.next_local)
                if at is not None and at != schedule.next_at:
                    found.append(schedule.moved(schedule.next_local, at))
    return found
