"""The made-up teams of a simulation: people, hours, zones and huddles from a seeded chance. Nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from random import Random

from bot.simulation.calendar import ClosedDays, FallsOn, days_from, every_other_week, nth_weekday, on_weekdays
from mat.clinic import Clinic, Pace
from mat.huddles import HuddleSeries, Template
from mat.rhythm import MonthlyByWeekday, Rhythm, Weekly, rule_of

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
)
TEAMS_A_WORKSPACE = 2
PEOPLE = 4
NIGHT_SHIFT = 6
"""Every so many teams one huddles at an hour that the clock change skips or repeats."""


@dataclass(frozen=True, slots=True)
class Huddle:
    """A series as the bot keeps it, and the days on which it takes place as people would find them in a calendar."""

    series: HuddleSeries
    falls_on: FallsOn


@dataclass(frozen=True, slots=True)
class Team:
    """`people[0]` leads, the first two get the digest, the last two read concerns. `closed` grows as the team enters days."""

    clinic: Clinic
    people: tuple[str, ...]
    huddles: tuple[Huddle, ...]
    closed: list[ClosedDays] = field(default_factory=list)

    @property
    def leads(self) -> tuple[str, ...]:
        return self.people[:1]

    @property
    def digest_readers(self) -> tuple[str, ...]:
        return self.people[:2]

    @property
    def concern_readers(self) -> tuple[str, ...]:
        return self.people[-2:]


def make_teams(count: int, chance: Random, start: date) -> tuple[Team, ...]:
    """So many teams, two in each workspace. `start`: the first day of their plans."""
    return tuple(_team(number, chance, start) for number in range(count))


def _team(number: int, chance: Random, start: date) -> Team:
    workspace = f"T{number // TEAMS_A_WORKSPACE:05d}"
    zone = ZONES[number % len(ZONES)]
    clinic = Clinic(
        workspace=workspace,
        id=f"clinic-{number}",
        name=f"Clinic {number}",
        zone=zone,
        start=start,
        tracks=("sixbb", "moud"),
        pace=chance.choice(list(Pace)),
        channel=f"C{number:05d}",
        digest_at=time(chance.choice((7, 8, 9))),
        concerns_at=time(8, chance.choice((0, 30))),
        ready=True,
    )
    people = tuple(f"U{number:05d}{letter}" for letter in "ABCD"[:PEOPLE])
    return Team(clinic, people, tuple(_huddles(clinic, number, chance)))


def _huddles(clinic: Clinic, number: int, chance: Random) -> list[Huddle]:
    days = tuple(sorted(chance.sample(range(5), chance.choice((3, 5)))))
    hour = time(chance.choice((7, 8, 9)), chance.choice((0, 15, 30, 45)))
    if number % NIGHT_SHIFT == NIGHT_SHIFT - 1:
        days, hour = tuple(range(7)), time(chance.choice((1, 2)), 30)
    nth, weekday = chance.choice((1, 2, 3, 4, -1)), chance.randrange(5)
    every_other = chance.randrange(5)
    first = next(islice((day for day in days_from(clinic.start) if day.weekday() == every_other), 1))
    return [
        _huddle(clinic, Template.DAILY, Weekly(days), on_weekdays(*days), hour, 10, 10),
        _huddle(
            clinic, Template.PRE_GROUP, Weekly((every_other,), 2), every_other_week(first), time(13), 20, 30, first
        ),
        _huddle(
            clinic,
            Template.MONTHLY,
            MonthlyByWeekday(nth, weekday),
            nth_weekday(nth, weekday),
            time(12, chance.choice((0, 30))),
            60,
            2 * 24 * 60,
        ),
    ]


def _huddle(
    clinic: Clinic,
    template: Template,
    rhythm: Rhythm,
    falls_on: FallsOn,
    hour: time,
    minutes: int,
    before: int,
    first: date | None = None,
) -> Huddle:
    begins = first or next(day for day in days_from(clinic.start) if falls_on(day))
    local_start = datetime.combine(begins, hour)
    id_, title = f"{clinic.id}-{template.value}", template.value.replace("-", " ").capitalize()
    series = HuddleSeries(id_, template, title, rule_of(rhythm), local_start, clinic.zone, minutes, before)
    return Huddle(series, falls_on)
