"""Days and hours worked out by hand, without the bot's own rules: what the simulation measures the bot by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

A_DAY = timedelta(days=1)
SATURDAY = 5
FallsOn = Callable[[date], bool]


def days_from(first: date) -> Iterator[date]:
    while True:
        yield first
        first += A_DAY


def on_weekdays(*weekdays: int) -> FallsOn:
    return lambda day: day.weekday() in weekdays


def every_other_week(first: date) -> FallsOn:
    """On the weekday of `first`, in its week and in every second one after it."""
    return lambda day: (day - first).days % 14 == 0


def nth_weekday(nth: int, weekday: int) -> FallsOn:
    """The first (1) to fourth weekday of its name in a month, or the last (-1)."""

    def falls_on(day: date) -> bool:
        last = (day + timedelta(days=7)).month != day.month
        return day.weekday() == weekday and (last if nth == -1 else (day.day - 1) // 7 + 1 == nth)

    return falls_on


def instant_of(local: datetime, zone: str) -> datetime:
    """The earliest instant at which the clocks of a zone show a naive local time.

    A time that no clock shows is read with the offset that held before it: every offset that the zone has around it is tried.
    """
    where = ZoneInfo(zone)
    around = [(local + shift).replace(tzinfo=UTC).astimezone(where).utcoffset() for shift in (-A_DAY, A_DAY)]
    offsets = [offset for offset in around if offset is not None]
    tried = sorted((local - offset).replace(tzinfo=UTC) for offset in offsets)
    shown = [at for at in tried if at.astimezone(where).replace(tzinfo=None) == local]
    return shown[0] if shown else (local - offsets[0]).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """`first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def open_from(day: date, closed: list[ClosedDays]) -> date | None:
    """The first open working day from `day` to the end of its week, None where there is none."""
    for one in days_from(day):
        if one.weekday() >= SATURDAY:
            return None
        if not any(one in span for span in closed):
            return one
    return None


def at_hour(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour)
