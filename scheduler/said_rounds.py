"""What the readers said yes to goes into the outbox: the store of concerns and the main store commit one after the other."""

from __future__ import annotations

from datetime import datetime

from mat.clinic import Clinic
from mat.concerns import ClinicKey
from mat.concerns.said import ConcernPublisher
from mat.delivery import Occurrence, PostKind
from mat.ports import Clock, NewId, Work
from mat.schedules import schedule_id
from scheduler.audience import targets
from scheduler.drafting import post_of
from scheduler.timetable import TIMETABLE


class SaidRounds:
    """`tick` comes with every pulse. Killed between the two stores, the next one goes on: an occurrence is planned once."""

    def __init__(self, work: Work, concerns: ConcernPublisher, *, clock: Clock, new_id: NewId) -> None:
        self._work = work
        self._concerns = concerns
        self._clock = clock
        self._new_id = new_id

    async def tick(self) -> None:
        for key, month in await self._concerns.approved():
            if await self._planned(key, month):
                await self._concerns.handed_over(key, month)

    async def _planned(self, key: ClinicKey, month: str) -> bool:
        """Whether the post is in the outbox, or nobody is left whom it could go to."""
        async with self._work.writing() as books:
            clinic = await books.clinics.get(key.workspace, key.clinic)
            if clinic is None:
                return True
            if not clinic.ready:
                return False
            to = await targets(books.at(clinic), clinic, TIMETABLE[PostKind.SAID].audience)
            occurrence = self._occurrence(clinic, month)
            await books.outbox.plan(occurrence, [post_of(occurrence, target, self._new_id) for target in to])
            await books.commit()
        return True

    def _occurrence(self, clinic: Clinic, month: str) -> Occurrence:
        """One a month, whoever says yes how often; due at once."""
        first = datetime.fromisoformat(f"{month}-01T00:00:00")
        schedule, id_ = schedule_id(clinic, PostKind.SAID), self._new_id()
        return Occurrence(id_, clinic.workspace, clinic.id, schedule, PostKind.SAID, "", first, self._clock())
