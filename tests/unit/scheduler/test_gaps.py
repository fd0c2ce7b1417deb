"""Which times have left no trace: the schedule's own times against the records, and nothing that was never due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from mat.clinic import Clinic
from mat.closures import NEVER_CLOSED, Closure, Closures
from mat.delivery import PostKind, Schedule
from mat.huddles import HuddleSeries, Template
from mat.schedules import schedules_of
from scheduler.gaps import Gap, Window, gaps_of

NEW_YORK = "America/New_York"
DAILY = HuddleSeries(
    "h1", Template.DAILY, "Daily huddle", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", datetime(2027, 1, 4, 9), NEW_YORK, 10, 10
)
CLINIC = Clinic("T1", "north", "Northside", NEW_YORK, date(2027, 1, 4), ("sixbb",), channel="C1", ready=True)
SUNDAY = datetime(2027, 1, 3, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WED_NOON = datetime(2027, 1, 6, 17, 0, tzinfo=UTC)
NINE = {day: datetime(2027, 1, day, 9) for day in (4, 5, 6, 7)}


def agenda(**changes: object) -> Schedule:
    found = next(s for s in schedules_of(CLINIC, [DAILY], SUNDAY) if s.kind is PostKind.HUDDLE_AGENDA)
    return replace(found, **changes)  # type: ignore[arg-type]


def missing(schedule: Schedule, *traced: int, closures: Closures = NEVER_CLOSED) -> list[Gap]:
    trace = {(schedule.id, NINE[day]): True for day in traced}
    return gaps_of([schedule], closures, trace, Window(WED_NOON - 2 * DAY - 4 * HOUR, WED_NOON))


def days(gaps: list[Gap]) -> list[int]:
    return [gap.local_at.day for gap in gaps]


def test_a_time_without_an_occurrence_is_a_gap() -> None:
    assert days(missing(agenda(), 4, 5, 6)) == []
    (gap,) = missing(agenda(), 4, 6)
    assert (gap.local_at, gap.due_at, gap.planned) == (NINE[5], datetime(2027, 1, 5, 13, 50, tzinfo=UTC), False)
    assert days(missing(agenda())) == [4, 5, 6]


def test_an_occurrence_without_posts_is_a_gap_that_was_planned() -> None:
    schedule = agenda()
    trace = {(schedule.id, NINE[4]): True, (schedule.id, NINE[5]): False, (schedule.id, NINE[6]): True}
    (gap,) = gaps_of([schedule], NEVER_CLOSED, trace, Window(WED_NOON - 3 * DAY, WED_NOON))
    assert (gap.local_at, gap.planned) == (NINE[5], True)


def test_what_was_due_before_the_window_or_before_the_schedule_was_made_is_none() -> None:
    assert days(missing(agenda(since=WED_NOON - DAY), 6)) == []
    assert days(missing(agenda(since=WED_NOON - DAY - 4 * HOUR), 6)) == [5]
    tuesday_noon = WED_NOON - DAY
    assert days(gaps_of([agenda()], NEVER_CLOSED, {}, Window(tuesday_noon, WED_NOON))) == [6]


def test_one_that_cannot_be_read_is_a_gap_itself() -> None:
    broken = agenda(zone="Mars/Olympus", next_local=NINE[6])
    assert [(gap.local_at, gap.planned) for gap in missing(broken, 4, 5, 6)] == [(NINE[6], False)]
    assert missing(replace(broken, next_local=None)) == []


def test_a_digest_that_waits_for_an_open_day_is_due_only_then() -> None:
    digest = next(s for s in schedules_of(CLINIC, [], SUNDAY) if s.kind is PostKind.DIGEST)
    monday = Closures((Closure("x", date(2027, 1, 4), date(2027, 1, 4), "flood"),))
    tuesday_nine = datetime(2027, 1, 5, 14, tzinfo=UTC)
    waiting = replace(digest, next_at=datetime(2027, 1, 5, 13, tzinfo=UTC))

    def found(schedule: Schedule, closures: Closures, until: datetime) -> list[Gap]:
        return gaps_of([schedule], closures, {}, Window(SUNDAY, until))

    assert found(digest, monday, tuesday_nine - DAY) == []
    assert len(found(digest, monday, tuesday_nine)) == 1
    assert found(waiting, NEVER_CLOSED, tuesday_nine - DAY) == [], "open again: the keeper moves it in a moment"
    assert len(found(digest, NEVER_CLOSED, tuesday_nine - DAY)) == 1


def test_a_huddle_on_a_closed_day_leaves_a_trace_too() -> None:
    tuesday = Closures((Closure("x", date(2027, 1, 5), date(2027, 1, 5), "flood"),))
    assert days(missing(agenda(), 4, 6, closures=tuesday)) == [5]


def test_what_is_worked_out_for_one_schedule_holds_for_those_that_are_alike_only() -> None:
    """Of several clinics with the same hours each has its own closed days, its own shift and its own beginning."""
    digest = next(s for s in schedules_of(CLINIC, [], SUNDAY) if s.kind is PostKind.DIGEST)
    reminder = replace(digest, kind=PostKind.WEEKLY_REMINDER, id="reminder")
    monday = Closures((Closure("x", date(2027, 1, 4), date(2027, 1, 5), "flood"),))
    window = Window(SUNDAY, datetime(2027, 1, 5, 14, tzinfo=UTC))

    def found(schedule: Schedule, closures: Closures = NEVER_CLOSED) -> list[tuple[str, int]]:
        return [(gap.schedule.id, gap.local_at.hour) for gap in gaps_of([schedule], closures, {}, window)]

    for _ in range(2):
        assert found(digest) == [(digest.id, 8)]
        assert found(digest, monday) == []
        assert found(reminder) == [("reminder", 8)]
        assert found(replace(digest, id="other", since=SUNDAY + 2 * DAY)) == []
        assert found(replace(digest, shift_minutes=3 * 24 * 60)) == []
        assert found(replace(digest, kind=PostKind.CONCERN_BATCH), monday) == [(digest.id, 8)]
        assert found(replace(digest, zone="Pacific/Honolulu")) == [(digest.id, 8)]
