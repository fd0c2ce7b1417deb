"""Which schedules a clinic must have, and keeping them so.

A schedule's id is made of what it is about, so that saving a clinic or a huddle twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from mat.clinic import Clinic
from mat.closures import NEVER_CLOSED, Closure, Closures, open_day_from
from mat.delivery import PostKind, Schedule
from mat.huddles import HuddleSeries
from mat.occurrences import instant, local_times
from mat.ports import ClinicBooks
from mat.zones import wall_clock

CHECK_MINUTES_AFTER = 15
REMINDER_AT = time(9, 0)
ON_MONDAYS = "FREQ=WEEKLY;BYDAY=MO"
ON_WORKING_DAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
SAID_AT = time(9, 0)
ON_TWO_TUESDAYS = "FREQ=MONTHLY;BYDAY=1TU,2TU"
"""“You said, we did”: the readers are asked on the first Tuesday of a month, and once more on the second."""
ANCHOR = date(2024, 1, 1)
"""A Monday long past: the rhythms every clinic has start there, so that they do not change with the day of saving."""

JUST_BEFORE = timedelta(seconds=1)
EVERY_CLINIC_HAS = frozenset({PostKind.WEEKLY_REMINDER, PostKind.DIGEST, PostKind.CONCERN_BATCH, PostKind.SAID_PREVIEW})
WAITS_FOR_OPEN_DAY = frozenset({PostKind.DIGEST, PostKind.WEEKLY_REMINDER, PostKind.SAID_PREVIEW})
"""These move to the next open working day of their week; everything else falls out on a closed day."""

_A_DAY = timedelta(days=1)
_A_MOMENT = timedelta(seconds=1)
_LAST_WEEKDAY = 6
_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Due:
    """One time of a schedule: `local`, the wall clock of the thing itself, and `at`, the instant its post is due.

    `closed`: what makes it fall out, None where it takes place.
    """

    local: datetime
    at: datetime
    closed: Closure | None = None


def due_at(local: datetime, zone: str, shift_minutes: int) -> datetime:
    """The instant a post is due: whole days of the shift are taken on the wall clock, the rest in minutes that pass.

    So "two days before 9:00" is 9:00 also over a clock change, and "ten minutes before" is always ten minutes.
    """
    days, minutes = divmod(abs(shift_minutes), _DAY_MINUTES)
    sign = -1 if shift_minutes < 0 else 1
    return instant(local + sign * timedelta(days=days), zone) + sign * timedelta(minutes=minutes)


def due_times(schedule: Schedule, closures: Closures = NEVER_CLOSED) -> Iterator[Due]:
    """The times of a schedule from its `next_local` on, in order, those that fall out on a closed day marked so.

    Raises `RuleRefused` and `UnknownZone`.
    """
    if schedule.next_local is None:
        return
    for local in local_times(schedule.rule, schedule.local_start, after=schedule.next_local - JUST_BEFORE):
        closed = closures.on(local.date())
        later = _next_open(schedule.kind, local, closures) if closed else None
        at = due_at(later or local, schedule.zone, schedule.shift_minutes)
        yield Due(local, at, None if later else closed)


def _next_open(kind: PostKind, local: datetime, closures: Closures) -> datetime | None:
    """The same hour on the next open working day of the week, for what can wait for it."""
    if kind not in WAITS_FOR_OPEN_DAY:
        return None
    day = open_day_from(local.date(), closures, within=_LAST_WEEKDAY - local.weekday())
    return datetime.combine(day, local.time()) if day else None


def following(schedule: Schedule, local: datetime, closures: Closures = NEVER_CLOSED) -> Schedule:
    """The schedule with its next time after `local` (naive local); with None for both where the rule has ended."""
    coming = next(due_times(replace(schedule, next_local=local + _A_MOMENT), closures), None)
    return replace(schedule, next_local=coming.local if coming else None, next_at=coming.at if coming else None)


# -- the set a clinic must have -------------------------------------------------------------------------------------


def schedules_of(clinic: Clinic, series: Iterable[HuddleSeries], now: datetime) -> tuple[Schedule, ...]:
    """Every schedule of a clinic at the aware instant `now`; none before its set-up is finished.

    Raises `RuleRefused` and `UnknownZone` where a series or the clinic carries what cannot be used.
    """
    if not clinic.ready:
        return ()
    wanted = [
        _of_clinic(clinic, PostKind.WEEKLY_REMINDER, ON_MONDAYS, REMINDER_AT),
        _of_clinic(clinic, PostKind.DIGEST, ON_MONDAYS, clinic.digest_at),
        _of_clinic(clinic, PostKind.CONCERN_BATCH, ON_WORKING_DAYS, clinic.concerns_at),
        _of_clinic(clinic, PostKind.SAID_PREVIEW, ON_TWO_TUESDAYS, SAID_AT),
    ]
    for one in series:
        if one.active:
            wanted.append(_of_series(clinic, PostKind.HUDDLE_AGENDA, one, -one.minutes_before))
            wanted.append(_of_series(clinic, PostKind.HUDDLE_CHECK, one, one.minutes + CHECK_MINUTES_AFTER))
    return tuple(replace(first_from(schedule, now), since=now) for schedule in wanted)


def schedule_id(clinic: Clinic, kind: PostKind, subject: str = "") -> str:
    """The id a clinic's schedule of this kind and subject has, always the same."""
    return ":".join(filter(None, (clinic.workspace, clinic.id, kind.value, subject)))


