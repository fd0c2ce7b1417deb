"""Telling those who run the bot, at most once a day about the same thing, also when the store cannot be written.

An alarm goes through the outbox like any other notice: paced, tried again, and noted as told in the same transaction. Where the
store cannot be written it goes to Slack directly, and again with later ticks until Slack takes it: it may be about the very disk
that the outbox is on.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mat.clinic import Clinic, Duty
from mat.delivery import Occurrence, PostKind
from mat.errors import MatError
from mat.message import Message
from mat.notices import notice_of
from mat.ports import (
    AdminsOf,
    Books,
    Clock,
    NewId,
    NotPosted,
    OutcomeUnknown,
    Poster,
    PostFailed,
    SlowDown,
    Work,
    nobody,
)
from messages.marks import REPEAT, marked
from messages.notice import notice

AGAIN_AFTER = timedelta(minutes=1)
TRIES = 30

log = logging.getLogger("mat.scheduler")

Whom = tuple[Clinic | None, str, str]
"""The clinic whose notice it becomes, the workspace and the person. Without a clinic there is no outbox to go through."""


@dataclass(slots=True)
class _Direct:
    """An alarm on its way past the outbox. `again`: its answer was lost once, so the next copy says that it may be a repeat."""

    about: str
    workspace: str
    user: str
    message: Message
    key: str
    not_before: datetime
    left: int = TRIES
    again: bool = False


class Alarms:
    """`admins`: those who run the bot; where there are none, the leads of every clinic are told."""

    def __init__(self, work: Work, poster: Poster, *, clock: Clock, new_id: NewId, admins: AdminsOf = nobody) -> None:
        self._work = work
        self._poster = poster
        self._clock = clock
        self._new_id = new_id
        self._admins = admins
        self._told: dict[str, date] = {}
        self._direct: list[_Direct] = []

    async def tell(self, about: str, note: str) -> None:
        """`about`: a fixed word and ids, which goes to the log; `note`: the sentence."""
        now = self._clock()
        if self._told.get(about) == now.date():
            return
        try:
            told, direct = await self._noted(about, note, now)
        except MatError:
            told, direct = False, await self._whom_without_writing()
        self._told[about] = now.date()
        if told:
            return
        log.error("alarm", extra={"kind": about})
        self._direct += [
            _Direct(about, workspace, user, notice(note), self._new_id(), now) for _, workspace, user in direct
        ]
        await self.tick()

    async def tick(self) -> None:
        """Tries what goes past the outbox and has not got through."""
        for one in [one for one in self._direct if one.not_before <= self._clock()]:
            if await self._settled(one):
                self._direct.remove(one)

    async def _settled(self, one: _Direct) -> bool:
        """Whether Slack has taken it, or there is no use in trying again."""
        message = marked(one.message, REPEAT) if one.again else one.message
        wait = AGAIN_AFTER
        try:
            await self._poster.of(one.workspace).post(one.user, message, key=one.key)
        except SlowDown as told:
            wait = max(wait, timedelta(seconds=told.seconds or 0))
        except NotPosted:
            one.left -= 1
        except OutcomeUnknown as lost:
            if one.again:
                log.warning("alarm-not-told", extra={"kind": one.about, "code": lost.code})
                return True
            one.again = True
        except PostFailed as failed:
            log.warning("alarm-not-told", extra={"kind": one.about, "code": failed.code})
            return True
        else:
            return True
        one.not_before = self._clock() + wait
        return one.left <= 0

    async def _noted(self, about: str, note: str, now: datetime) -> tuple[bool, Sequence[Whom]]:
        """Notes the alarm with its notices. Gives whether nothing is left to do, and who is beyond the outbox."""
        async with self._work.writing() as books:
            if not await books.outbox.plan(_today(about, now, self._new_id), ()):
                return True, ()
            whom = await self._whom(books)
            for clinic, _, user in whom:
                if clinic is not None:
                    await books.outbox.add(notice_of(clinic, user, note, now, self._new_id))
            await books.commit()
        beyond = [one for one in whom if one[0] is None]
        if not beyond:
            log.error("alarm", extra={"kind": about})
        return not beyond, beyond

    async def _whom_without_writing(self) -> Sequence[Whom]:
        try:
            async with self._work.reading() as books:
                return await self._whom(books)
        except MatError:
            return [(None, "", user) for user in self._admins("")]

    async def _whom(self, books: Books) -> Sequence[Whom]:
        clinics = await books.clinics.all()
        if admins := self._admins(""):
            return [(self._a_clinic_of(user, clinics), "", user) for user in admins]
        found: dict[tuple[str, str], Clinic] = {}
        for clinic in clinics:
            for user in await books.at(clinic).roster.people_with(Duty.LEAD):
                found.setdefault((clinic.workspace, user), clinic)
        return [(clinic, workspace, user) for (workspace, user), clinic in found.items()]

    def _a_clinic_of(self, admin: str, clinics: Sequence[Clinic]) -> Clinic | None:
        """Any clinic of a workspace that this person looks after; None where there is none yet."""
        return next((clinic for clinic in clinics if admin in self._admins(clinic.workspace)), None)


def _today(about: str, now: datetime, new_id: NewId) -> Occurrence:
    """What the store keeps of an alarm, so that a restart does not tell again today."""
    return Occurrence(
        id=new_id(),
        workspace="",
        clinic="",
        schedule=f"alarm:{about}",
        kind=PostKind.NOTICE,
        subject="",
        local_at=datetime.combine(now.date(), time()),
        due_at=now,
    )
