"""Which times of a clinic's schedules have come and left no trace. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile

from mat.closures import Closures
from mat.delivery import Schedule
from mat.schedules import WAITS_FOR_OPEN_DAY, Due, due_times
from mat.zones import wall_clock
from scheduler.alike import Alike

A_DAY = timedelta(days=1)
MARGIN = timedelta(days=2)
"""No clock was ever changed by more."""

FARTHEST_MOVE = timedelta(days=8)
"""More than a digest can move, which stays in its week."""


Trace = Mapping[tuple[str, datetime], bool]
"""(schedule, local time) of every occurrence → whether it was skipped on purpose or has posts."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One time that was due. `planned`: there is an occurrence, but no post of it."""

    schedule: Schedule
    local_at: datetime
    due_at: datetime
    planned: bool


class Window:
    """What was due between two aware instants: after `since`, until `until`.

    Most clinics keep the same few hours, so that the times of schedules that are alike are worked out once.
    """

    def __init__(self, since: datetime, until: datetime) -> None:
        self.since = since
        self.until = until
        self._times = Alike(self._work_out)

    def times_of(self, schedule: Schedule, closures: Closures) -> Sequence[Due]:
        """Raises `RuleRefused` and `UnknownZone`."""
        return self._times.of(schedule, closures)

    def _work_out(self, schedule: Schedule, closures: Closures) -> tuple[Due, ...]:
        ahead = FARTHEST_MOVE if schedule.kind in WAITS_FOR_OPEN_DAY else MARGIN
        shift = timedelta(minutes=schedule.shift_minutes)
        first, last = (wall_clock(at - shift, schedule.zone) for at in (self.since, self.until))
        times = due_times(replace(schedule, next_local=first - ahead), closures)
        near = takewhile(lambda one: one.local <= last + MARGIN, times)
        return tuple(due for due in near if self.since < due.at <= self.until)


def gaps_of(schedules: Iterable[Schedule], closures: Closures, trace: Trace, window: Window) -> list[Gap]:
    """What was due in the window and is not in `trace`, or is there without a post.

    Times before a schedule was made or changed were never due by it. One that cannot be read is itself a gap.
    """
    found: list[Gap] = []
    for schedule in schedules:
        begin = max(window.since, schedule.since) if schedule.since else window.since
        try:
            found += _of_one(schedule, closures, trace, begin, window)
        except Exception:  # noqa: BLE001  # whatever is wrong with it: what it had to post has no outcome
            if schedule.next_local is not None and begin < window.until:
                found.append(Gap(schedule, schedule.next_local, window.until, planned=False))
    return found


def _of_one(schedule: Schedule, closures: Closures, trace: Trace, begin: datetime, window: Window) -> list[Gap]:
    gaps = []
    for due in window.times_of(schedule, closures):
        if due.at > begin and not _may_still_move(schedule, due.local, window.until):
            traced = trace.get((schedule.id, due.local))
            if not traced:
                gaps.append(Gap(schedule, due.local, due.at, planned=traced is not None))
    return gaps


def _may_still_move(schedule: Schedule, local: datetime, until: datetime) -> bool:
    """A digest or reminder that waits for an open day which has just changed: the keeper is about to move it."""
    ahead = schedule.next_local is not None and local >= schedule.next_local
    waits = schedule.next_at is not None and schedule.next_at > until
    return ahead and waits and schedule.kind in WAITS_FOR_OPEN_DAY
