"""When a rule comes round, worked out without any library of rules: every day is asked whether it fits.

It reads RFC 5545 (section 3.3.10) anew: parts of a rule that choose days are conditions on a day, those that choose hours make
times of it, and BYSETPOS picks from what a period has. Slow, and meant for rules that come often enough.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice, product
from zoneinfo import ZoneInfo

A_DAY = timedelta(days=1)
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Parts = dict[str, str]


def expected(text: str, start: datetime, zone: str, count: int, after: datetime | None, years: int) -> list[str]:
    """What `python -m bot occurrences` has to print, as far as so many years from the start hold it. `after`: local."""
    where = ZoneInfo(zone)
    later_than = None if after is None else after.replace(tzinfo=where).astimezone(UTC)
    at = (local.replace(tzinfo=where).astimezone(UTC) for local in times(text, start, start.year + years))
    found = (one for one in at if later_than is None or one > later_than)
    return [one.astimezone(where).isoformat(timespec="seconds") for one in islice(found, count)]


def times(text: str, start: datetime, last_year: int) -> Iterator[datetime]:
    """The naive local times of a rule from its start to the end of a year, in order."""
    parts = dict(part.split("=") for part in text.split(";"))
    until = datetime.fromisoformat(parts["UNTIL"]) if "UNTIL" in parts else None
    left = int(parts.get("COUNT", 10**9))
    for local in _chosen(parts, start, last_year):
        if local < start:
            continue
        if left == 0 or (until is not None and local > until):
            return
        left -= 1
        yield local


def _chosen(parts: Parts, start: datetime, last_year: int) -> Iterator[datetime]:
    places = _numbers(parts, "BYSETPOS")
    period = _period(parts, start)
    fits = _fits(parts, start)
    first = _begin(parts, start.date())
    days = (first + n * A_DAY for n in range((date(last_year, 12, 31) - first).days + 1))
    for number, group in groupby(days, period):
        if number % int(parts.get("INTERVAL", 1)):
            continue
        found = [local for day in group if fits(day) for local in _hours(parts, start, day)]
        wanted = {p - 1 if p > 0 else len(found) + p for p in places} if places else range(len(found))
        yield from (found[n] for n in sorted(wanted) if 0 <= n < len(found))


def _begin(parts: Parts, day: date) -> date:
    """The first day of the period that a day is in."""
    starts = {"DAILY": day, "WEEKLY": _week(parts, day), "MONTHLY": day.replace(day=1), "YEARLY": date(day.year, 1, 1)}
    return starts[parts["FREQ"]]


def _period(parts: Parts, start: datetime) -> Callable[[date], int]:
    """Which period a day is in, counted from that of the start."""
    first = _begin(parts, start.date())
    return {
        "DAILY": lambda day: (day - first).days,
        "WEEKLY": lambda day: (day - first).days // 7,
        "MONTHLY": lambda day: (day.year - first.year) * 12 + day.month - first.month,
        "YEARLY": lambda day: day.year - first.year,
    }[parts["FREQ"]]


def _fits(parts: Parts, start: datetime) -> Callable[[date], bool]:
    freq, months = parts["FREQ"], _numbers(parts, "BYMONTH")
    in_month, in_year, weeks = (_numbers(parts, name) for name in ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"))
    weekdays = [(int(word[:-2] or 0), CODES.index(word[-2:])) for word in parts.get("BYDAY", "").split(",") if word]
    if not (in_month or in_year or weeks or weekdays):
        if freq == "WEEKLY":
            weekdays = [(0, start.weekday())]
        elif freq != "DAILY":
            in_month = [start.day]
            months = months or ([start.month] if freq == "YEARLY" else [])
    by_month = freq == "MONTHLY" or bool(months)

    def fits(day: date) -> bool:
        month, year = calendar.monthrange(day.year, day.month)[1], 365 + calendar.isleap(day.year)
        yearday = day.timetuple().tm_yday
        place, length = (day.day, month) if by_month else (yearday, year)
        return all(
            (
                not months or day.month in months,
                not in_month or {day.day, day.day - month - 1} & set(in_month),
                not in_year or {yearday, yearday - year - 1} & set(in_year),
                not weeks or _numbers_of_week(parts, day) & set(weeks),
                not weekdays
                or any(day.weekday() == weekday and _is_nth(place, length, nth) for nth, weekday in weekdays),
            )
        )

    return fits


def _is_nth(place: int, length: int, nth: int) -> bool:
    """Whether a day at this place (from 1) is the nth of its weekday in a month or year of so many days."""
    return nth in {0, (place - 1) // 7 + 1, -((length - place) // 7 + 1)}


def _numbers_of_week(parts: Parts, day: date) -> set[int]:
    """The number of the day's week in the year that most of it is in, counted from either end."""
    week = _week(parts, day)
    year = (week + 3 * A_DAY).year
    first, following = (_week(parts, date(y, 1, 4)) for y in (year, year + 1))
    return {(week - first).days // 7 + 1, -((following - week).days // 7)}


def _week(parts: Parts, day: date) -> date:
    """The first day of the day's week."""
    return day - (day.weekday() - CODES.index(parts.get("WKST", "MO"))) % 7 * A_DAY


def _hours(parts: Parts, start: datetime, day: date) -> Iterator[datetime]:
    of = (("BYHOUR", start.hour), ("BYMINUTE", start.minute), ("BYSECOND", start.second))
    chosen = [sorted({*_numbers(parts, name)} or {given}) for name, given in of]
    return (datetime.combine(day, time(*numbers)) for numbers in product(*chosen))


def _numbers(parts: Parts, name: str) -> Sequence[int]:
    return [int(number) for number in parts[name].split(",")] if name in parts else []
