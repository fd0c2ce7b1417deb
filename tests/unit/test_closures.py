"""Closed days: which they are, what they move, and when a team is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest

from mat.clinic import Clinic
from mat.closures import (
    AT_MOST,
    NEVER_CLOSED,
    Closure,
    Closures,
    begins_before_we_meet_again,
    check_span,
    open_day_from,
)
from mat.concerns.release import next_release
from mat.concerns.weeks import IsoWeek, is_overdue
from mat.delivery import PostKind, Schedule
from mat.errors import ClosedTooLong, DateInThePast, EnoughClosedDays, LastDayFirst, MatError
from mat.huddles import HuddleSeries, Template
from mat.schedules import due_times, following, schedules_of

WED, THU, FRI = date(2027, 11, 24), date(2027, 11, 25), date(2027, 11, 26)
MON = date(2027, 11, 29)
BREAK = Closure("x1", date(2027, 12, 20), date(2028, 1, 2), "winter break")
BRIDGE = Closure("x2", FRI, FRI, "bridge day")
CLOSED = Closures((BREAK, BRIDGE), frozenset({"Thanksgiving", "Christmas Day"}))
THANKSGIVING = Closure("holiday-2027-11-25", THU, THU, "Thanksgiving")
NEW_YORK = "America/New_York"
CLINIC = Clinic("T1", "north", "Northside", NEW_YORK, date(2027, 1, 4), ("sixbb",), channel="C1", ready=True)
DAILY = HuddleSeries(
    "h1", Template.DAILY, "Daily huddle", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", datetime(2027, 1, 4, 9), NEW_YORK, 10, 10
)


def schedule_of(kind: PostKind, now: datetime) -> Schedule:
    return next(s for s in schedules_of(CLINIC, [DAILY], now) if s.kind is kind)


def test_a_day_is_closed_by_a_range_or_by_a_holiday_that_is_kept() -> None:
    assert CLOSED.on(WED) is None
    assert CLOSED.on(THU) == THANKSGIVING
    assert [BREAK.first - timedelta(days=1) in CLOSED, BREAK.first in CLOSED, BREAK.last in CLOSED] == [
        False,
        True,
        True,
    ]
    assert date(2028, 1, 3) not in CLOSED
    assert date(2027, 11, 11) not in CLOSED, "Veterans Day is not kept"
    assert "2027-11-25" not in CLOSED


def test_the_clinics_own_words_come_before_a_holidays_name() -> None:
    assert CLOSED.on(date(2027, 12, 24)) == BREAK


def test_one_is_found_again_by_its_id_while_it_stands() -> None:
    assert CLOSED.get("x2") == BRIDGE
    assert CLOSED.get(THANKSGIVING.id) == THANKSGIVING
    gone = ("x3", "holiday-2027-11-11", "holiday-2027-12-24", "holiday-x", "")
    assert [CLOSED.get(one) for one in gone] == [None] * len(gone)


def test_what_closes_some_days_is_listed_once_each() -> None:
    assert CLOSED.between(WED, date(2028, 6, 1)) == (THANKSGIVING, BRIDGE, BREAK)
    assert CLOSED.between(WED, WED) == ()


def test_the_next_open_day_passes_over_weekends_and_closed_days() -> None:
    assert open_day_from(THU, CLOSED, within=10) == MON
    assert open_day_from(WED, CLOSED, within=0) == WED
    assert open_day_from(THU, CLOSED, within=3) is None


def test_a_huddle_falls_out_and_the_digest_moves_within_its_week() -> None:
    monday = Closures((Closure("x", MON, MON + timedelta(days=1), "flood"),))
    sunday = datetime(2027, 11, 28, 12, tzinfo=UTC)
    agendas = islice(due_times(schedule_of(PostKind.HUDDLE_AGENDA, sunday), monday), 3)
    assert [due.closed and due.closed.label for due in agendas] == ["flood", "flood", None]
    digest = next(due_times(schedule_of(PostKind.DIGEST, sunday), monday))
    assert (digest.local, digest.closed) == (datetime(2027, 11, 29, 8), None)
    assert digest.at == datetime(2027, 12, 1, 13, tzinfo=UTC), "8:00 AM on Wednesday"


def test_a_whole_closed_week_has_no_digest() -> None:
    week = Closures((Closure("x", MON, MON + timedelta(days=4), "flood"),))
    schedule = schedule_of(PostKind.DIGEST, datetime(2027, 11, 28, 12, tzinfo=UTC))
    first, second = islice(due_times(schedule, week), 2)
    assert first.closed is not None
    assert (second.local, second.closed) == (datetime(2027, 12, 6, 8), None)


def test_what_follows_is_moved_too() -> None:
    monday = Closures((Closure("x", MON, MON, "flood"),))
    schedule = schedule_of(PostKind.WEEKLY_REMINDER, datetime(2027, 11, 21, 12, tzinfo=UTC))
    after = following(schedule, datetime(2027, 11, 22, 9), monday)
    assert (after.next_local, after.next_at) == (datetime(2027, 11, 29, 9), datetime(2027, 11, 30, 14, tzinfo=UTC))
    ended = replace(schedule, rule="FREQ=WEEKLY;UNTIL=20271123T000000;BYDAY=MO")
    assert following(ended, datetime(2027, 11, 22, 9), monday).next_at is None


@pytest.mark.parametrize(
    ("local_now", "told"),
    [
        (datetime.combine(WED, time(8, 59)), ()),
        (datetime.combine(WED, time(9)), (THANKSGIVING, BRIDGE)),
        (datetime.combine(WED, time(23, 59)), (THANKSGIVING, BRIDGE)),
        (datetime.combine(THU, time(9)), ()),
        (datetime.combine(FRI, time(12)), ()),
        (datetime(2027, 12, 16, 12), ()),
        (datetime(2027, 12, 17, 12), (BREAK,)),
    ],
)
def test_a_team_is_told_on_its_last_day_together(local_now: datetime, told: tuple[Closure, ...]) -> None:
    assert begins_before_we_meet_again(CLOSED, local_now) == told


def test_a_closure_without_an_end_in_sight_is_told_too() -> None:
    for_good = Closures((Closure("x", MON, date(2030, 1, 1), "moving"),))
    assert begins_before_we_meet_again(for_good, datetime.combine(FRI, time(10))) == for_good.spans
    assert begins_before_we_meet_again(NEVER_CLOSED, datetime.combine(FRI, time(10))) == ()


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        (THU, WED, LastDayFirst),
        (WED - timedelta(days=9), WED - timedelta(days=1), DateInThePast),
        (THU, THU + timedelta(days=366), ClosedTooLong),
    ],
)
def test_days_that_make_no_sense_are_refused(first: date, last: date, problem: type[MatError]) -> None:
    with pytest.raises(problem):
        check_span(first, last, WED, ())
    check_span(WED - timedelta(days=9), WED, WED, ())
    check_span(THU, THU + timedelta(days=365), WED, ())


def test_there_is_an_end_to_entries_ahead_and_old_ones_do_not_count() -> None:
    old = [Closure(f"o{n}", date(2020, 1, 1), date(2020, 1, 2), "old") for n in range(AT_MOST)]
    check_span(THU, THU, WED, old)
    with pytest.raises(EnoughClosedDays):
        check_span(THU, THU, WED, [replace(one, last=FRI) for one in old])


def test_concerns_wait_for_the_next_working_day_and_closed_days_do_not_count_as_waiting() -> None:
    wednesday_noon = datetime(2027, 11, 24, 17, tzinfo=UTC)
    assert next_release(wednesday_noon, NEW_YORK, time(8), CLOSED).date() == MON
    week = IsoWeek.of(date(2027, 11, 15))
    assert is_overdue(week, date(2027, 11, 27))
    assert not is_overdue(week, MON, CLOSED)
    assert is_overdue(week, date(2027, 12, 1), CLOSED)
