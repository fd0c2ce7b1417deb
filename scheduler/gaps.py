"""Which times of a clinic's schedules have come and left no trace. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from mat.closures import Closures
from mat.delivery import Schedule
from mat.schedules import WAITS_FOR_OPEN_DAY, due_times
from mat.zones import wall_clock

A_DAY = timedelta(days=1)
FARTHEST_SHIFT = timedelta(days=8)
"""More than the longest time between a huddle and its agenda, and than a digest can move."""

Trace = Mapping[tuple[str, datetime], bool]
"""(schedule, local time) of every occurrence → whether it was skipped on purpose or has posts."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One time that was due. `planned`: there is an occurrence, but no post of it."""

    schedule: Schedule
    local_at: datetime
    due_at: datetime
    planned: bool


def gaps_of(
    schedules: Iterable[Schedule], closures: Closures, trace: Trace, *, since: datetime, until: datetime
) -> list[Gap]:
    """What was due between two aware instants and is not in `trace`, or is there without a post.

    Times before a schedule was made or changed were never due by it. One that cannot be read is itself a gap.
    """
    found: list[Gap] = []
    for schedule in schedules:
        begin = max(since, schedule.since) if schedule.since else since
        try:
            found += _of_one(schedule, closures, trace, begin, until)
        except Exception:  # noqa: BLE001  # whatever is wrong with it: what it had to post has no outcome
            if schedule.next_local is not None and begin < until:
                found.append(Gap(schedule, schedule.next_local, until, planned=False))
    return found


def _of_one(schedule: Schedule, closures: Closures, trace: Trace, begin: datetime, until: datetime) -> list[Gap]:
    earliest = wall_clock(begin, schedule.zone) - FARTHEST_SHIFT
    times = due_times(replace(schedule, next_local=earliest), closures)
    last = wall_clock(until, schedule.zone) + FARTHEST_SHIFT
    gaps = []
    for due in takewhile(lambda one: one.local <= last, times):
        if begin < due.at <= until and not _may_still_move(schedule, due.local, until):
            traced = trace.get((schedule.id, due.local))
            if not traced:
                gaps.append(Gap(schedule, due.local, due.at, planned=traced is not None))
    return gaps


def _may_still_move(schedule: Schedule, local: datetime, until: datetime) -> bool:
    """A digest or reminder that waits for an open day which has just changed: the keeper is about to move it."""
    ahead = schedule.next_local is not None and local >= schedule.next_local
    waits = schedule.next_at is not None and schedule.next_at > until
    return ahead and waits and schedule.kind in WAITS_FOR_OPEN_DAY
