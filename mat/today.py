"""What needs one person today: at most three milestones of theirs, and the next huddle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from mat.clinic import Clinic, Member
from mat.closures import Closures
from mat.huddles import HuddleSeries, MeetingState
from mat.meetings import open_times
from mat.plan import DUE_SOON_DAYS, Milestone, State
from mat.ports import ClinicBooks

SHOWN = 3
LOOK_AHEAD = 10


@dataclass(frozen=True, slots=True)
class NextHuddle:
    """The next huddle that is not called off; `at` is an aware instant, `local` the same on the clinic's wall clock."""

    series: HuddleSeries
    local: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class TodayReport:
    """`needs`: the person's own milestones that are late, stuck or due soon, most pressing first; `more`: how many besides."""

    clinic: Clinic
    now: datetime
    name: str
    needs: tuple[Milestone, ...]
    more: int
    open_asks: int
    next_huddle: NextHuddle | None


def is_mine(milestone: Milestone, user: str, member: Member | None) -> bool:
    """Given to the person, or to nobody and of a role the person holds."""
    if milestone.owner:
        return milestone.owner == user
    return member is not None and milestone.role in member.roles


def pressing(milestones: Iterable[Milestone], today: date, now: datetime) -> tuple[Milestone, ...]:
    """Late, stuck or due within 14 days; earliest due date first."""
    found = [
        m for m in milestones if m.open and (m.shows_as(now) is State.STUCK or (m.due - today).days <= DUE_SOON_DAYS)
    ]
    return tuple(sorted(found, key=lambda m: m.due))


async def next_huddle(books: ClinicBooks, now: datetime) -> NextHuddle | None:
    """The clinic's next huddle after `now` over all its series, called-off ones and closed days passed over."""
    closures = await books.closures.all()
    every = await books.huddles.series()
    found = [upcoming for series in every if (upcoming := await _next_of(books, series, closures, now))]
    return min(found, key=lambda n: n.at, default=None)


async def _next_of(books: ClinicBooks, series: HuddleSeries, closures: Closures, now: datetime) -> NextHuddle | None:
    for one in islice(open_times(series, closures, after=now), LOOK_AHEAD):
        meeting = await books.huddles.meeting(series.id, one.local)
        if meeting is None or meeting.state is not MeetingState.CALLED_OFF:
            return NextHuddle(series, one.local, one.at)
    return None
