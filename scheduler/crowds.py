"""Every hour: whether some hour of the day to come has more to post, in any workspace, than can be in time there."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from mat.load import Crowded, crowded
from mat.ports import AdminsOf, Clock, Work, nobody
from messages import crowded as wording
from scheduler.alarms import Alarms

EVERY, FIRST = timedelta(hours=1), timedelta(minutes=15)
AHEAD = timedelta(hours=26)
FEW = 2
"""With fewer schedules than half the posts of a minute, all at once are in time even where each goes to nine people."""

log = logging.getLogger("mat.scheduler")


async def crowds_ahead(work: Work, since: datetime, until: datetime, a_minute: int) -> dict[str, list[Crowded]]:
    """What may come too late between two aware instants, by workspace; of most workspaces nothing."""
    found: dict[str, list[Crowded]] = {}
    async with work.reading() as books:
        workspaces = await books.planning.crowds(at_least=max(1, a_minute // FEW))
    for workspace in workspaces:
        async with work.reading() as books:
            loads = await books.planning.load(workspace)
        # Of thousands of clinics this takes some time.
        if late := await asyncio.to_thread(crowded, loads, since, until, a_minute):
            found[workspace] = late
    return found


class CrowdWatch:
    """`tick` comes with each pulse. What it finds those who run the bot hear like an alarm: at most once a day.

    Where nobody is named for that the log has it alone: a word to the leads of thousands of clinics would make the hour no lighter.
    """

    def __init__(self, work: Work, alarms: Alarms, *, clock: Clock, a_minute: int, admins: AdminsOf = nobody) -> None:
        self._work = work
        self._alarms = alarms
        self._clock = clock
        self._a_minute = a_minute
        self._admins = admins
        self._next: datetime | None = None

    async def tick(self) -> None:
        now = self._clock()
        if self._next is None:
            self._next = now + FIRST
        # A clock that was set back must not put it off for long.
        if self._next - EVERY <= now < self._next:
            return
        self._next = now + EVERY
        for workspace, crowds in (await crowds_ahead(self._work, now, now + AHEAD, self._a_minute)).items():
            log.warning("crowded-hour", extra={"workspace": workspace, "count": len(crowds)})
            if self._admins(""):
                note = wording.for_the_operator(workspace, crowds, self._a_minute)
                await self._alarms.tell(f"crowd:{workspace}:", note)
