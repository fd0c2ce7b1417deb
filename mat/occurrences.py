"""When a rule comes round: RFC 5545 rules, read on the clinic's wall clock, each time then turned into an instant.

A rule is expanded in naive local time and only then given the zone, so "9:00" stays 9:00 over every clock change.
Before it is expanded it is carried forward by whole periods to just before the moment asked about; day, week, month and
year keep their phase, so a fortnightly rule costs the same in its tenth year as in its first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import MINYEAR, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule

from mat.errors import RuleRefused
from mat.rules import Rule, parsed_rule
from mat.zones import SAME_TIMES, instant, wall_clock

__all__ = ["Timed", "checked_rule", "instant", "local_times", "next_local", "occurrences", "storable_rule"]

LONGEST_COUNT = 10_000
# No zone has ever moved its clocks by more than a day (Samoa left out 30 December 2011).
WIDEST_CLOCK_CHANGE = timedelta(days=2)
_A_SECOND = timedelta(seconds=1)
_THE_LAST = datetime.combine(date.max, time.max)
_PLAIN, _PLAIN_PARTS = frozenset({DAILY, WEEKLY}), frozenset({"byweekday"})


@dataclass(frozen=True, slots=True)
class Timed:
    """One occurrence: the clinic's wall clock (`local`, naive) and the instant it stands for (`at`, aware UTC)."""

    local: datetime
    at: datetime


def checked_rule(text: str) -> str:
    """The rule in its one written form; raises `RuleRefused` where it is wrong or is read in two ways."""
    return str(parsed_rule(text))


def storable_rule(text: str, start_local: datetime) -> str:
    """The rule as it is kept: `COUNT` becomes the `UNTIL` of its last time, because a count cannot be carried forward.

    Raises `RuleRefused`, also for a count above 10,000 and for a rule that never comes round.
    """
    rule = parsed_rule(text)
    if rule.count is None:
        return str(rule)
    if rule.count > LONGEST_COUNT:
        raise RuleRefused(rule=text, why=f"it counts further than {LONGEST_COUNT:,} times")
    times = list(local_times(text, start_local))
    if not times:
        raise RuleRefused(rule=text, why="it never comes round")
    return str(rule.ending(times[-1]))


def local_times(text: str, start_local: datetime, *, after: datetime | None = None) -> Iterator[datetime]:
    """The naive local times of a rule from `start_local` on, in order; with `after` (naive local) only later ones.

    The start itself counts only where the rule matches it.
    """
    rule = parsed_rule(text)
    start = start_local.replace(microsecond=0)
    if (days := plain_days(rule, start)) is not None:
        return plain_times(rule, start, days, after)
    return expanded_times(rule, start, after)


def expanded_times(rule: Rule, start: datetime, after: datetime | None) -> Iterator[datetime]:
    """Any rule, by dateutil."""
    arguments = _explicit(rule, start)
    if rule.count is None and after is not None and after > start and start.year > MINYEAR:
        start = max(start, _carried_forward(rule, start, after))
    for local in rrule(dtstart=start, count=rule.count, until=rule.until, **arguments):
        if after is None or local > after:
            yield local


def plain_days(rule: Rule, start: datetime) -> tuple[int, ...] | None:
    """How many days after the first of its week or day a plain daily or weekly rule comes round; None for any other rule.

    Nearly every huddle, digest and reminder is one of these, and at eight o'clock they come by the ten thousand: counting days
    takes a fifth of the time of `rrule`, and a test holds both to the same answers.
    """
    if rule.count is not None or rule.freq not in _PLAIN or rule.by.keys() - _PLAIN_PARTS or start.year == MINYEAR:
        return None
    if rule.freq == DAILY:
        return None if rule.by else (0,)
    chosen = [day.weekday for day in rule.by["byweekday"]] if rule.by else [start.weekday()]
    return tuple(sorted({(day - rule.week_starts) % 7 for day in chosen}))


