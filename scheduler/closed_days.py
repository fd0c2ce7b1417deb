"""Telling a team that its clinic is closed: one line for each closure, however many huddles fall out."""

from __future__ import annotations

from datetime import datetime, time

from mat.clinic import Clinic
from mat.closures import Closure, begins_before_we_meet_again
from mat.delivery import Occurrence, PostKind
from mat.huddles import HuddleSeries
from mat.occurrences import local_times
from mat.ports import Books, ClinicBooks, NewId
from mat.schedules import JUST_BEFORE, schedule_id
from mat.zones import wall_clock
from scheduler.drafting import post_of


async def to_tell(books: ClinicBooks, clinic: Clinic, now: datetime) -> tuple[Closure, ...]:
    """The closures that the team should hear of today, because a huddle falls out before it meets again."""
    closures = await books.closures.all()
    beginning = begins_before_we_meet_again(closures, wall_clock(now, clinic.zone))
    if not beginning:
        return ()
    series = await books.huddles.series()
    return tuple(closure for closure in beginning if any(_falls_in(one, closure) for one in series))


def _falls_in(series: HuddleSeries, closure: Closure) -> bool:
    midnight = datetime.combine(closure.first, time())
    first = next(local_times(series.rule, series.local_start, after=midnight - JUST_BEFORE), None)
    return first is not None and first.date() <= closure.last


async def tell_closed(books: Books, clinic: Clinic, closure: Closure, now: datetime, new_id: NewId) -> None:
    """Puts the line into the outbox, in the caller's unit of work. Asked for again, also after a restart, it does nothing."""
    if not clinic.channel or closure.last < wall_clock(now, clinic.zone).date():
        return
    occurrence = Occurrence(
        id=new_id(),
        workspace=clinic.workspace,
        clinic=clinic.id,
        schedule=schedule_id(clinic, PostKind.CLOSED_DAYS, closure.id),
        kind=PostKind.CLOSED_DAYS,
        subject=closure.id,
        local_at=datetime.combine(closure.first, time()),
        due_at=now,
    )
    await books.outbox.plan(occurrence, [post_of(occurrence, clinic.channel, new_id)])
