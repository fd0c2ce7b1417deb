"""What the planner sees of a schedule whose hour has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mat.clinic import Clinic, Duty
from mat.closures import Closures
from mat.delivery import Schedule
from mat.huddles import HuddleSeries


@dataclass(frozen=True, slots=True)
class DueSchedule:
    """A schedule and the rows of this moment that decide what becomes of it.

    `series`: what it is about, None where it is about none or the series is gone. `people`: the user ids for each duty, in order, for
    what goes to people; a duty that nobody has may be missing.
    """

    schedule: Schedule
    clinic: Clinic
    series: HuddleSeries | None
    closures: Closures
    people: Mapping[Duty, tuple[str, ...]]
