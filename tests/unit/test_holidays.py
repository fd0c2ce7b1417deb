"""Federal holidays, against the dates that the Office of Personnel Management publishes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mat.holidays import FEDERAL_HOLIDAYS, FIXED, FLOATING, holidays_on

PUBLISHED = {
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2029: "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25",
    2030: "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_working_days_that_are_holidays_are_those_published(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    found = [day for day in days if day.year == year and day.weekday() < 5 and holidays_on(day)]
    assert " ".join(f"{day:%m-%d}" for day in found) == PUBLISHED[year]


def test_a_holiday_on_a_weekend_is_one_on_its_own_day_too() -> None:
    assert holidays_on(date(2026, 7, 4)) == holidays_on(date(2026, 7, 3)) == ("Independence Day",)
    assert holidays_on(date(2027, 12, 31)) == holidays_on(date(2028, 1, 1)) == ("New Year's Day",)


def test_every_name_comes_round_each_year() -> None:
    assert set(FEDERAL_HOLIDAYS) == FIXED.keys() | FLOATING.keys()
    for year in range(2021, 2061):
        names = {name for n in range(365) for name in holidays_on(date(year, 1, 1) + timedelta(days=n))}
        assert names == set(FEDERAL_HOLIDAYS), year


def test_the_ends_of_the_calendar_are_no_trouble() -> None:
    assert holidays_on(date.max) == ()
    assert holidays_on(date.min) == ("New Year's Day",)
