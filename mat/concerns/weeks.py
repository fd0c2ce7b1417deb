"""Whole ISO weeks: the finest time that is kept of a concern's arrival."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta

PROMISE_WORKDAYS = 5
_SATURDAY = 5


@dataclass(frozen=True, slots=True, order=True)
class IsoWeek:
    """One ISO 8601 week; written `2026-W47`, and ordered by time both as a record and as that text."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> IsoWeek:
        """The week of a day; of an aware datetime, the week in that datetime's own zone."""
        calendar = day.isocalendar()
        return cls(calendar.year, calendar.week)

    @classmethod
    def parse(cls, text: str) -> IsoWeek:
        """The inverse of `str`. Raises ValueError for anything else."""
        return cls.of(date.fromisoformat(f"{text}-1"))

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 7)

    def plus(self, weeks: int) -> IsoWeek:
        return IsoWeek.of(self.monday + timedelta(weeks=weeks))

    @property
    def month(self) -> str:
        """The month (`2026-11`) whose key seals this week: that of its Thursday, as ISO counts years.

        Never the month of the day itself: in a week that spans two months, week and month together would give the days.
        """
        return date.fromisocalendar(self.year, self.number, 4).strftime("%Y-%m")

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"


def workday(day: date, closed: Container[date] = ()) -> bool:
    """Monday to Friday, but not on a closure day."""
    return day.weekday() < _SATURDAY and day not in closed


def is_overdue(arrived: IsoWeek, today: date, closed: Container[date] = ()) -> bool:
    """Whether a concern of that week has waited longer than five working days on the morning of `today`.

    The count starts at the end of the week of arrival, because nothing finer is kept.
    """
    day, passed = arrived.sunday + timedelta(days=1), 0
    while day < today and passed < PROMISE_WORKDAYS:
        passed += workday(day, closed)
        day += timedelta(days=1)
    return passed >= PROMISE_WORKDAYS
