"""What decides when a schedule comes, apart from whose it is: most clinics keep the same few hours, which are worked out once."""

from __future__ import annotations

from datetime import datetime

from mat.closures import NEVER_CLOSED, Closures
from mat.delivery import PostKind, Schedule
from mat.schedules import WAITS_FOR_OPEN_DAY

ALIKE = 4096
"""So many different ones are kept in mind."""


def alike(schedule: Schedule, closures: Closures, from_local: datetime | None) -> tuple[Schedule, Closures]:
    """A schedule of nobody's and the closed days that may move it, which are equal for all whose `due_times` are.

    `from_local`: its next time (naive local).
    """
    waits = schedule.kind in WAITS_FOR_OPEN_DAY
    kind = schedule.kind if waits else PostKind.NOTICE
    times = (schedule.rule, schedule.local_start, schedule.zone, schedule.shift_minutes, from_local, None)
    return Schedule("", "", "", kind, "", *times), closures if waits else NEVER_CLOSED
