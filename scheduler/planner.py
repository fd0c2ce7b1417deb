"""The planner: schedules whose time has come become occurrences and posts, and move on to their next time.

A batch is one transaction: killed at any statement it has planned all of it or nothing. Planned twice, the UNIQUE key of an
occurrence keeps the first.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mat.agenda import meeting_of
from mat.clinic import Clinic
from mat.closures import Closures
from mat.delivery import PostKind, Schedule
from mat.huddles import HuddleSeries
from mat.notices import notice_of
from mat.ports import AdminsOf, Books, ClinicBooks, Clock, NewId, Work, nobody
from messages.notice import missed
from scheduler.audience import leads, targets
from scheduler.closed_days import tell_closed
from scheduler.drafting import occurrence_of, post_of
from scheduler.missed import Draft, drafted
from scheduler.timetable import TIMETABLE, full_title

BATCH = 50
TRY_A_BROKEN_ONE_AGAIN = timedelta(hours=1)
NOBODY = "nobody-to-send-to"

log = logging.getLogger("mat.scheduler")


@dataclass(frozen=True, slots=True)
class _Case:
    """One due schedule with what it is about, inside the unit of work of its batch."""

    books: Books
    at: ClinicBooks
    clinic: Clinic
    schedule: Schedule
    series: HuddleSeries | None
    closures: Closures
    now: datetime


class Planner:
    """`admins`: those who look after a workspace, told where a clinic has no lead. `batch`: schedules in one transaction."""

    def __init__(
        self, work: Work, *, clock: Clock, new_id: NewId, admins: AdminsOf = nobody, batch: int = BATCH
    ) -> None:
        self._work = work
        self._clock = clock
        self._new_id = new_id
        self._admins = admins
        self._batch = batch

    async def tick(self) -> None:
        """Plans everything that is due now."""
        now = self._clock()
        async with self._work.reading() as books:
            first = await books.outbox.next_due()
        if first is None or first > now:
            return
        planned = self._batch
        while planned == self._batch:
            async with self._work.writing() as books:
                # Read inside the transaction: a schedule changed a moment ago is planned as it is now, or not at all.
                due = await books.outbox.due_schedules(now, self._batch)
                for schedule in due:
                    await self._plan(books, schedule, now)
                await books.commit()
            planned = len(due)

    async def _plan(self, books: Books, schedule: Schedule, now: datetime) -> None:
        clinic = await books.clinics.get(schedule.workspace, schedule.clinic)
        if clinic is None or not clinic.ready:
            await books.outbox.advance(replace(schedule, next_at=now + TRY_A_BROKEN_ONE_AGAIN))
            return
        at = books.at(clinic)
        series = await at.huddles.one(schedule.subject) if schedule.subject else None
        case = _Case(books, at, clinic, schedule, series, await at.closures.all(), now)
        draft = _drafted(case)
        if draft is None:
            await books.outbox.advance(replace(schedule, next_at=now + TRY_A_BROKEN_ONE_AGAIN))
            return
        await self._skip(case, draft)
        if series is not None:
            for closure in draft.closures:
                await tell_closed(books, clinic, closure, now, self._new_id)
        await self._send(case, draft)
        await books.outbox.advance(draft.after)

    async def _skip(self, case: _Case, draft: Draft) -> None:
        """Records what falls out or is too late; of what is too late the leads hear once for all of it."""
        told = []
        for due, reason in draft.skipped:
            occurrence = occurrence_of(case.schedule, due, self._new_id, skipped=reason)
            if await case.books.outbox.plan(occurrence, ()) and due in draft.told:
                told.append(due.local)
        if not told:
            return
        coming = draft.send.local if draft.send else draft.after.next_local
        note = missed(full_title(case.schedule.kind, case.series), told, coming, case.schedule.zone)
        for target in await leads(case.at, case.clinic, self._admins):
            await case.books.outbox.add(notice_of(case.clinic, target, note, case.now, self._new_id))

    async def _send(self, case: _Case, draft: Draft) -> None:
        if draft.send is None:
            return
        to = await targets(case.at, case.clinic, TIMETABLE[case.schedule.kind].audience)
        occurrence = occurrence_of(case.schedule, draft.send, self._new_id, skipped="" if to else NOBODY)
        posts = [post_of(occurrence, target, self._new_id) for target in to]
        new = await case.books.outbox.plan(occurrence, posts)
        if new and case.schedule.kind is PostKind.HUDDLE_CHECK and case.series:
            # A huddle counts as planned from here on, whether or not anybody answers.
            meeting = await meeting_of(case.at, case.series, draft.send.local)
            await case.at.huddles.save_meeting(meeting)


def _drafted(case: _Case) -> Draft | None:
    """The draft; None for a schedule that cannot be read, which must not stop the others."""
    schedule, minutes = case.schedule, case.series.minutes if case.series else 0
    try:
        return drafted(schedule, TIMETABLE[schedule.kind], minutes, case.now, case.closures)
    except Exception as problem:  # noqa: BLE001  # whatever is wrong with one, the rest of the batch goes on
        fields = {"schedule": schedule.id, "type": type(problem).__name__}
        log.error("schedule-unreadable", extra=fields)  # noqa: TRY400  # a traceback may quote what people wrote
        return None
