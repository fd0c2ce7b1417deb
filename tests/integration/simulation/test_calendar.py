"""The simulation's own calendar, against dates from a printed one and known clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.simulation.calendar import ClosedDays, every_other_week, instant_of, nth_weekday, open_from


@pytest.mark.parametrize(
    ("local", "zone", "at"),
    [
        (datetime(2027, 3, 14, 2, 30), "America/New_York", datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),
        (datetime(2027, 11, 7, 1, 30), "America/New_York", datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),
        (datetime(2027, 3, 14, 9), "America/New_York", datetime(2027, 3, 14, 13, tzinfo=UTC)),
        (datetime(2027, 3, 14, 2, 30), "America/Phoenix", datetime(2027, 3, 14, 9, 30, tzinfo=UTC)),
        (datetime(2027, 7, 1, 8), "Pacific/Honolulu", datetime(2027, 7, 1, 18, tzinfo=UTC)),
    ],
)
def test_what_the_clocks_show(local: datetime, zone: str, at: datetime) -> None:
    assert instant_of(local, zone) == at


def test_days_of_a_month_and_of_every_other_week() -> None:
    days = [date(2027, 1, day) for day in range(1, 32)]
    assert [day.day for day in days if nth_weekday(2, 1)(day)] == [12]
    assert [day.day for day in days if nth_weekday(-1, 4)(day)] == [29]
    assert [day.day for day in days if every_other_week(date(2027, 1, 5))(day)] == [5, 19]


def test_what_waits_comes_on_the_next_open_day_of_its_week_or_not_at_all() -> None:
    monday = date(2027, 1, 4)
    assert open_from(monday, []) == monday
    assert open_from(monday, [ClosedDays(monday, date(2027, 1, 6))]) == date(2027, 1, 7)
    assert open_from(monday, [ClosedDays(monday, date(2027, 1, 8))]) is None
