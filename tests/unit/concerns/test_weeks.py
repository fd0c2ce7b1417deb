from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mat.concerns.release import next_release
from mat.concerns.weeks import IsoWeek, is_overdue


@given(st.dates(min_value=date(2000, 1, 10), max_value=date(2100, 1, 1)))
def test_a_week_holds_its_days_and_reads_back(day: date) -> None:
    week = IsoWeek.of(day)
    assert week.monday <= day <= week.sunday
    assert IsoWeek.parse(str(week)) == week
    assert week.plus(1).monday == week.monday + timedelta(days=7)


@given(st.dates(min_value=date(2000, 1, 10), max_value=date(2100, 1, 1)), st.integers(0, 600))
def test_weeks_as_text_are_in_the_order_of_time(day: date, later: int) -> None:
    first, second = IsoWeek.of(day), IsoWeek.of(day + timedelta(days=later))
    assert str(first) <= str(second)
    assert first <= second


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)))
def test_a_key_month_never_splits_a_week(day: date) -> None:
    """Week and key month together must not say more than the week alone."""
    week = IsoWeek.of(day)
    months = {IsoWeek.of(week.monday + timedelta(days=d)).month for d in range(7)}
    assert len(months) == 1


def test_the_key_month_is_that_of_the_thursday() -> None:
    assert IsoWeek.of(date(2026, 11, 30)).month == "2026-12"
    assert IsoWeek.of(date(2027, 1, 1)).month == "2026-12"


@pytest.mark.parametrize("text", ["2026-W54", "2026-47", "", "W47", "2026-W47-1"])
def test_other_texts_are_no_week(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        IsoWeek.parse(text)


@pytest.mark.parametrize(
    ("today", "overdue"),
    [
        (date(2026, 11, 16), False),
        (date(2026, 11, 23), False),
        (date(2026, 11, 27), False),
        (date(2026, 11, 28), True),
        (date(2026, 11, 30), True),
    ],
)
def test_waiting_counts_five_working_days_from_the_end_of_the_week_of_arrival(today: date, overdue: bool) -> None:
    assert is_overdue(IsoWeek.of(date(2026, 11, 18)), today) is overdue


def test_closure_days_are_not_counted_as_waiting() -> None:
    week = IsoWeek.of(date(2026, 11, 18))
    thanksgiving = {date(2026, 11, 26), date(2026, 11, 27)}
    assert not is_overdue(week, date(2026, 11, 30), thanksgiving)
    assert is_overdue(week, date(2026, 12, 2), thanksgiving)


@pytest.mark.parametrize(
    ("now", "local"),
    [
        (datetime(2026, 11, 20, 13, 59, tzinfo=UTC), datetime(2026, 11, 20, 8)),
        (datetime(2026, 11, 20, 14, 0, tzinfo=UTC), datetime(2026, 11, 23, 8)),
        (datetime(2026, 11, 25, 20, 0, tzinfo=UTC), datetime(2026, 11, 27, 8)),
        (datetime(2026, 3, 6, 15, 0, tzinfo=UTC), datetime(2026, 3, 9, 8)),
    ],
)
def test_the_next_release_is_the_next_working_day_at_the_clinics_hour(now: datetime, local: datetime) -> None:
    release = next_release(now, "America/Chicago", time(8), closed={date(2026, 11, 26)})
    assert release.replace(tzinfo=None) == local
    assert release.tzname() == ("CDT" if local.month == 3 else "CST")
