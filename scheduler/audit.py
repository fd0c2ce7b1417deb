"""The self-audit: every hour, whether everything that was due has an outcome. It trusts neither planner nor courier.

What it finds is written into the records as skipped, in the transaction that tells of it: so it is told once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from mat.clinic import Clinic
from mat.delivery import Occurrence, Post, PostKind
from mat.gathered import ClinicKey
from mat.notices import notice_of
from mat.ports import AdminsOf, Books, Clock, NewId, Work, nobody
from mat.schedules import Due, schedule_id
from messages import audit as wording
from scheduler.alarms import Alarms
from scheduler.audience import leads
from scheduler.cut_off import alarms_of, refused_workspaces
from scheduler.drafting import occurrence_of
from scheduler.gaps import A_DAY, FARTHEST_MOVE, Gap, Window, gaps_of
from scheduler.keeper import PAGE, REST
from scheduler.timetable import full_title

NOT_PLANNED = "not-planned"
UNTOLD = frozenset({PostKind.NOTICE, PostKind.CONCERN_NOW})
"""A notice about a notice helps nobody, and a concern released at once must move no figure."""

log = logging.getLogger("mat.scheduler")

Check = Callable[[], tuple[str, str] | None]
"""Looks at something outside the records: what it is about and the sentence, None where all is well."""


@dataclass(frozen=True, slots=True)
class Paces:
    """When the audit comes, and how long is too long. `first`: after the start, when what waited has gone out."""

    every: timedelta = timedelta(hours=1)
    first: timedelta = timedelta(minutes=15)
    window: timedelta = timedelta(hours=26)
    planned_within: timedelta = timedelta(minutes=10)
    sent_within: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """`gaps`: how many posts have no outcome; `alarms`: what else is wrong, as fixed words with ids."""

    at: datetime
    gaps: int
    alarms: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not self.gaps and not self.alarms


async def _nothing() -> None:
    return


class Audit:
    """`last`: the latest report, None before the first. `alive`: called after each clean one."""

    def __init__(
        self,
        work: Work,
        alarms: Alarms,
        *,
        clock: Clock,
        new_id: NewId,
        admins: AdminsOf = nobody,
        checks: Sequence[Check] = (),
        alive: Callable[[], Awaitable[None]] | None = None,
        paces: Paces | None = None,
    ) -> None:
        self._work = work
        self._alarms = alarms
        self._clock = clock
        self._new_id = new_id
        self._admins = admins
        self._checks = tuple(checks)
        self._alive = alive or _nothing
        self._paces = paces or Paces()
        self._started: datetime | None = None
        self._next: datetime | None = None
        self.last: AuditReport | None = None

    async def tick(self) -> None:
        """Comes with each pulse; looks when its hour has come."""
        now = self._clock()
        await self._alarms.tick()
        if self._started is None or self._next is None:
            self._started, self._next = now, now + self._paces.first
        # A clock that was set back must not put the audit off for long.
        if not self._next - self._paces.every <= now < self._next:
            self._next = now + self._paces.every
            await self.look(now)

    async def alarm(self, about: str, note: str) -> None:
        """What somebody else has seen, told like the audit's own alarms: at most once a day, and until Slack takes it."""
        await self._alarms.tell(about, note)

    async def look(self, now: datetime) -> AuditReport:
        """One audit, at once."""
        alarms = [found for check in self._checks if (found := check())]
        async with self._work.reading() as books:
            # What waits there for a token is told as that, once and not post by post.
            refused = await refused_workspaces(books)
            stuck = [post for post in await self._stuck(books, now) if post.workspace not in refused]
            alarms += await alarms_of(books, refused, now)
        # First: what is found below cannot be noted on a disk that is full.
        for about, note in alarms:
            await self._alarms.tell(about, note)
        count = await self._every_clinic(stuck, now)
        self.last = AuditReport(now, count, tuple(about for about, _ in alarms))
        log.info("audit", extra={"count": count, "state": "clean" if self.last.clean else "not-clean"})
        if self.last.clean:
            await self._alive()
        return self.last

    async def _stuck(self, books: Books, now: datetime) -> list[Post]:
        """Posts that wait too long; what was due before the start has had its time only since then."""
        limit = now - self._paces.sent_within
        if self._started is not None and self._started > limit:
            return []
        return [post for post in await books.outbox.unsettled(limit) if post.kind not in UNTOLD]

    async def _every_clinic(self, stuck: Sequence[Post], now: datetime) -> int:
        """Page after page; only a clinic with something wrong is looked at by itself."""
        waiting: dict[ClinicKey, list[Post]] = {}
        for post in stuck:
            waiting.setdefault((post.workspace, post.clinic), []).append(post)
        window = Window(now - self._paces.window, now - self._paces.planned_within)
        # Enough for nearly all: a digest that closed days have moved further is looked at once more, by itself.
        near = _on_any_wall(window.since - A_DAY)
        count, last = 0, None
        while True:
            async with self._work.reading() as books:
                page = await books.planning.standing(last, PAGE)
                traces = await books.planning.traces([key_of(one.clinic) for one in page], near)
            for one in page:
                key = key_of(one.clinic)
                if key in waiting or gaps_of(one.schedules, one.closures, traces.get(key, {}), window):
                    count += await self._clinic(one.clinic, waiting.get(key, []), window, now)
            if len(page) < PAGE:
                return count
            last = key_of(page[-1].clinic)
            await asyncio.sleep(REST)

    async def _clinic(self, clinic: Clinic, stuck: Sequence[Post], window: Window, now: datetime) -> int:
        async with self._work.reading() as books:
            gaps = await self._gaps(books, clinic, window)
        if not gaps and not stuck:
            return 0
        async with self._work.writing() as books:
            gaps = await self._gaps(books, clinic, window)
            new = [line for gap in gaps if (line := await self._settled(books, clinic, gap))]
            lines = new + [line for post in stuck if (line := await self._noted(books, clinic, post, now))]
            if lines:
                await self._tell(books, clinic, lines, now)
            await books.commit()
        return len(new) + len(stuck)

    async def _gaps(self, books: Books, clinic: Clinic, window: Window) -> list[Gap]:
        at = books.at(clinic)
        trace = await at.schedules.trace(_on_any_wall(window.since - FARTHEST_MOVE))
        return gaps_of(await at.schedules.all(), await at.closures.all(), trace, window)

    async def _settled(self, books: Books, clinic: Clinic, gap: Gap) -> str:
        """Records the gap and gives its line; empty where it has been told."""
        schedule = gap.schedule
        log.error("gap", extra={"schedule": schedule.id, "kind": schedule.kind.value, "state": str(gap.planned)})
        occurrence = occurrence_of(schedule, Due(gap.local_at, gap.due_at), self._new_id, skipped=NOT_PLANNED)
        if gap.planned:
            # The occurrence stands there without its posts: the ledger gets a row of the audit's own.
            occurrence = replace(occurrence, schedule=f"audit:{schedule.id}")
        if not await books.outbox.plan(occurrence, ()):
            return ""
        series = await books.at(clinic).huddles.one(schedule.subject) if schedule.subject else None
        return wording.line(full_title(schedule.kind, series), gap.local_at, planned=gap.planned)

    async def _noted(self, books: Books, clinic: Clinic, post: Post, now: datetime) -> str:
        log.error("gap", extra={"post": post.id, "kind": post.kind.value, "state": post.state.value})
        noted = Occurrence(
            id=self._new_id(),
            workspace=clinic.workspace,
            clinic=clinic.id,
            schedule=schedule_id(clinic, PostKind.NOTICE, f"audit:{post.id}"),
            kind=PostKind.NOTICE,
            subject="",
            local_at=datetime.combine(post.due_at.date(), time()),
            due_at=now,
        )
        if not await books.outbox.plan(noted, ()):
            return ""
        series = await books.at(clinic).huddles.one(post.subject) if post.subject else None
        return wording.line(full_title(post.kind, series), post.local_at, planned=True)

    async def _tell(self, books: Books, clinic: Clinic, lines: Sequence[str], now: datetime) -> None:
        note = wording.gaps(clinic.name, lines)
        for user in dict.fromkeys(
            [*self._admins(clinic.workspace), *await leads(books.at(clinic), clinic, self._admins)]
        ):
            await books.outbox.add(notice_of(clinic, user, note, now, self._new_id))


def _on_any_wall(at: datetime) -> datetime:
    """A naive local time that is not later than an instant in any zone."""
    return (at - A_DAY).replace(tzinfo=None)


def key_of(clinic: Clinic) -> tuple[str, str]:
    return clinic.workspace, clinic.id
