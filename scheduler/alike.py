"""What is worked out from a schedule's times alone: most clinics keep the same few hours, so it is worked out once for all alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from mat.closures import Closures
from mat.delivery import Schedule
from mat.schedules import WAITS_FOR_OPEN_DAY

ALIKE = 4096
"""So many different ones are kept in mind."""

T = TypeVar("T")


class Alike(Generic[T]):
    """`work_out`: reads of a schedule what `mat.schedules.due_times` does, and of closed days only what moves it."""

    def __init__(self, work_out: Callable[[Schedule, Closures], T]) -> None:
        self._work_out = work_out
        self._known: dict[object, T] = {}

    def of(self, schedule: Schedule, closures: Closures, from_local: datetime | None = None) -> T:
        """`from_local`: its next time (naive local), where that is read. Raises what `work_out` raises."""
        rule, start, zone, shift = schedule.rule, schedule.local_start, schedule.zone, schedule.shift_minutes
        moved_by = closures if schedule.kind in WAITS_FOR_OPEN_DAY else None
        key = (rule, start, zone, shift, from_local, moved_by)
        if key not in self._known:
            if len(self._known) >= ALIKE:
                self._known.clear()
            self._known[key] = self._work_out(schedule, closures)
        return self._known[key]
