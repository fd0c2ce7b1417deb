"""How long things are kept, by whole weeks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mat.concerns import IsoWeek
from mat.concerns.retention import first_kept, key_ends_on, key_is_over, last_week

EVERY_DAY = [date(2026, 1, 1) + timedelta(days=n) for n in range(800)]


@pytest.mark.parametrize("days", [30, 31, 100, 180, 183, 365])
def test_nothing_is_deleted_before_its_days_are_over_nor_more_than_a_week_later(days: int) -> None:
    for today in EVERY_DAY:
        oldest = first_kept(today, days)
        gone = oldest.plus(-1)
        assert gone.sunday + timedelta(days=days) < today
        assert oldest.sunday + timedelta(days=days) >= IsoWeek.of(today).monday
    assert first_kept(date(2026, 11, 24), 180) == IsoWeek(2026, 22)


@pytest.mark.parametrize("days", [30, 180])
def test_it_moves_on_mondays_only(days: int) -> None:
    """A deletion at another moment would tell the day of something."""
    for today in EVERY_DAY:
        moved = first_kept(today, days) != first_kept(today - timedelta(days=1), days)
        assert moved is (today.weekday() == 0)


def test_the_last_week_of_a_month_is_the_last_that_its_key_seals() -> None:
    weeks = sorted({IsoWeek.of(day) for day in EVERY_DAY})
    for week in weeks:
        last = last_week(week.month)
        assert week <= last
        assert last.month == week.month
        assert last.plus(1).month > week.month


@pytest.mark.parametrize("days", [30, 180, 365])
def test_a_key_goes_on_the_first_monday_on_which_no_kept_concern_needs_it(days: int) -> None:
    for month in ("2026-01", "2026-02", "2026-11", "2026-12", "2027-02"):
        monday = key_ends_on(month, days)
        assert monday.weekday() == 0
        assert key_is_over(month, monday, days)
        assert not key_is_over(month, monday - timedelta(days=1), days)
        assert last_week(month) == first_kept(monday, days).plus(-1)


@pytest.mark.parametrize("words", ["", "2026", "2026-13", "2026-1", "November", "2026-11-01"])
def test_what_is_no_month_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        last_week(words)
