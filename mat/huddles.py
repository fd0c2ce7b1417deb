"""Huddles: a series, its meetings, what stands on the agenda, and whether they were held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Template(StrEnum):
    """The three kinds of huddle a clinic can set up; values are the playbook's agenda ids."""

    DAILY = "daily-huddle"
    PRE_GROUP = "pre-group-huddle"
    MONTHLY = "improvement-team-monthly"


class MeetingState(StrEnum):
    PLANNED = "planned"
    CALLED_OFF = "called-off"
    HELD = "held"
    NOT_HELD = "not-held"


@dataclass(frozen=True, slots=True)
class HuddleSeries:
    """A huddle that comes again. `local_start`: naive local date-time of the first; `rule`: RFC 5545 RRULE text, read in `zone`.

    `minutes`: its length; `minutes_before`: how long before it the agenda is posted; `title`: what the clinic calls it.
    """

    id: str
    template: Template
    title: str
    rule: str
    local_start: datetime
    zone: str
    minutes: int
    minutes_before: int
    active: bool = True


@dataclass(frozen=True, slots=True)
class Meeting:
    """One huddle of a series. `local_at` is naive local time, `at` the same as an aware instant; `here` are Slack user ids."""

    series: str
    local_at: datetime
    at: datetime
    state: MeetingState = MeetingState.PLANNED
    by: str = ""
    here: tuple[str, ...] = ()

    def ends_at(self, minutes: int) -> datetime:
        return self.at + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """Something a person wants to talk about; stays on the agenda until a meeting of the series is held, or it is taken off."""

    id: str
    series: str
    text: str
    by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class HeldCount:
    """How many huddles were planned and how many were held; called-off ones are planned no longer."""

    planned: int
    held: int
