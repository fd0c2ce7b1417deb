"""Whether a workspace can have its posts in time on the days to come: its days are lived through as the couriers will live them.

Slack takes some hundreds of posts a minute in one workspace, and of what waits the most urgent goes first (`mat.urgency`). Closed
days are left out of account, and of what comes every two weeks half is counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from heapq import heappop, heappush
from itertools import takewhile
from math import ceil
from types import MappingProxyType

from mat.clinic import Duty
from mat.delivery import PostKind, Schedule
from mat.errors import RuleRefused
from mat.gathered import Load
from mat.occurrences import instant, local_times
from mat.rhythm import Weekly, rhythm_of
from mat.schedules import Due, due_at, due_times
from mat.urgency import in_time_until, turn_of
from mat.zones import wall_clock

POSTS_A_MINUTE = 300
SHARE = 0.9
"""Of what a workspace may be sent: answers to people, notices and second tries need some."""

BY_DIRECT_MESSAGE: Mapping[PostKind, Duty] = MappingProxyType(
    {
        PostKind.DIGEST: Duty.GETS_DIGEST,
        PostKind.CONCERN_BATCH: Duty.READS_CONCERNS,
        PostKind.SAID_PREVIEW: Duty.READS_CONCERNS,
    }
)
"""What goes to each person with a duty. Everything else that has a schedule goes to one channel."""

CHOSEN = frozenset({PostKind.HUDDLE_AGENDA, PostKind.DIGEST, PostKind.CONCERN_BATCH})
"""People choose when these come."""

SHORTEST_WINDOW = 5
"""Minutes: no kind of post is in time for less, nor an agenda as a form sets it."""

FARTHEST = timedelta(hours=3)
NEAREST_FIRST = tuple(sign * minutes for minutes in range(5, 181, 5) for sign in (1, -1))
"""Minutes from the hour that was chosen to others that may do."""

_A_DAY, _HALF_A_DAY, _A_WEEK, _A_WINDOW = timedelta(days=1), timedelta(hours=12), timedelta(days=8), timedelta(hours=1)
_A_MONTH = timedelta(days=31)
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Demand:
    """`posts` due at an instant. `turn_at`: what they are ordered by; `until`: how long they are in time; all aware."""

    kind: PostKind
    zone: str
    due_at: datetime
    turn_at: datetime
    until: datetime
    posts: int

    @property
    def goes_first(self) -> bool:
        """Whether it is of little use later. An agenda is where its huddle begins within the hour."""
        return self.turn_at < self.due_at

    def later(self, by: timedelta) -> Demand:
        """The same at another hour."""
        return replace(self, due_at=self.due_at + by, turn_at=self.turn_at + by, until=self.until + by)


def demand_of(kind: PostKind, zone: str, due: datetime, begins: datetime | None, posts: int = 1) -> Demand:
    """`begins`: when the huddle begins that an agenda is about, None for everything else."""
    return Demand(kind, zone, due, turn_of(kind, due, begins), in_time_until(kind, due, begins), posts)


def demands(loads: Iterable[Load], since: datetime, until: datetime) -> list[Demand]:
    """What is due between two aware instants."""
    return [demand for load in loads for demand in _of_one(load, since, until)]


def _of_one(load: Load, since: datetime, until: datetime) -> Iterable[Demand]:
    shift = timedelta(minutes=load.shift_minutes)
    day = wall_clock(since - shift, load.zone).date() - _A_DAY
    last = wall_clock(until - shift, load.zone).date() + _A_DAY
    while day <= last:
        share = _falls_on(load.rule, day)
        if share:
            due, begins = _moments(day, load.at, load.zone, load.shift_minutes)
            if since <= due <= until:
                agenda = load.kind is PostKind.HUDDLE_AGENDA
                yield demand_of(load.kind, load.zone, due, begins if agenda else None, ceil(load.posts * share))
        day += _A_DAY


@lru_cache(maxsize=_REMEMBERED)
def _moments(day: date, at: time, zone: str, shift_minutes: int) -> tuple[datetime, datetime]:
    local = datetime.combine(day, at)
    return due_at(local, zone, shift_minutes), instant(local, zone)


@lru_cache(maxsize=_REMEMBERED)
def _falls_on(rule: str, day: date) -> float:
    """What share of the schedules with a rule has something on a day: of every two weeks half, of one that cannot be read all."""
    try:
        rhythm = rhythm_of(rule)
        if isinstance(rhythm, Weekly):
            return (day.weekday() in rhythm.days) / rhythm.every
        return day in _days_of_month(rule, day.replace(day=1))
    except RuleRefused:
        return 1


@lru_cache(maxsize=_REMEMBERED)
def _days_of_month(rule: str, first: date) -> frozenset[date]:
    times = local_times(rule, datetime.combine(first, time()))
    return frozenset(local.date() for local in takewhile(lambda local: local.date() < first + _A_MONTH, times))


# -- living through it ----------------------------------------------------------------------------------------------


def served(wanted: Iterable[Demand], a_minute: int) -> list[tuple[Demand, datetime]]:
    """Each demand with the instant at which the last of its posts goes, where a workspace may be sent `a_minute`."""
    each = timedelta(minutes=1) / (max(1, a_minute) * SHARE)
    coming = deque(sorted(wanted, key=_by_hour))
    waiting: list[tuple[datetime, datetime, int, Demand]] = []
    left: dict[int, int] = {}
    done: list[tuple[Demand, datetime]] = []
    now = coming[0].due_at if coming else None
    while now is not None and (coming or waiting):
        if not waiting:
            now = max(now, coming[0].due_at)
        while coming and coming[0].due_at <= now:
            demand = coming.popleft()
            left[len(left)] = demand.posts
            heappush(waiting, (demand.turn_at, demand.due_at, len(left) - 1, demand))
        *_, number, demand = waiting[0]
        # Something more urgent may be due before all of these have gone.
        before = ceil((coming[0].due_at - now) / each) if coming else left[number]
        going = min(left[number], before)
        now += going * each
        left[number] -= going
        if not left[number]:
            heappop(waiting)
            done.append((demand, now))
    return done


def _by_hour(demand: Demand) -> datetime:
    return demand.due_at


# -- what cannot be met ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Crowded:
    """Posts that may come too late for their use: `by`: when the last of them goes; `instead`: the nearest hour that will do.

    `instead` is the hour of the post, not of its huddle; None where none is near.
    """

    demand: Demand
    by: datetime
    instead: datetime | None = None


def crowded(loads: Sequence[Load], since: datetime, until: datetime, a_minute: int) -> list[Crowded]:
    """Everything due between two aware instants that cannot all be in time, soonest first."""
    if is_light(loads, a_minute):
        return []
    found = [Crowded(demand, by) for demand, by in served(demands(loads, since, until), a_minute) if by > demand.until]
    return sorted(found, key=lambda one: one.demand.due_at)


def is_light(loads: Iterable[Load], a_minute: int) -> bool:
    """Whether everything together, due in one moment, would still be in time."""
    return sum(load.posts for load in loads) <= a_minute * SHARE * SHORTEST_WINDOW


def crowds_on(schedules: Iterable[Schedule], loads: Sequence[Load], now: datetime, a_minute: int) -> list[Crowded]:
    """Of each schedule the worst of the week to come, where it may come after its window."""
    if is_light(loads, a_minute):
        return []
    found: list[Crowded] = []
    for schedule in schedules:
        times = takewhile(lambda due: due.at <= now + _A_WEEK, due_times(schedule))
        mine = [_demand(schedule, due) for due in times if due.at > now]
        bad = [one for demand in mine if (one := too_crowded_for(demand, loads, a_minute))]
        found += [max(bad, key=lateness)] if bad else []
    return found


def _demand(schedule: Schedule, due: Due) -> Demand:
    agenda = schedule.kind is PostKind.HUDDLE_AGENDA
    return demand_of(schedule.kind, schedule.zone, due.at, instant(due.local, schedule.zone) if agenda else None)


def lateness(one: Crowded) -> timedelta:
    """By how much the last of these posts comes after its window."""
    return one.by - one.demand.until


def too_crowded_for(mine: Demand, loads: Sequence[Load], a_minute: int) -> Crowded | None:
    """What becomes of one more post among those of its workspace, where it may come after its window; None where it is in time."""
    if is_light(loads, a_minute):
        return None
    around = demands(loads, mine.due_at - _HALF_A_DAY, mine.due_at + FARTHEST + _A_WINDOW)
    by = _last_of(mine, around, a_minute)
    if by <= mine.until:
        return None
    tries = (mine.later(timedelta(minutes=minutes)) for minutes in NEAREST_FIRST)
    return Crowded(mine, by, next((one.due_at for one in tries if _last_of(one, around, a_minute) <= one.until), None))


def _last_of(mine: Demand, others: Sequence[Demand], a_minute: int) -> datetime:
    """When it goes if it is the last of those that are as urgent."""
    last = replace(mine, posts=1)
    return next(by for demand, by in served([*others, last], a_minute) if demand is last)
