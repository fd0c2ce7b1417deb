"""What `/healthz`, `/readyz` and `/metrics` say about the running bot. No figure of any concern.

Healthy: the clock turns, so a restart would help nobody. Ready: everything is there to answer people and to post in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.build import Bot
from bot.store_file import StoreFile, StoreWasReplaced
from bot.stores import both_stores
from mat.delivery import PostKind
from mat.errors import MatError
from scheduler.cut_off import refused_workspaces
from store.health import writing_problem

LONGEST_TURN = timedelta(minutes=5)
LONGEST_PLANNER_LAG = timedelta(minutes=5)
# Ten thousand teams of one workspace at one hour take half an hour at the pace Slack allows.
LONGEST_COURIER_LAG = timedelta(hours=1)
KEPT_FOR = timedelta(seconds=1)
PATIENCE_SECONDS = 5.0
"""How long a store may take to say which schema it has."""
LOOKED_AT = 50
"""How many waiting posts are read to find the one that has waited longest."""

Part = Mapping[str, object]
Report = Mapping[str, Part]


class InLine(Protocol):
    """The line to Slack, a socket or a door."""

    async def is_up(self) -> bool: ...
    def quiet_seconds(self) -> int | None: ...


class Skew(Protocol):
    """`seconds`: how far our clock is ahead of Slack's, as signed requests tell; 0 while they agree."""

    seconds: int


class Readiness:
    """Looks when asked, and at most once a second, so that nobody can wear out the stores by asking."""

    def __init__(self, bot: Bot, line: InLine, skew: Skew, *, patience: float = PATIENCE_SECONDS) -> None:
        self._bot = bot
        self._line = line
        self._skew = skew
        self._patience = patience
        self._file = StoreFile(bot.settings.database_url)
        self._looking = asyncio.Lock()
        self._seen: tuple[datetime, Report] | None = None

    def health(self) -> Part:
        """`seconds_since_turn`: how long ago the clockwork turned, None until Slack was met."""
        beat = self._bot.delivery.heartbeat.beat_at
        since = timedelta() if beat is None else self._bot.desk.clock() - beat
        return {"ok": since <= LONGEST_TURN, "seconds_since_turn": None if beat is None else _seconds(since)}

    async def report(self) -> Report:
        """Each part with its `ok` and its figures."""
        async with self._looking:
            now = self._bot.desk.clock()
            if self._seen is None or abs(now - self._seen[0]) > KEPT_FOR:
                self._seen = now, await self._look(now)
            return self._seen[1]

    async def _look(self, now: datetime) -> Report:
        up = await self._line.is_up()
        return {
            "line": {"ok": up, "quiet_seconds": self._line.quiet_seconds() if up else None},
            **await self._stores(),
            "clockwork": self.health(),
            **await self._lags(now),
            "audit": self._audit(now),
            "concerns": {"ok": True, "answered_here": self._bot.crew.answers_concerns()},
            "clock": {"ok": self._skew.seconds == 0, "seconds_ahead": self._skew.seconds},
        }

    def _audit(self, now: datetime) -> Part:
        """What the last self-audit counted. Always `ok`: what went wrong an hour ago makes nobody less ready now."""
        last = self._bot.delivery.audit.last
        if last is None:
            return {"ok": True, "gaps": None, "alarms": None, "seconds_since": None}
        since = _seconds(now - last.at)
        return {"ok": True, "gaps": last.gaps, "alarms": len(last.alarms), "seconds_since": since}

    async def _stores(self) -> Report:
        try:
            async with asyncio.timeout(self._patience):
                unwritable = await asyncio.to_thread(self._writing_problem)
                problem = await asyncio.to_thread(self._schema_problem)
        except Exception as silent:  # noqa: BLE001 - whatever it is, a store does not answer
            return {"database": {"ok": False, "problem": type(silent).__name__}, "migrations": {"ok": False}}
        migrations = {"ok": problem is None} | ({"problem": type(problem).__name__} if problem else {})
        database = {"ok": unwritable is None} | ({"problem": type(unwritable).__name__} if unwritable else {})
        return {"database": database, "migrations": migrations}

    def _writing_problem(self) -> MatError | None:
        return StoreWasReplaced() if self._file.replaced() else writing_problem(self._bot.settings.database_url)

    def _schema_problem(self) -> MatError | None:
        problems = [store.running_problem() for store in both_stores(self._bot.settings)]
        return next((problem for problem in problems if problem), None)

    async def _lags(self, now: datetime) -> Report:
        """How long the oldest due schedule, and a post that may go, have waited; None where the store does not answer."""
        try:
            async with self._bot.desk.work.reading() as books:
                due = await books.outbox.next_due()
                refused = await refused_workspaces(books)
                # One workspace whose token is refused must not take the others off the air.
                waiting = await books.outbox.ready(now, LOOKED_AT, without=refused)
        except Exception:  # noqa: BLE001 - whatever it is, nobody knows what waits
            nothing = {"ok": False, "lag_seconds": None}
            return {"planner": nothing, "courier": nothing, "tokens": {"ok": False, "refused": None}}
        # A concern released at once is one post: it must not move a figure.
        since = [post.not_before for post in waiting if post.kind is not PostKind.CONCERN_NOW]
        planner, courier = _lag(now, due), _lag(now, min(since, default=None))
        return {
            "planner": {"ok": planner <= LONGEST_PLANNER_LAG, "lag_seconds": _seconds(planner)},
            "courier": {"ok": courier <= LONGEST_COURIER_LAG, "lag_seconds": _seconds(courier)},
            "tokens": {"ok": self._bot.presences.home not in refused, "refused": len(refused)},
        }


def all_ok(report: Report) -> bool:
    return all(part["ok"] for part in report.values())


def _lag(now: datetime, since: datetime | None) -> timedelta:
    return timedelta() if since is None or since > now else now - since


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())
