"""Which schedules a clinic must have, and when the first and the next time of each is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from mat.clinic import Clinic
from mat.delivery import PostKind, Schedule
from mat.huddles import HuddleSeries, Template
from mat.schedules import due_at, due_times, first_from, following, schedules_of

NEW_YORK = "America/New_York"
MONDAY_NINE = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)
CLINIC = Clinic(
    "T1",
    "north",
    "Northside",
    NEW_YORK,
    date(2027, 1, 4),
    ("sixbb",),
    channel="C1",
    concerns_at=time(8, 30),
    ready=True,
)
DAILY = HuddleSeries(
    "h1", Template.DAILY, "Daily huddle", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", datetime(2027, 1, 4, 9), NEW_YORK, 10, 10
)
MONTHLY = HuddleSeries(
    "h2", Template.MONTHLY, "Monthly", "FREQ=MONTHLY;BYDAY=2TU", datetime(2027, 1, 12, 12), NEW_YORK, 60, 2880
)


def found(now: datetime, *series: HuddleSeries, clinic: Clinic = CLINIC) -> dict[tuple[PostKind, str], Schedule]:
    return {(s.kind, s.subject): s for s in schedules_of(clinic, series, now)}


def test_a_clinic_has_its_four_rhythms_and_two_for_each_huddle() -> None:
    assert found(MONDAY_NINE, DAILY, replace(MONTHLY, active=False)).keys() == {
        (PostKind.WEEKLY_REMINDER, ""),
        (PostKind.DIGEST, ""),
        (PostKind.CONCERN_BATCH, ""),
        (PostKind.SAID_PREVIEW, ""),
        (PostKind.HUDDLE_AGENDA, "h1"),
        (PostKind.HUDDLE_CHECK, "h1"),
    }


def test_nothing_is_planned_before_set_up_is_finished() -> None:
    assert schedules_of(replace(CLINIC, ready=False), [DAILY], MONDAY_NINE) == ()


def test_saving_twice_makes_the_same_schedules() -> None:
    assert found(MONDAY_NINE, DAILY) == found(MONDAY_NINE, DAILY)
    ids = [s.id for s in schedules_of(CLINIC, [DAILY, MONTHLY], MONDAY_NINE)]
    assert len(set(ids)) == len(ids)


def test_each_comes_at_its_hour_in_the_clinics_zone() -> None:
    friday = datetime(2027, 1, 1, 12, 0, tzinfo=UTC)
    first = {key: schedule.next_at for key, schedule in found(friday, DAILY, MONTHLY).items()}
    assert first == {
        (PostKind.WEEKLY_REMINDER, ""): datetime(2027, 1, 4, 14, 0, tzinfo=UTC),
        (PostKind.DIGEST, ""): datetime(2027, 1, 4, 13, 0, tzinfo=UTC),
        (PostKind.CONCERN_BATCH, ""): datetime(2027, 1, 1, 13, 30, tzinfo=UTC),
        (PostKind.SAID_PREVIEW, ""): datetime(2027, 1, 5, 14, 0, tzinfo=UTC),
        (PostKind.HUDDLE_AGENDA, "h1"): datetime(2027, 1, 4, 13, 50, tzinfo=UTC),
        (PostKind.HUDDLE_CHECK, "h1"): datetime(2027, 1, 4, 14, 25, tzinfo=UTC),
        (PostKind.HUDDLE_AGENDA, "h2"): datetime(2027, 1, 10, 17, 0, tzinfo=UTC),
        (PostKind.HUDDLE_CHECK, "h2"): datetime(2027, 1, 12, 18, 15, tzinfo=UTC),
    }


def test_what_is_due_at_this_very_instant_waits_for_its_next_time() -> None:
    now = datetime(2027, 1, 4, 13, 0, tzinfo=UTC)
    assert found(now)[PostKind.DIGEST, ""].next_at == now + timedelta(days=7)


def test_a_huddle_set_up_just_before_it_begins_gets_its_agenda_at_once() -> None:
    now = datetime(2027, 1, 4, 13, 57, tzinfo=UTC)
    agenda = found(now, DAILY)[PostKind.HUDDLE_AGENDA, "h1"]
    assert (agenda.next_local, agenda.next_at) == (datetime(2027, 1, 4, 9), now)


def test_a_huddle_that_has_begun_gets_no_agenda_but_is_asked_about() -> None:
    now = datetime(2027, 1, 4, 14, 1, tzinfo=UTC)
    both = found(now, DAILY)
    assert both[PostKind.HUDDLE_AGENDA, "h1"].next_local == datetime(2027, 1, 5, 9)
    assert both[PostKind.HUDDLE_CHECK, "h1"].next_local == datetime(2027, 1, 4, 9)


def test_a_rule_that_has_ended_has_no_next_time() -> None:
    ended = replace(DAILY, rule="FREQ=DAILY;UNTIL=20270105T235959")
    agenda = found(datetime(2027, 2, 1, tzinfo=UTC), ended)[PostKind.HUDDLE_AGENDA, "h1"]
    assert (agenda.next_local, agenda.next_at) == (None, None)
    assert list(due_times(agenda)) == []


@pytest.mark.parametrize(
    ("local", "shift", "due"),
    [
        # The clocks go forward on Sunday 14 March 2027: two days before Monday 9:00 is Saturday 9:00, not 8:00.
        (datetime(2027, 3, 15, 9), -2880, datetime(2027, 3, 13, 14, 0, tzinfo=UTC)),
        (datetime(2027, 3, 15, 9), -10, datetime(2027, 3, 15, 12, 50, tzinfo=UTC)),
        # 2:30 does not exist that night and means 3:30; ten minutes before is 3:20.
        (datetime(2027, 3, 14, 2, 30), -10, datetime(2027, 3, 14, 7, 20, tzinfo=UTC)),
        # 1:30 comes twice on 7 November 2027; the first is meant, and 25 minutes after it passes like any other.
        (datetime(2027, 11, 7, 1, 30), 25, datetime(2027, 11, 7, 5, 55, tzinfo=UTC)),
        (datetime(2027, 1, 4, 9), 1440 + 30, datetime(2027, 1, 5, 14, 30, tzinfo=UTC)),
    ],
)
def test_a_shift_keeps_whole_days_on_the_wall_clock(local: datetime, shift: int, due: datetime) -> None:
    assert due_at(local, NEW_YORK, shift) == due


def test_the_next_time_keeps_the_wall_clock_over_a_change() -> None:
    schedule = first_from(found(MONDAY_NINE)[PostKind.DIGEST, ""], datetime(2027, 3, 1, tzinfo=UTC))
    seen = []
    for _ in range(4):
        assert schedule.next_local is not None
        seen.append((schedule.next_local, schedule.next_at))
        schedule = following(schedule, schedule.next_local)
    assert [local.hour for local, _ in seen] == [8, 8, 8, 8]
    assert [at.hour for _, at in seen if at] == [13, 13, 12, 12]
