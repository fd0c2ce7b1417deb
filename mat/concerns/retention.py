"""How long concerns and their keys are kept: whole weeks and whole months, the same for everybody.

A concern is kept for so many days after the end of the week in which it came. A month's key goes when the last week that it seals
is over. Both only ever change from one Monday to the next (UTC), so that what is deleted tells no day.
"""

from __future__ import annotations

from datetime import date, timedelta

from mat.concerns.weeks import IsoWeek

RETENTION_DAYS = 180
LEAST_DAYS = 30
MOST_DAYS = 3660
_A_DAY = timedelta(days=1)


def first_kept(today: date, days: int) -> IsoWeek:
    """The oldest week whose concerns are still kept on `today` (UTC)."""
    return IsoWeek.of(IsoWeek.of(today).monday - timedelta(days=days))


def last_week(month: str) -> IsoWeek:
    """The last week that the key of a month (`2026-11`) seals. Raises ValueError for what is no month."""
    first = date.fromisoformat(f"{month}-01")
    week = IsoWeek.of((first + timedelta(days=31)).replace(day=1) - _A_DAY)
    return week if week.month == month else week.plus(-1)


def key_is_over(month: str, today: date, days: int) -> bool:
    """Whether no concern that is still kept on `today` needs the key of this month."""
    return last_week(month) < first_kept(today, days)


def key_ends_on(month: str, days: int) -> date:
    """The Monday (UTC) on which the key of this month is destroyed."""
    monday = IsoWeek.of(last_week(month).sunday + timedelta(days=days)).monday
    while not key_is_over(month, monday, days):
        monday += timedelta(weeks=1)
    return monday
