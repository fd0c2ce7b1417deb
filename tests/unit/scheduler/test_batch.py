"""Schedules that are planned together: what one of them comes to has nothing to do with the others."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from mat.clinic import Clinic
from mat.closures import Closure, Closures
from mat.delivery import PostKind, Schedule
from mat.due import DueSchedule
from mat.huddles import HuddleSeries, Template
from mat.schedules import schedules_of
from scheduler.batch import Plan, plan_of

ZONE = "America/New_York"
WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
DAILY = HuddleSeries("h1", Template.DAILY, "Daily huddle", WEEKDAYS, datetime(2027, 1, 4, 9), ZONE, 10, 10)
CLINIC = Clinic("T1", "north", "Northside", ZONE, date(2027, 1, 4), ("sixbb",), channel="C1", ready=True)
SUNDAY = datetime(2027, 1, 3, 12, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SCHEDULE = next(s for s in schedules_of(CLINIC, [DAILY], SUNDAY) if s.kind is PostKind.HUDDLE_AGENDA)
assert SCHEDULE.next_at is not None
DUE = DueSchedule(SCHEDULE, CLINIC, DAILY, Closures(), {})
NOW = SCHEDULE.next_at + 15 * MINUTE
SNOW = Closures((Closure("c1", date(2027, 1, 4), date(2027, 1, 5), "Snow"),))


def of_a_schedule(**changed: object) -> DueSchedule:
    return replace(DUE, schedule=replace(SCHEDULE, **changed))  # type: ignore[arg-type]


DIFFERENT = {
    "kind": of_a_schedule(kind=PostKind.HUDDLE_CHECK),
    "rule": of_a_schedule(rule="FREQ=WEEKLY;BYDAY=MO"),
    "local_start": of_a_schedule(local_start=datetime(2027, 1, 4, 8, 45)),
    "zone": of_a_schedule(zone="America/Puerto_Rico", local_start=datetime(2027, 1, 4, 9, 50)),
    "shift_minutes": of_a_schedule(shift_minutes=-5),
    "next_local": of_a_schedule(next_local=datetime(2027, 1, 5, 9)),
    "next_at": of_a_schedule(next_at=NOW),
    "minutes": replace(DUE, series=replace(DAILY, minutes=4)),
    "closures": replace(DUE, closures=SNOW),
    "series": replace(DUE, series=None),
    "unreadable": of_a_schedule(rule="FREQ=HOURLY"),
    "not ready": replace(DUE, clinic=replace(CLINIC, ready=False)),
}


def planned(*due: DueSchedule) -> Plan:
    numbers = count()
    return plan_of(due, NOW, lambda: f"{next(numbers):032x}", {})


def outcome(plan: Plan, place: int) -> tuple[object, ...]:
    """What became of one schedule, but for ids."""
    [*of_it] = [
        (o.local_at, o.due_at, o.state, o.reason, [(p.target, p.due_at, p.turn_at) for p in posts])
        for o, posts in plan.occurrences
        if o.schedule == str(place)
    ]
    moved = next(s for s in plan.moved if s.id == str(place))
    told = [
        (missed.coming, sorted(missed.times.values())) for missed in plan.missed if missed.due.schedule.id == str(place)
    ]
    return of_it, moved, told


def numbered(due: DueSchedule, place: int) -> DueSchedule:
    return replace(due, schedule=replace(due.schedule, id=str(place)))


@pytest.mark.parametrize("differs", DIFFERENT)
def test_one_comes_to_the_same_beside_others_as_alone(differs: str) -> None:
    one, other = numbered(DUE, 0), numbered(DIFFERENT[differs], 1)
    for together in (planned(one, other), planned(other, one)):
        for place, due in enumerate((one, other)):
            assert outcome(together, place) == outcome(planned(due), place)


def test_all_that_a_draft_depends_on_is_tried() -> None:
    its_own = {"id", "workspace", "clinic", "subject", "since"}
    assert {field.name for field in fields(Schedule)} - its_own <= set(DIFFERENT)


def test_these_do_come_to_something_else() -> None:
    """Otherwise the comparison above would show nothing."""
    plain = outcome(planned(numbered(DUE, 0)), 0)
    same = [name for name, due in DIFFERENT.items() if outcome(planned(numbered(due, 0)), 0) == plain]
    assert same == []
