"""The planner: schedules whose time has come become occurrences and posts, and move on to their next time.

A batch is one transaction of a few statements, however many clinics are in it: killed at any of them it has planned all of the
batch or nothing. Planned twice, the UNIQUE key of an occurrence keeps the first. Several planners share a store: each takes
schedules that no other has in hand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from mat.notices import notice_of
from mat.ports import AdminsOf, Books, Clock, NewId, Work, nobody
from messages.notice import missed
from scheduler.audience import leads
from scheduler.batch import Missed, plan_of
from scheduler.closed_days import tell_closed
from scheduler.drafting import ids_together
from scheduler.missed import Draft
from scheduler.timetable import TO_PEOPLE, full_title

BATCH = 3_000


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

    async def tick(self, planned: Callable[[], None] = lambda: None) -> None:
        """Plans everything that is due now. `planned` is told of each batch but the last: its posts need not wait for the others."""
        now = self._clock()
        async with self._work.reading() as books:
            first = await books.outbox.next_due()
        if first is None or first > now:
            return
        known: dict[object, Draft] = {}
        while await self._plan(now, known) == self._batch:
            planned()

    async def _plan(self, now: datetime, known: dict[object, Draft]) -> int:
        """One batch; how many schedules there were."""
        async with self._work.writing() as books:
            # Read inside the transaction: a schedule changed a moment ago is planned as it is now, or not at all.
            due = await books.planning.due(now, self._batch, TO_PEOPLE)
            plan = plan_of(due, now, ids_together(self._new_id), known)
            new = await books.planning.plan(plan.occurrences)
            # A huddle counts as planned from here on, whether or not anybody answers.
            await books.planning.open_meetings([huddle for id_, huddle in plan.checks.items() if id_ in new])
            for one in plan.missed:
                await self._tell(books, one, new, now)
            for clinic, closure in plan.closed.values():
                await tell_closed(books, clinic, closure, now, self._new_id)
            await books.planning.advance(plan.moved)
            await books.commit()
        return len(due)

    async def _tell(self, books: Books, one: Missed, new: Collection[str], now: datetime) -> None:
        """Of what was recorded just now; what was recorded before has been told."""
        told = [local for id_, local in one.times.items() if id_ in new]
        if not told:
            return
        clinic, title = one.due.clinic, full_title(one.due.schedule.kind, one.due.series)
        note = missed(title, told, one.coming, one.due.schedule.zone)
        for target in await leads(books.at(clinic), clinic, self._admins):
            await books.outbox.add(notice_of(clinic, target, note, now, self._new_id))
