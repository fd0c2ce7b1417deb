"""What has to be posted, worked out from the teams alone, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bot.simulation.calendar import (
    A_DAY,
    FallsOn,
    at_hour,
    days_from,
    instant_of,
    nth_weekday,
    on_weekdays,
    open_from,
)
from bot.simulation.records import ScheduleTime, Wanted
from bot.simulation.teams import Team
from mat.delivery import PostKind
from mat.schedules import schedule_id

CHECK_AFTER = timedelta(minutes=15)
REMINDER_AT = time(9)
MONDAYS, WORKING_DAYS = on_weekdays(0), on_weekdays(0, 1, 2, 3, 4)
FOR_TWO_HOURS, FOR_TEN_MINUTES, FOR_A_WEEK = timedelta(hours=2), timedelta(minutes=10), timedelta(days=7)
FIRST_TUESDAY, SECOND_TUESDAY, FOR_THREE_DAYS = nth_weekday(1, 1), nth_weekday(2, 1), timedelta(days=3)


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """One schedule in plain words.

    `shift`: from the local hour to the post, which is of use `useful_for` longer. An agenda counts where its huddle has not begun, and
    is of use until `useful_for` after its beginning. What `waits` comes on the next open day of its week.
    """

    schedule: str
    falls_on: FallsOn
    hour: time
    first: date
    to: frozenset[str]
    useful_for: timedelta
    shift: timedelta = timedelta(0)
    waits: bool = False
    agenda: bool = False


def wanted_of(team: Team, since: datetime, until: datetime) -> dict[ScheduleTime, Wanted]:
    """Everything of a team that falls due between two aware instants."""
    found: dict[ScheduleTime, Wanted] = {}
    for rhythm in _rhythms(team):
        times = list(_times(rhythm, team, since, until))
        for (local, one), (_, following) in pairwise(times):
            if one.due_at <= until:
                found[rhythm.schedule, local] = replace(one, next_at=following.due_at)
    return found


def _times(rhythm: _Rhythm, team: Team, since: datetime, until: datetime) -> Iterator[tuple[datetime, Wanted]]:
    """Each local time and what is wanted of it, `next_at` left open; one more than is due by `until`."""
    zone = team.clinic.zone
    for day in days_from(rhythm.first):
        if not rhythm.falls_on(day):
            continue
        local = at_hour(day, rhythm.hour)
        closed = any(day in span for span in team.closed)
        later = open_from(day, team.closed) if closed and rhythm.waits else None
        due = _due(at_hour(later, rhythm.hour) if later else local, rhythm.shift, zone)
        counts_from = instant_of(local, zone) if rhythm.agenda else due
        if counts_from > since:
            due = max(since, due)
            useful_until = counts_from + rhythm.useful_for
            yield local, Wanted(due, due, useful_until, closed and later is None, rhythm.to)
        if due > until:
            return


def _due(local: datetime, shift: timedelta, zone: str) -> datetime:
    """Whole days are taken on the wall clock, the rest passes in minutes."""
    if shift < timedelta(0):
        days, rest = divmod(-shift, A_DAY)
        return instant_of(local - days * A_DAY, zone) - rest
    return instant_of(local, zone) + shift


def _asked_to_say_yes(day: date) -> bool:
    return FIRST_TUESDAY(day) or SECOND_TUESDAY(day)


def _rhythms(team: Team) -> Iterator[_Rhythm]:
    clinic, channel = team.clinic, frozenset((team.clinic.channel,))
    first = clinic.start - A_DAY

    def named(kind: PostKind, subject: str = "") -> str:
        return schedule_id(clinic, kind, subject)

    yield _Rhythm(named(PostKind.WEEKLY_REMINDER), MONDAYS, REMINDER_AT, first, channel, FOR_TWO_HOURS, waits=True)
    readers = frozenset(team.digest_readers)
    yield _Rhythm(named(PostKind.DIGEST), MONDAYS, clinic.digest_at, first, readers, FOR_A_WEEK, waits=True)
    readers = frozenset(team.concern_readers)
    yield _Rhythm(named(PostKind.CONCERN_BATCH), WORKING_DAYS, clinic.concerns_at, first, readers, FOR_TEN_MINUTES)
    said = named(PostKind.SAID_PREVIEW)
    yield _Rhythm(said, _asked_to_say_yes, REMINDER_AT, first, readers, FOR_THREE_DAYS, waits=True)
    for huddle in team.huddles:
        one = huddle.series
        begins, hour, length = one.local_start.date(), one.local_start.time(), timedelta(minutes=one.minutes)
        before = timedelta(minutes=one.minutes_before)
        yield _Rhythm(
            named(PostKind.HUDDLE_AGENDA, one.id),
            huddle.falls_on,
            hour,
            begins,
            channel,
            length,
            -before,
            agenda=True,
        )
        check = named(PostKind.HUDDLE_CHECK, one.id)
        yield _Rhythm(check, huddle.falls_on, hour, begins, channel, FOR_TWO_HOURS, length + CHECK_AFTER)
