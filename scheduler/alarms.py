"""Telling those who run the bot, at most once a day about the same thing, also when the store cannot be written.

An alarm goes to Slack directly and not through the outbox: it may be about the disk that the outbox is on.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, time

from mat.clinic import Duty
from mat.delivery import Occurrence, PostKind
from mat.errors import MatError
from mat.ports import AdminsOf, Clock, NewId, Poster, PostFailed, Work, nobody
from messages.notice import notice

log = logging.getLogger("mat.scheduler")


class Alarms:
    """`admins`: those who run the bot; where there are none, the leads of every clinic are told."""

    def __init__(self, work: Work, poster: Poster, *, clock: Clock, new_id: NewId, admins: AdminsOf = nobody) -> None:
        self._work = work
        self._poster = poster
        self._clock = clock
        self._new_id = new_id
        self._admins = admins
        self._told: dict[str, date] = {}

    async def tell(self, about: str, note: str) -> None:
        """`about`: a fixed word and ids, which goes to the log; `note`: the sentence."""
        now = self._clock()
        if self._told.get(about) == now.date():
            return
        self._told[about] = now.date()
        if not await self._first_today(about, now):
            return
        log.error("alarm", extra={"kind": about})
        for workspace, user in await self._whom():
            try:
                await self._poster.of(workspace).post(user, notice(note), key=self._new_id())
            except PostFailed as failed:
                log.warning("alarm-not-told", extra={"kind": about, "code": failed.code})

    async def _first_today(self, about: str, now: datetime) -> bool:
        """Asks the store, so that a restart does not tell again. A store that cannot answer stops no alarm."""
        today = Occurrence(
            id=self._new_id(),
            workspace="",
            clinic="",
            schedule=f"alarm:{about}",
            kind=PostKind.NOTICE,
            subject="",
            local_at=datetime.combine(now.date(), time()),
            due_at=now,
        )
        try:
            async with self._work.writing() as books:
                new = await books.outbox.plan(today, ())
                await books.commit()
        except MatError:
            return True
        return new

    async def _whom(self) -> Sequence[tuple[str, str]]:
        """Workspace and person."""
        if admins := self._admins(""):
            return [("", user) for user in admins]
        try:
            async with self._work.reading() as books:
                clinics = await books.clinics.all()
                leads = [(c.workspace, await books.at(c).roster.people_with(Duty.LEAD)) for c in clinics]
        except MatError:
            return ()
        return tuple(dict.fromkeys((workspace, user) for workspace, users in leads for user in users))
