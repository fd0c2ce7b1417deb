"""Days on which a clinic is closed: ranges that a lead has entered, and the federal holidays that the clinic keeps.

On a closed day no huddle takes place and no concerns are handed on. The digest and the weekly reminder wait for the next
open working day (docs/decisions/0012-what-a-closed-day-stops.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mat.errors import ClosedTooLong, DateInThePast, EnoughClosedDays, LastDayFirst
from mat.holidays import holidays_on

LABEL = 60
LONGEST_DAYS = 366
AT_MOST = 40
TELL_AT = time(9, 0)
_A_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Closure:
    """`first` to `last`, both included: days of the clinic's calendar. `label`: why, a few words of a person or a holiday's name."""

    id: str
    first: date
    last: date
    label: str


@dataclass(frozen=True, slots=True)
class Closures:
    """All closed days of a clinic; `day in closures` asks about one. `holidays`: names in `mat.holidays.FEDERAL_HOLIDAYS`."""

    spans: tuple[Closure, ...] = ()
    holidays: frozenset[str] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.on(day) is not None

    def on(self, day: date) -> Closure | None:
        """What closes the clinic on a day; the clinic's own words come before a holiday's name."""
        for span in self.spans:
            if span.first <= day <= span.last:
                return span
        kept = [name for name in holidays_on(day) if name in self.holidays] if self.holidays else []
        return Closure(f"holiday-{day.isoformat()}", day, day, kept[0]) if kept else None

    def get(self, closure: str) -> Closure | None:
        """The one with this id, a holiday's included."""
        found = next((span for span in self.spans if span.id == closure), None)
        if found is None and closure.startswith("holiday-"):
            try:
                found = self.on(date.fromisoformat(closure.removeprefix("holiday-")))
            except ValueError:
                return None
        return found if found is not None and found.id == closure else None

    def between(self, first: date, last: date) -> tuple[Closure, ...]:
        """Everything that closes a day from `first` to `last`, soonest first, each once."""
        found = {closure.id: closure for day in _days(first, last) if (closure := self.on(day))}
        return tuple(found.values())


NEVER_CLOSED = Closures()


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _A_DAY


def is_open(day: date, closures: Closures) -> bool:
    """Monday to Friday and not closed."""
    return day.weekday() < _SATURDAY and day not in closures


def open_day_from(day: date, closures: Closures, *, within: int) -> date | None:
    """The first open working day from `day` on, itself included, at most `within` days later; None where there is none."""
    return next((one for one in _days(day, day + timedelta(days=within)) if is_open(one, closures)), None)


def begins_before_we_meet_again(closures: Closures, local_now: datetime) -> tuple[Closure, ...]:
    """The closures that begin between now and the next open working day, from 9:00 AM of an open day on.

    This is when a team is told: on its last day together before it. `local_now`: naive, on the clinic's wall clock.
    """
    today = local_now.date()
    if local_now.time() < TELL_AT or not is_open(today, closures):
        return ()
    back = open_day_from(today + _A_DAY, closures, within=LONGEST_DAYS)
    until = back - _A_DAY if back else today + timedelta(days=LONGEST_DAYS)
    return tuple(c for c in closures.between(today + _A_DAY, until) if c.first > today)


def check_span(first: date, last: date, today: date, kept: Sequence[Closure]) -> None:
    """Raises `LastDayFirst`, `DateInThePast`, `ClosedTooLong` or `EnoughClosedDays`. `today`: the clinic's."""
    if last < first:
        raise LastDayFirst
    if last < today:
        raise DateInThePast(date=f"{last:%B} {last.day}, {last.year}")
    if (last - first).days >= LONGEST_DAYS:
        raise ClosedTooLong
    if len([one for one in kept if one.last >= today]) >= AT_MOST:
        raise EnoughClosedDays(limit=AT_MOST)
