"""Every clock change of many zones over years, against days counted one by one and clocks read hour by hour.

The oracle knows no rule: it walks through the years, notes each instant at which a zone's clocks change, and finds the first
stretch between two changes in which they show the local time. Where none does, the stretch before the gap is carried on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from mat.occurrences import occurrences
from tests.proof_table import Proof

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "America/St_Johns",
    "America/Halifax",
    "America/Havana",
    "America/Santiago",
    "America/Asuncion",
    "America/Nuuk",
    "America/Scoresbysund",
    "America/Sao_Paulo",
    "America/Mexico_City",
    "America/Tijuana",
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Berlin",
    "Europe/Chisinau",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Africa/Lagos",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Norfolk",
    "Antarctica/Troll",
)
HOURS = (time(0), time(0, 30), time(1, 30), time(1, 59), time(2, 15), time(2, 30), time(3), time(9), time(23, 45))
MONDAY, FORTNIGHT = 0, 14
A_DAY = timedelta(days=1)
FallsOn = Callable[[date], bool]
RULES: dict[str, Callable[[date], FallsOn]] = {
    "FREQ=DAILY": lambda _first: lambda _day: True,
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU": lambda first: lambda day: _weeks(first, day) % 2 == 0 and day.weekday() == 6,
    "FREQ=WEEKLY;INTERVAL=2": lambda first: lambda day: (day - first).days % FORTNIGHT == 0,
    "FREQ=MONTHLY;BYMONTHDAY=29": lambda _first: lambda day: day.day == 29,
    "FREQ=MONTHLY;BYMONTHDAY=30": lambda _first: lambda day: day.day == 30,
    "FREQ=MONTHLY;BYMONTHDAY=31": lambda _first: lambda day: day.day == 31,
    "FREQ=MONTHLY;BYMONTHDAY=-1": lambda _first: lambda day: (day + A_DAY).day == 1,
    "FREQ=MONTHLY;BYDAY=5MO": lambda _first: lambda day: day.weekday() == MONDAY and day.day > 28,
    "FREQ=MONTHLY;BYDAY=-1SU": lambda _first: lambda day: day.weekday() == 6 and (day + 7 * A_DAY).month != day.month,
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29": lambda _first: lambda day: (day.month, day.day) == (2, 29),
}


def _weeks(first: date, day: date) -> int:
    """Whole weeks, from Monday to Sunday, between the weeks of two days."""
    return ((day - timedelta(days=day.weekday())) - (first - timedelta(days=first.weekday()))).days // 7


@cache
def changes(zone: str, first: int, last: int) -> tuple[tuple[datetime, ...], tuple[timedelta, ...]]:
    """The instants at which the clocks of a zone change in these years, found step by step; and the offset from each on."""
    where, at = ZoneInfo(zone), datetime(first - 1, 12, 1, tzinfo=UTC)
    instants, offsets = [at], [_offset(at, where)]
    while at.year <= last:
        at += timedelta(hours=1)
        if _offset(at, where) != offsets[-1]:
            begin = at - timedelta(hours=1)
            exact = next(m for n in range(61) if _offset(m := begin + timedelta(minutes=n), where) != offsets[-1])
            instants.append(exact)
            offsets.append(_offset(exact, where))
    return tuple(instants), tuple(offsets)


def _offset(at: datetime, where: ZoneInfo) -> timedelta:
    found = at.astimezone(where).utcoffset()
    assert found is not None
    return found


def first_shown(local: datetime, zone: str, first: int, last: int) -> datetime:
    """The first instant at which the clocks show a local time; for one that they skip, with the offset before the gap."""
    instants, offsets = changes(zone, first, last)
    wanted = local.replace(tzinfo=UTC)
    place = max(0, bisect_right(instants, wanted - A_DAY) - 1)
    for number in range(place, len(instants)):
        ends = instants[number + 1] if number + 1 < len(instants) else datetime.max.replace(tzinfo=UTC)
        at = wanted - offsets[number]
        if at < ends:
            # Shown in this span, or skipped just before it: then the clock of the span before would have got there.
            return at if at >= instants[number] else wanted - offsets[number - 1]
    raise AssertionError("no span holds it")


def expected(rule: str, start: datetime, zone: str, years: int) -> Iterator[tuple[datetime, datetime]]:
    falls_on, last = RULES[rule](start.date()), start.year + years
    for number in range(366 * years):
        local = start + timedelta(days=number)
        if local.year < last and falls_on(local.date()):
            yield local, first_shown(local, zone, start.year, last)


def differences(zone: str, hour: time, years: int) -> tuple[int, list[str]]:
    """How many occurrences were compared, and where the bot and the oracle differ."""
    compared, found = 0, []
    for rule in RULES:
        start = datetime.combine(date(2024, 1, 7), hour)
        wanted = list(expected(rule, start, zone, years))
        got = [(one.local, one.at) for one in occurrences(rule, start, zone, count=len(wanted))]
        compared += len(wanted)
        found += [f"{zone} {rule} {hour}: {a} is not {b}" for a, b in zip(got, wanted, strict=True) if a != b]
    return compared, found


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Australia/Lord_Howe", "America/Santiago", "America/Havana", "Africa/Casablanca"]
)
def test_two_years_at_hours_that_clocks_skip_and_repeat(zone: str) -> None:
    for hour in (time(0), time(1, 30), time(2, 15)):
        compared, found = differences(zone, hour, years=2)
        assert found == []
        assert compared > 800


@pytest.mark.parametrize(
    ("zone", "what"),
    [
        ("America/New_York", {timedelta(hours=1), timedelta(hours=-1)}),
        ("Australia/Lord_Howe", {timedelta(minutes=30), timedelta(minutes=-30)}),
        ("Antarctica/Troll", {timedelta(hours=2), timedelta(hours=-2)}),
        ("Asia/Kolkata", set()),
    ],
)
def test_the_oracle_sees_the_changes_that_are_there(zone: str, what: set[timedelta]) -> None:
    _, offsets = changes(zone, 2024, 2026)
    assert {after - before for before, after in pairwise(offsets)} == what


def test_the_oracle_knows_a_gap_an_overlap_and_a_midnight_that_is_not() -> None:
    for local, zone, at in (
        (datetime(2027, 3, 14, 2, 30), "America/New_York", datetime(2027, 3, 14, 7, 30, tzinfo=UTC)),
        (datetime(2027, 11, 7, 1, 30), "America/New_York", datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),
        (datetime(2026, 9, 6), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
        (datetime(2027, 4, 4, 1, 45), "Australia/Lord_Howe", datetime(2027, 4, 3, 14, 45, tzinfo=UTC)),
    ):
        assert first_shown(local, zone, local.year, local.year) == at


@pytest.mark.proof
def test_forty_zones_over_ten_years(proof: Proof) -> None:
    assert len(set(ZONES)) == 40
    compared, found = 0, []
    for zone in ZONES:
        for hour in HOURS:
            count, differing = differences(zone, hour, years=10)
            compared, found = compared + count, found + differing
    passed = sum(len(changes(zone, 2024, 2034)[0]) - 1 for zone in ZONES)
    proof(
        f"of {compared:,} times in 40 zones over {passed} clock changes, at another instant than the oracle's",
        len(found),
        "0",
    )
    assert found == []
