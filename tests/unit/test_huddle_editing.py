"""What a huddle form may say, and the series that comes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from mat.errors import AgendaTooEarly, DateInThePast, MatError, NoDayChosen, NotInTheList, OneDayOnly, UnknownTemplate
from mat.huddle_editing import (
    BEFORE,
    HOW_OFTEN,
    LENGTHS,
    HuddleDraft,
    check_before,
    check_first_day,
    draft_of,
    fingerprint,
    how_often,
    one_of,
    rhythm_from,
    series_from,
    template_named,
    usual,
)
from mat.huddles import HuddleSeries, Template
from mat.occurrences import occurrences
from mat.playbook import load_playbook
from mat.rhythm import EVERY_WORKING_DAY, MonthlyByDate, MonthlyByWeekday, Rhythm, Weekly

PLAYBOOK = load_playbook()
ZONE = "America/New_York"
NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)  # Monday, 9:00 AM in New York
TODAY = date(2027, 1, 4)
DAILY = replace(usual(Template.DAILY, PLAYBOOK, TODAY), at=time(9, 30))


def saved(draft: HuddleDraft, now: datetime = NOW, kept: HuddleSeries | None = None) -> HuddleSeries:
    return series_from(draft, "s1", ZONE, now, kept)


def days_of(series: HuddleSeries, count: int, now: datetime = NOW) -> list[date]:
    timed = occurrences(series.rule, series.local_start, series.zone, after=now, count=count)
    return [one.local.date() for one in timed]


@pytest.mark.parametrize(
    ("template", "before"), [(Template.DAILY, 10), (Template.PRE_GROUP, 30), (Template.MONTHLY, 2 * 24 * 60)]
)
def test_a_new_huddle_starts_from_the_playbook(template: Template, before: int) -> None:
    draft = usual(template, PLAYBOOK, TODAY)
    assert draft.minutes_before == before
    assert draft.minutes_before in BEFORE
    assert draft.minutes in LENGTHS
    assert draft.title == PLAYBOOK.agendas[template.value].title


@pytest.mark.parametrize(
    "rhythm",
    [EVERY_WORKING_DAY, Weekly((1,)), Weekly((0, 3), 2), *(MonthlyByWeekday(n, 2) for n in (1, 2, 3, 4, -1))],
)
def test_a_rhythm_survives_the_form(rhythm: Rhythm) -> None:
    often, days = how_often(rhythm)
    assert often in HOW_OFTEN
    assert rhythm_from(often, days, TODAY) == rhythm


def test_once_a_month_by_date_takes_the_day_of_the_first_one() -> None:
    assert how_often(MonthlyByDate(15)) == ("monthly-date", ())
    assert rhythm_from("monthly-date", (0, 1), date(2027, 1, 15)) == MonthlyByDate(15)
    assert rhythm_from("monthly-date", (), date(2027, 1, 30)) == MonthlyByDate(-1)


@pytest.mark.parametrize(
    ("often", "days", "error"),
    [
        ("weekly", (), NoDayChosen),
        ("fortnightly", (), NoDayChosen),
        ("monthly-2", (), NoDayChosen),
        ("monthly-2", (0, 1), OneDayOnly),
        ("hourly", (0,), NotInTheList),
    ],
)
def test_a_rhythm_that_is_none(often: str, days: tuple[int, ...], error: type[MatError]) -> None:
    with pytest.raises(error):
        rhythm_from(often, days, TODAY)


def test_forged_choices_are_refused_and_the_stored_one_is_kept() -> None:
    with pytest.raises(UnknownTemplate):
        template_named("weekly-dance")
    assert one_of("30", BEFORE, 10) == 30
    assert one_of("12", BEFORE, 12) == 12
    for number in ("12", "-5", "", "1e3"):
        with pytest.raises(NotInTheList):
            one_of(number, BEFORE, 10)


def test_a_first_day_is_today_or_later() -> None:
    check_first_day(TODAY, TODAY)
    with pytest.raises(DateInThePast):
        check_first_day(TODAY - timedelta(days=1), TODAY)


@pytest.mark.parametrize(
    ("rhythm", "longest"),
    [
        (EVERY_WORKING_DAY, 24 * 60),
        (Weekly((0, 2)), 2 * 24 * 60),
        (Weekly((0,)), 7 * 24 * 60),
        (Weekly((6, 0), 2), 6 * 24 * 60),
        (MonthlyByWeekday(1, 1), 28 * 24 * 60),
    ],
)
def test_an_agenda_never_comes_before_the_huddle_ahead_of_its_own(rhythm: Rhythm, longest: int) -> None:
    check_before(replace(DAILY, rhythm=rhythm, minutes_before=longest - 1))
    with pytest.raises(AgendaTooEarly):
        check_before(replace(DAILY, rhythm=rhythm, minutes_before=longest))


def test_a_series_is_what_the_form_says() -> None:
    series = saved(replace(DAILY, title="Morning", minutes=15, minutes_before=30))
    assert (series.id, series.title, series.minutes, series.minutes_before) == ("s1", "Morning", 15, 30)
    assert series.local_start == datetime(2027, 1, 4, 9, 30)
    assert days_of(series, 6)[-1] == date(2027, 1, 11)


@pytest.mark.parametrize(
    ("first_day", "at", "first", "second"),
    [
        (date(2027, 1, 4), time(9, 30), date(2027, 1, 4), date(2027, 1, 18)),
        (date(2027, 1, 4), time(8, 30), date(2027, 1, 11), date(2027, 1, 25)),
        (date(2027, 1, 8), time(9, 30), date(2027, 1, 11), date(2027, 1, 25)),
        (date(2027, 1, 18), time(9, 30), date(2027, 1, 18), date(2027, 2, 1)),
    ],
)
def test_every_two_weeks_counts_from_the_first_one_that_can_be(
    first_day: date, at: time, first: date, second: date
) -> None:
    series = saved(replace(DAILY, rhythm=Weekly((0,), 2), first_day=first_day, at=at))
    assert series.local_start == datetime.combine(first, at)
    assert days_of(series, 2) == [first, second]


def test_once_a_month_on_the_31st_comes_every_month() -> None:
    series = saved(
        replace(DAILY, rhythm=rhythm_from("monthly-date", (), date(2027, 1, 31)), first_day=date(2027, 1, 31))
    )
    assert days_of(series, 3) == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]


def test_a_form_that_changes_no_time_changes_no_start() -> None:
    series = saved(DAILY)
    later = NOW + timedelta(days=9)
    again = saved(replace(draft_of(series, later), title="Other"), later, series)
    assert again == replace(series, title="Other")
    moved = saved(replace(draft_of(series, later), at=time(10, 0)), later, series)
    assert moved.local_start > series.local_start


def test_every_two_weeks_keeps_its_weeks_through_a_change_of_hour() -> None:
    series = saved(replace(DAILY, rhythm=Weekly((0,), 2)))
    later = NOW + timedelta(days=9)  # Wednesday of the off week
    changed = saved(replace(draft_of(series, later), at=time(11, 0)), later, series)
    assert days_of(changed, 2, later) == [date(2027, 1, 18), date(2027, 2, 1)]


def test_a_rule_no_form_can_show_comes_without_a_day() -> None:
    series = replace(saved(DAILY), rule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=1")
    assert draft_of(series, NOW).rhythm == Weekly(())


def test_a_fingerprint_changes_with_the_series() -> None:
    series = saved(DAILY)
    assert fingerprint(series) == fingerprint(saved(DAILY))
    changed = [replace(series, title="x"), replace(series, minutes=5), replace(series, active=False)]
    assert len({fingerprint(one) for one in (series, *changed)}) == 4
