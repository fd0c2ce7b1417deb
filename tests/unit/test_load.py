"""Whether a workspace's posts come in time: its days lived through with made-up loads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mat.delivery import PostKind
from mat.gathered import Load
from mat.load import (
    BY_DIRECT_MESSAGE,
    SHARE,
    Demand,
    crowded,
    demand_of,
    demands,
    is_light,
    served,
    too_crowded_for,
)
from mat.occurrences import local_times
from scheduler.timetable import DUTIES, TIMETABLE

NEW_YORK = "America/New_York"
WORKING_DAYS, MONDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=MO"
SUNDAY = datetime(2027, 1, 3, 12, tzinfo=UTC)
EIGHT = datetime(2027, 1, 4, 13, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DIGESTS = Load(PostKind.DIGEST, MONDAYS, time(8), NEW_YORK, 0, 4000)
AGENDAS = Load(PostKind.HUDDLE_AGENDA, WORKING_DAYS, time(8, 10), NEW_YORK, -10, 2000)
A_MINUTE = 300


def agenda(minutes: int = 0, *, lead: int = 10) -> Demand:
    due = EIGHT + minutes * MINUTE
    return demand_of(PostKind.HUDDLE_AGENDA, NEW_YORK, due, due + lead * MINUTE)


def test_who_gets_what_is_as_in_the_timetable() -> None:
    for kind, entry in TIMETABLE.items():
        if kind not in {PostKind.CONCERN_NOW, PostKind.NOTICE}:
            assert BY_DIRECT_MESSAGE.get(kind) == DUTIES.get(entry.audience)


@pytest.mark.parametrize(
    "rule",
    [
        WORKING_DAYS,
        "FREQ=MONTHLY;BYDAY=1TU",
        "FREQ=MONTHLY;BYDAY=3WE",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=1TU,2TU",
    ],
)
def test_a_rule_falls_on_the_days_that_it_has(rule: str) -> None:
    start = datetime(2027, 1, 1, 8)
    load = Load(PostKind.WEEKLY_REMINDER, rule, time(8), "UTC", 0, 1)
    year = demands([load], start.replace(tzinfo=UTC), datetime(2027, 12, 31, 23, tzinfo=UTC))
    expected = list(takewhile(lambda local: local.year == 2027, local_times(rule, start, after=start - MINUTE)))
    assert [demand.due_at.replace(tzinfo=None) for demand in year] == expected


def test_a_rule_that_cannot_be_read_counts_every_day() -> None:
    assert len(demands([replace(DIGESTS, rule="FREQ=HOURLY")], SUNDAY, SUNDAY + timedelta(days=7))) == 7


def test_every_two_weeks_counts_half_and_an_agenda_days_ahead_falls_on_its_own_day() -> None:
    fortnightly = replace(AGENDAS, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", shift_minutes=-2 * 24 * 60, posts=5)
    (found,) = demands([fortnightly], SUNDAY, SUNDAY + timedelta(days=7))
    assert found == Demand(
        PostKind.HUDDLE_AGENDA,
        NEW_YORK,
        EIGHT + 10 * MINUTE,
        EIGHT + 70 * MINUTE,
        EIGHT + 70 * MINUTE,
        3,
    )


def test_agendas_go_before_digests_that_wait_already() -> None:
    loads = [DIGESTS, replace(AGENDAS, at=time(8, 15))]
    done = {one.kind: by for one, by in served(demands(loads, SUNDAY, EIGHT + 60 * MINUTE), A_MINUTE)}
    each = MINUTE / (A_MINUTE * SHARE)
    assert abs(done[PostKind.HUDDLE_AGENDA] - (EIGHT + 5 * MINUTE + 2000 * each)) < MINUTE / 60
    assert abs(done[PostKind.DIGEST] - (EIGHT + 6000 * each)) < MINUTE / 60


def test_a_window_that_carries_its_load_is_not_crowded_and_one_that_does_not_is() -> None:
    week = (SUNDAY, SUNDAY + timedelta(days=7))
    assert crowded([DIGESTS, AGENDAS], *week, A_MINUTE) == []
    found = crowded([DIGESTS, replace(AGENDAS, posts=3000)], *week, A_MINUTE)
    assert [one.demand.due_at for one in found] == [EIGHT + timedelta(days=day) for day in range(5)]
    assert found[0].by > found[0].demand.until == EIGHT + 10 * MINUTE


def test_one_more_is_told_the_nearest_hour_at_which_it_is_in_time() -> None:
    crowd = [replace(AGENDAS, posts=3000)]
    found = too_crowded_for(agenda(), crowd, A_MINUTE)
    assert found is not None
    assert EIGHT + 11 * MINUTE < found.by < EIGHT + 12 * MINUTE
    assert found.instead == EIGHT + 5 * MINUTE, "the crowd has gone by the time this one's huddle begins"
    assert too_crowded_for(agenda(5), crowd, A_MINUTE) is None
    assert too_crowded_for(agenda(lead=30), crowd, A_MINUTE) is None, "an agenda further ahead would do as well"
    digest = demand_of(PostKind.DIGEST, NEW_YORK, EIGHT, None)
    assert too_crowded_for(digest, crowd, A_MINUTE) is None, "a digest may come an hour later"


def test_where_nothing_near_will_do_no_hour_is_named() -> None:
    all_day = [
        replace(AGENDAS, at=time(hour, minute), posts=3000) for hour in range(24) for minute in (0, 10, 20, 30, 40, 50)
    ]
    found = too_crowded_for(agenda(), all_day, A_MINUTE)
    assert found is not None
    assert found.instead is None


def test_few_schedules_are_never_a_crowd() -> None:
    few = [replace(AGENDAS, posts=1350)]
    assert is_light(few, A_MINUTE)
    assert too_crowded_for(agenda(), few, A_MINUTE) is None
    assert crowded(few, SUNDAY, SUNDAY + timedelta(days=7), A_MINUTE) == []
    assert not is_light([replace(AGENDAS, posts=1351)], A_MINUTE)


DEMANDS = st.lists(
    st.tuples(
        st.sampled_from([PostKind.DIGEST, PostKind.CONCERN_BATCH, PostKind.HUDDLE_CHECK]),
        st.integers(0, 90),
        st.integers(1, 400),
    ),
    max_size=8,
)


@given(DEMANDS, st.integers(1, 60))
def test_every_post_goes_once_none_before_its_hour_and_no_more_than_allowed(
    rows: list[tuple[PostKind, int, int]], a_minute: int
) -> None:
    wanted = [demand_of(kind, NEW_YORK, EIGHT + due * MINUTE, None, posts) for kind, due, posts in rows]
    done = served(wanted, a_minute)
    each = MINUTE / (a_minute * SHARE)
    assert sorted(map(repr, (one for one, _ in done))) == sorted(map(repr, wanted))
    for demand, by in done:
        assert by >= demand.due_at + demand.posts * each - MINUTE / 60
        before = [one for one, at in done if at <= by]
        room = by - min(one.due_at for one in before)
        assert sum(one.posts for one in before) * each <= room + MINUTE / 60
        behind = [one for one, at in done if at < by and one.turn_at > demand.turn_at and one.due_at >= demand.due_at]
        assert not behind, "something less urgent that came later went before"


def test_a_calendar_day_is_the_clinics_own() -> None:
    tokyo = Load(PostKind.DIGEST, MONDAYS, time(8), "Asia/Tokyo", 0, 1)
    (found,) = demands([tokyo], SUNDAY, SUNDAY + timedelta(days=7))
    assert found.due_at == datetime(2027, 1, 3, 23, tzinfo=UTC)