def _of_clinic(clinic: Clinic, kind: PostKind, rule: str, at: time) -> Schedule:
    start = datetime.combine(ANCHOR, at)
    id_ = schedule_id(clinic, kind)
    return Schedule(id_, clinic.workspace, clinic.id, kind, "", rule, start, clinic.zone, 0, None, None)


def _of_series(clinic: Clinic, kind: PostKind, series: HuddleSeries, shift: int) -> Schedule:
    return Schedule(
        id=schedule_id(clinic, kind, series.id),
        workspace=clinic.workspace,
        clinic=clinic.id,
        kind=kind,
        subject=series.id,
        rule=series.rule,
        local_start=series.local_start,
        zone=series.zone,
        shift_minutes=shift,
        next_local=None,
        next_at=None,
    )


def first_from(schedule: Schedule, now: datetime) -> Schedule:
    """The schedule with its first time from the aware instant `now` on.

    An agenda belongs to the next huddle that has not begun, and is due at once where its hour has passed: somebody who
    sets up a huddle eight minutes before it begins gets its agenda. Everything else waits for its next hour.
    """
    at_once = schedule.kind is PostKind.HUDDLE_AGENDA
    shift = 0 if at_once else schedule.shift_minutes
    earliest = wall_clock(now - timedelta(minutes=shift), schedule.zone) - _A_DAY
    for local in local_times(schedule.rule, schedule.local_start, after=earliest):
        if due_at(local, schedule.zone, shift) > now:
            at = due_at(local, schedule.zone, schedule.shift_minutes)
            return replace(schedule, next_local=local, next_at=max(now, at))
    return replace(schedule, next_local=None, next_at=None)


async def keep_schedules(books: ClinicBooks, clinic: Clinic, now: datetime) -> None:
    """Brings the schedules of a clinic in line with it and its huddle series, in the caller's unit of work.

    Call it with every change of a clinic's hours, zone or readiness and of a series; what has not changed is left
    alone, so that nothing planned or in the middle of its day is lost. Raises like `schedules_of`.
    """
    wanted = {s.id: s for s in schedules_of(clinic, await books.huddles.series(), now)}
    existing = {s.id: s for s in await books.schedules.all()}
    for id_, schedule in existing.items():
        if id_ not in wanted:
            await books.schedules.remove(schedule.kind, schedule.subject)
    for id_, schedule in wanted.items():
        if id_ not in existing or _timeless(existing[id_]) != _timeless(schedule):
            await books.schedules.put(schedule)


def _timeless(schedule: Schedule) -> Schedule:
    return replace(schedule, next_local=None, next_at=None, since=None)
