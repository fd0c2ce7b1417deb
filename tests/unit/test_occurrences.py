"""When rules come round: against days counted one by one, over clock changes, ends of months and long intervals."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mat.errors import RuleRefused, UnknownZone
from mat.occurrences import expanded_times, instant, local_times, next_local, occurrences
from mat.rules import parsed_rule

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Santiago",
    "America/Havana",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "UTC",
)
Wanted = Callable[[date], bool]


def days(start: datetime, wanted: Wanted, *, years: int = 12) -> Iterator[datetime]:
    """The oracle: every day from the start on, one after the other, at the hour of the start."""
    for number in range(366 * years):
        local = start + timedelta(days=number)
        if wanted(local.date()):
            yield local


def read_on_the_wall(local: datetime, zone: str) -> datetime:
    """The oracle for one local time: try every offset the zone has that week, and see which clock shows `local`."""
    where = ZoneInfo(zone)
    shown = (local.replace(tzinfo=UTC) + timedelta(hours=hour) for hour in range(-48, 49, 3))
    offsets = sorted({at.astimezone(where).utcoffset() or timedelta() for at in shown}, reverse=True)
    matching = [at for at in (local.replace(tzinfo=UTC) - o for o in offsets) if _shows(at, where, local)]
    if matching:
        return min(matching)
    day_before = (local.replace(tzinfo=UTC) - timedelta(days=1, hours=12)).astimezone(where).utcoffset()
    return local.replace(tzinfo=UTC) - (day_before or timedelta())


def _shows(at: datetime, where: ZoneInfo, local: datetime) -> bool:
    return at.astimezone(where).replace(tzinfo=None, fold=0) == local


starts = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2032, 12, 31)).map(
    lambda d: d.replace(minute=d.minute // 15 * 15, second=0, microsecond=0)
)
zones = st.sampled_from(ZONES)
jumps = st.integers(min_value=0, max_value=2500).map(lambda number: timedelta(days=number))


def compare(rule: str, start: datetime, zone: str, jump: timedelta, wanted: Wanted) -> None:
    after = read_on_the_wall(start + jump, zone)
    later = (local for local in days(start, wanted) if local > start + jump - timedelta(days=2))
    expected = [(local, at) for local in islice(later, 7) if (at := read_on_the_wall(local, zone)) > after][:4]
    got = occurrences(rule, start, zone, after=after, count=len(expected))
    assert [(one.local, one.at) for one in got] == expected
    from_the_start = occurrences(rule, start, zone, count=3)
    assert [one.local for one in from_the_start] == list(islice(days(start, wanted), 3))


@settings(max_examples=60, deadline=None)
@given(starts, zones, jumps, st.integers(1, 4), st.sets(st.integers(0, 6), min_size=1))
def test_weekly_rules_keep_their_phase(
    start: datetime, zone: str, jump: timedelta, interval: int, chosen: set[int]
) -> None:
    monday = start.date() - timedelta(days=start.weekday())

    def wanted(day: date) -> bool:
        return day.weekday() in chosen and (day - monday).days // 7 % interval == 0

    names = ",".join(CODES[number] for number in sorted(chosen))
    compare(f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={names}", start, zone, jump, wanted)


@settings(max_examples=60, deadline=None)
@given(starts, zones, jumps, st.integers(1, 5), st.sampled_from((1, 2, 3, 4, 5, -1, -2)), st.integers(0, 6))
def test_monthly_rules_on_a_numbered_weekday(
    start: datetime, zone: str, jump: timedelta, interval: int, nth: int, weekday: int
) -> None:
    def wanted(day: date) -> bool:
        months = (day.year - start.year) * 12 + day.month - start.month
        last = calendar.monthrange(day.year, day.month)[1]
        place = (day.day - 1) // 7 + 1 if nth > 0 else -((last - day.day) // 7 + 1)
        return months % interval == 0 and day.weekday() == weekday and place == nth

    compare(f"FREQ=MONTHLY;INTERVAL={interval};BYDAY={nth}{CODES[weekday]}", start, zone, jump, wanted)


@settings(max_examples=60, deadline=None)
@given(starts, zones, jumps, st.integers(1, 4), st.sampled_from((1, 15, 28, 29, 30, 31, -1, -2, -31)))
def test_monthly_rules_on_a_day_of_the_month(
    start: datetime, zone: str, jump: timedelta, interval: int, number: int
) -> None:
    def wanted(day: date) -> bool:
        months = (day.year - start.year) * 12 + day.month - start.month
        last = calendar.monthrange(day.year, day.month)[1]
        return months % interval == 0 and day.day == (number if number > 0 else last + 1 + number)

    compare(f"FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={number}", start, zone, jump, wanted)


@settings(max_examples=40, deadline=None)
@given(starts, zones, jumps, st.integers(1, 40))
def test_daily_rules_keep_their_phase(start: datetime, zone: str, jump: timedelta, interval: int) -> None:
    compare(
        f"FREQ=DAILY;INTERVAL={interval}",
        start,
        zone,
        jump,
        lambda day: (day - start.date()).days % interval == 0,
    )


@settings(max_examples=40, deadline=None)
@given(starts, zones, jumps)
def test_what_a_rule_leaves_open_comes_from_its_start(start: datetime, zone: str, jump: timedelta) -> None:
    compare("FREQ=WEEKLY", start, zone, jump, lambda day: day.weekday() == start.weekday())
    compare("FREQ=MONTHLY", start, zone, jump, lambda day: day.day == start.day)
    compare("FREQ=YEARLY", start, zone, jump, lambda day: (day.month, day.day) == (start.month, start.day))


def locals_of(rule: str, start: datetime, count: int = 4, zone: str = "America/New_York") -> list[str]:
    return [f"{one.local:%Y-%m-%d}" for one in occurrences(rule, start, zone, count=count)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY", ["2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("FREQ=MONTHLY;BYDAY=5MO", ["2027-03-29", "2027-05-31", "2027-08-30", "2027-11-29"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29", "2032-02-29", "2036-02-29", "2040-02-29"]),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", ["2032-12-27", "2037-12-28", "2043-12-28", "2048-12-28"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3", ["2027-02-03", "2027-03-03", "2027-04-05", "2027-05-05"]),
    ],
)
def test_the_ends_of_months_and_the_rare_days(rule: str, expected: list[str]) -> None:
    assert locals_of(rule, datetime(2027, 1, 31, 9)) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=7;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=-1,60",
        "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=3;BYMONTH=1,7",
        "FREQ=DAILY;BYHOUR=9,16;BYMINUTE=0,30",
        "FREQ=WEEKLY;UNTIL=20321231T090000",
    ],
)
def test_carried_forward_a_rule_gives_what_it_gives_from_its_start(rule: str) -> None:
    start = datetime(2024, 2, 29, 9)
    whole = [one.local for one in occurrences(rule, start, "America/New_York", count=300)]
    for before, local in pairwise(whole):
        assert next_local(rule, start, before) == local
        assert next_local(rule, start, local - timedelta(minutes=1)) == local


def test_a_time_that_spring_skips_is_read_with_the_offset_before_the_gap() -> None:
    timed = occurrences("FREQ=DAILY", datetime(2027, 3, 13, 2, 30), "America/New_York", count=3)
    shown = [one.at.astimezone(ZoneInfo("America/New_York")).isoformat() for one in timed]
    assert shown == ["2027-03-13T02:30:00-05:00", "2027-03-14T03:30:00-04:00", "2027-03-15T02:30:00-04:00"]


def test_a_time_that_comes_twice_in_autumn_is_the_first() -> None:
    assert instant(datetime(2027, 11, 7, 1, 30), "America/New_York") == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert instant(datetime(2027, 4, 4, 1, 45), "Australia/Lord_Howe") == datetime(2027, 4, 3, 14, 45, tzinfo=UTC)


def test_midnight_that_does_not_exist_moves_into_the_first_hour() -> None:
    timed = occurrences("FREQ=DAILY", datetime(2026, 9, 6), "America/Santiago", count=1)
    assert timed[0].at.astimezone(ZoneInfo("America/Santiago")).isoformat() == "2026-09-06T01:00:00-03:00"


def test_after_is_an_instant_and_does_not_count_itself() -> None:
    start, zone = datetime(2027, 11, 6, 1, 30), "America/New_York"
    first = instant(datetime(2027, 11, 7, 1, 30), zone)
    assert occurrences("FREQ=DAILY", start, zone, after=first, count=1)[0].local.day == 8
    assert occurrences("FREQ=DAILY", start, zone, after=first - timedelta(seconds=1), count=1)[0].local.day == 7


def test_after_before_the_start_begins_at_the_start() -> None:
    start = datetime(2027, 1, 4, 9)
    timed = occurrences("FREQ=WEEKLY", start, "UTC", after=datetime(2020, 1, 1, tzinfo=UTC), count=1)
    assert timed[0].local == start


def test_a_start_that_the_rule_does_not_match_is_no_occurrence() -> None:
    assert locals_of("FREQ=WEEKLY;BYDAY=TU", datetime(2027, 1, 6, 9), 2) == ["2027-01-12", "2027-01-19"]


def test_a_count_is_honoured_from_the_start_whatever_after_says() -> None:
    start, zone = datetime(2027, 1, 4, 9), "America/New_York"
    assert len(occurrences("FREQ=DAILY;COUNT=5", start, zone, count=99)) == 5
    after = instant(datetime(2027, 1, 6, 9), zone)
    assert [one.local.day for one in occurrences("FREQ=DAILY;COUNT=5", start, zone, after=after, count=99)] == [7, 8]


def test_until_is_local_and_inclusive() -> None:
    rule = "FREQ=DAILY;UNTIL=20270106T210000"
    timed = occurrences(rule, datetime(2027, 1, 4, 21), "America/Los_Angeles", count=99)
    assert [one.local.day for one in timed] == [4, 5, 6]
    assert next_local(rule, datetime(2027, 1, 4, 21), datetime(2027, 1, 6, 21)) is None


def test_an_endless_rule_ends_with_the_calendar() -> None:
    timed = occurrences("FREQ=DAILY", datetime(9999, 12, 30, 23), "America/New_York", count=9)
    assert [one.local.day for one in timed] == [30]


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "../../etc/passwd", "America", "America/New_York\x00", "x" * 5000]
)
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone):
        occurrences("FREQ=DAILY", datetime(2027, 1, 4, 9), zone, count=1)


def test_a_refused_rule_gives_no_times() -> None:
    with pytest.raises(RuleRefused):
        next_local("FREQ=HOURLY", datetime(2027, 1, 4, 9), datetime(2027, 1, 4, 9))


@settings(max_examples=300, deadline=None)
@given(
    starts,
    st.one_of(st.none(), st.datetimes(min_value=datetime(2023, 1, 1), max_value=datetime(2040, 1, 1))),
    st.sampled_from(("DAILY", "WEEKLY")),
    st.integers(1, 60),
    st.sets(st.sampled_from(CODES)),
    st.sampled_from((*CODES, "")),
    st.one_of(st.none(), st.datetimes(min_value=datetime(2023, 1, 1), max_value=datetime(2034, 1, 1))),
)
def test_counting_days_gives_what_dateutil_gives(
    start: datetime,
    after: datetime | None,
    freq: str,
    interval: int,
    chosen: set[str],
    week_starts: str,
    until: datetime | None,
) -> None:
    rule = f"FREQ={freq};INTERVAL={interval}"
    rule += f";BYDAY={','.join(sorted(chosen))}" if chosen else ""
    rule += f";WKST={week_starts}" if week_starts else ""
    rule += f";UNTIL={until:%Y%m%dT%H%M%S}" if until else ""
    expected = list(islice(expanded_times(parsed_rule(rule), start, after), 9))
    assert list(islice(local_times(rule, start, after=after), 9)) == expected


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=WEEKLY;WKST=SU", "FREQ=WEEKLY;INTERVAL=9;BYDAY=MO,SU"])
def test_the_calendar_has_two_ends(rule: str) -> None:
    first = datetime(1, 1, 1, 9)
    assert list(islice(local_times(rule, first), 9)) == list(islice(expanded_times(parsed_rule(rule), first, None), 9))
    last = datetime(9999, 12, 13, 9)
    assert 1 <= len(list(local_times(rule, last))) <= 19
    assert list(local_times(rule, last, after=datetime(9999, 12, 31, 23, 59, 59, 999_999))) == []
