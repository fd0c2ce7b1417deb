"""What the store of concerns needs from the clock besides the daily batch: its own upkeep, and what was asked for at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from mat.clinic import Clinic, Duty
from mat.concerns import ClinicKey, ConcernClock
from mat.delivery import Occurrence, PostKind
from mat.ports import Clock, NewId, Work
from mat.schedules import schedule_id
from mat.zones import wall_clock
from scheduler.drafting import post_of

UPKEEP_EVERY = timedelta(minutes=5)


class ConcernRounds:
    """`tick` comes every few seconds; upkeep every five minutes, whether or not something was written."""

    def __init__(self, work: Work, concerns: ConcernClock, *, clock: Clock, new_id: NewId) -> None:
        self._work = work
        self._concerns = concerns
        self._clock = clock
        self._new_id = new_id
        self._kept_at: datetime | None = None

    async def tick(self) -> None:
        now = self._clock()
        if self._kept_at is None or not timedelta() <= now - self._kept_at < UPKEEP_EVERY:
            await self._concerns.keep(now)
            self._kept_at = now
        for key in await self._concerns.asked_at_once():
            await self._tell_and_release(key, now)

    async def _tell_and_release(self, key: ClinicKey, now: datetime) -> None:
        """The notices first: killed in between, the next round finds the concern still waiting and tells again."""
        async with self._work.writing() as books:
            clinic = await books.clinics.get(key.workspace, key.clinic)
            if clinic is None or not clinic.ready:
                return
            readers = await books.at(clinic).roster.people_with(Duty.READS_CONCERNS)
            occurrence = self._occurrence(clinic, now)
            await books.outbox.plan(occurrence, [post_of(occurrence, reader, self._new_id) for reader in readers])
            await books.commit()
        await self._concerns.release(key, wall_clock(now, clinic.zone).date(), at_once_only=True)

    def _occurrence(self, clinic: Clinic, now: datetime) -> Occurrence:
        """One a minute at the most, whatever comes in between."""
        local = wall_clock(now, clinic.zone).replace(second=0, microsecond=0)
        schedule = schedule_id(clinic, PostKind.CONCERN_NOW)
        id_ = self._new_id()
        return Occurrence(id_, clinic.workspace, clinic.id, schedule, PostKind.CONCERN_NOW, "", local, now)