def plain_times(rule: Rule, start: datetime, days: tuple[int, ...], after: datetime | None) -> Iterator[datetime]:
    """The times of a plain rule, see `plain_days`."""
    step = timedelta(days=rule.interval * (7 if rule.freq == WEEKLY else 1))
    with suppress(OverflowError):  # the calendar ends with the year 9999
        first = start if after is None or after < start else after.replace(microsecond=0) + _A_SECOND
        period = datetime.combine(_carried_forward(rule, start, first), start.time())
        while True:
            for day in days:
                local = period + timedelta(days=day)
                if rule.until is not None and local > rule.until:
                    return
                if local >= first:
                    yield local
            period += step


@lru_cache(maxsize=SAME_TIMES)
def next_local(text: str, start_local: datetime, after_local: datetime) -> datetime | None:
    """The first time of the rule that is later than `after_local` (all naive local), or None where it has ended."""
    return next(local_times(text, start_local, after=after_local), None)


def occurrences(
    text: str, start_local: datetime, zone: str, *, after: datetime | None = None, count: int
) -> tuple[Timed, ...]:
    """At most `count` occurrences in the order of the wall clock; with `after` (aware) only instants later than that.

    Raises `RuleRefused` and `UnknownZone`. A rule without an end stops with the calendar, in the year 9999.
    """
    timed = _timed(local_times(text, start_local, after=None if after is None else _well_before(after, zone)), zone)
    return tuple(islice((one for one in timed if after is None or one.at > after), count))


def _well_before(after: datetime, zone: str) -> datetime | None:
    """A local time before any whose instant is later than `after`; None before the calendar begins."""
    try:
        return wall_clock(after, zone) - WIDEST_CLOCK_CHANGE
    except OverflowError:
        return None if after.year == MINYEAR else _THE_LAST


def _timed(locals_: Iterator[datetime], zone: str) -> Iterator[Timed]:
    for local in locals_:
        try:
            at = instant(local, zone)
        except OverflowError:
            if local.year == MINYEAR:
                continue
            return
        yield Timed(local, at)


def _explicit(rule: Rule, start: datetime) -> dict[str, Any]:
    """The arguments for `rrule`, with everything it would take from the start written out: the start may be moved."""
    arguments: dict[str, Any] = {
        "freq": rule.freq,
        "interval": rule.interval,
        "wkst": rule.week_starts,
        "byhour": (start.hour,),
        "byminute": (start.minute,),
        "bysecond": (start.second,),
        **rule.by,
    }
    if not {"byweekno", "byyearday", "bymonthday", "byweekday"} & rule.by.keys():
        if rule.freq == WEEKLY:
            arguments["byweekday"] = (start.weekday(),)
        elif rule.freq != DAILY:
            arguments["bymonthday"] = (start.day,)
            if rule.freq != MONTHLY:
                arguments.setdefault("bymonth", (start.month,))
    return arguments


def _carried_forward(rule: Rule, start: datetime, after: datetime) -> datetime:
    """Midnight at the beginning of the last period that begins by `after`, whole intervals from the start."""
    midnight = start.replace(hour=0, minute=0, second=0)
    if rule.freq == DAILY:
        days = (after - midnight).days
        return midnight + timedelta(days=days - days % rule.interval)
    if rule.freq == WEEKLY:
        week = midnight - timedelta(days=(midnight.weekday() - rule.week_starts) % 7)
        weeks = (after - week).days // 7
        return week + timedelta(weeks=weeks - weeks % rule.interval)
    if rule.freq == MONTHLY:
        months = (after.year - start.year) * 12 + after.month - start.month
        year, month = divmod(start.year * 12 + start.month - 1 + months - months % rule.interval, 12)
        return midnight.replace(year=year, month=month + 1, day=1)
    years = after.year - start.year
    return midnight.replace(year=start.year + years - years % rule.interval, month=1, day=1)
