"""Rows of many clinics, read in a few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from mat.clinic import Clinic, Duty
from mat.closures import Closures
from mat.delivery import PostKind, Schedule
from mat.huddles import AgendaItem, HuddleSeries, Meeting

ClinicKey = tuple[str, str]
"""Workspace and clinic."""

Traces = Mapping[tuple[str, datetime], bool]
"""(schedule, local time) of every occurrence → whether it was skipped on purpose or has posts."""

SeriesKey = tuple[str, str, str]
"""Workspace, clinic and series."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What composing the agendas and questions of many posts asks for.

    What is missing in a mapping is not there, for the clinics in `asked` (of people: in `asked_people`) and the series in
    `asked_series`. `meetings`: by series and naive local time, for the times in `asked_times`.
    """

    asked: frozenset[ClinicKey]
    asked_people: frozenset[ClinicKey]
    asked_series: frozenset[SeriesKey]
    asked_times: frozenset[tuple[SeriesKey, datetime]]
    clinics: Mapping[ClinicKey, Clinic]
    closures: Mapping[ClinicKey, Closures]
    people: Mapping[ClinicKey, Mapping[Duty, tuple[str, ...]]]
    series: Mapping[SeriesKey, HuddleSeries]
    meetings: Mapping[tuple[SeriesKey, datetime], Meeting]
    items: Mapping[SeriesKey, Sequence[AgendaItem]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A clinic with its schedules, ordered by id, and its closed days."""

    clinic: Clinic
    schedules: Sequence[Schedule]
    closures: Closures


@dataclass(frozen=True, slots=True)
class Load:
    """Schedules of a workspace that are alike. `at`: wall clock of the thing itself; `posts`: how many they make each time."""

    kind: PostKind
    rule: str
    at: time
    zone: str
    shift_minutes: int
    posts: int
