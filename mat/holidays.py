"""The eleven federal holidays of the United States, 5 U.S.C. 6103, with the working day on which each is observed.

Why this is not a library: docs/decisions/0011-federal-holidays-are-eleven-rules.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

_MON, _THU, _SAT, _SUN = 0, 3, 5, 6
_A_DAY, _A_WEEK = timedelta(days=1), timedelta(days=7)

FIXED: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "New Year's Day": (1, 1),
        "Juneteenth": (6, 19),
        "Independence Day": (7, 4),
        "Veterans Day": (11, 11),
        "Christmas Day": (12, 25),
    }
)
"""Month and day."""

FLOATING: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "Martin Luther King Jr. Day": (1, _MON, 3),
        "Presidents' Day": (2, _MON, 3),
        "Memorial Day": (5, _MON, -1),
        "Labor Day": (9, _MON, 1),
        "Columbus Day": (10, _MON, 2),
        "Thanksgiving": (11, _THU, 4),
    }
)
"""Month, weekday (0 is Monday), and which of them in the month; -1 is the last."""

FEDERAL_HOLIDAYS = (
    "New Year's Day",
    "Martin Luther King Jr. Day",
    "Presidents' Day",
    "Memorial Day",
    "Juneteenth",
    "Independence Day",
    "Labor Day",
    "Columbus Day",
    "Veterans Day",
    "Thanksgiving",
    "Christmas Day",
)
"""In the order of the year."""


def holidays_on(day: date) -> tuple[str, ...]:
    """The federal holidays that fall on a day or are observed on it."""
    return _year(day.year).get(day, ())


@lru_cache(maxsize=32)
def _year(year: int) -> Mapping[date, tuple[str, ...]]:
    """Every day of a year that is a holiday. New Year's Day of the next year may be observed on December 31."""
    found: dict[date, tuple[str, ...]] = {}
    named = [(name, date(year, month, day)) for name, (month, day) in FIXED.items()]
    named += [(name, _nth(year, *rule)) for name, rule in FLOATING.items()]
    if year < date.max.year:
        named.append(("New Year's Day", date(year + 1, 1, 1)))
    for name, day in named:
        for one in {day, _observed(day)}:
            if one.year == year:
                found[one] = (*found.get(one, ()), name)
    return MappingProxyType(found)


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    if which < 0:
        last = date(year, month + 1, 1) - _A_DAY
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7) + (which - 1) * _A_WEEK


def _observed(day: date) -> date:
    """The Friday before a Saturday, the Monday after a Sunday (5 U.S.C. 6103(b) and Executive Order 11582)."""
    if day == date.min:
        return day
    return {_SAT: day - _A_DAY, _SUN: day + _A_DAY}.get(day.weekday(), day)
