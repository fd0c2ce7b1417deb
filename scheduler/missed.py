"""What becomes of a schedule's times that have come: which one is sent, which are too late, which comes next. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mat.closures import NEVER_CLOSED, Closure, Closures
from mat.delivery import Schedule
from mat.occurrences import instant
from mat.schedules import Due, due_times
from scheduler.timetable import Entry

TOO_LATE = "too-late"
MERGED = "merged"
CLOSED = "closed: {label}"


@dataclass(frozen=True, slots=True)
class Draft:
    """`send`: the one that is still worth sending, if any. `skipped`: the others that have come, each with the reason.

    `coming`: the first that has not come, None where the rule has ended. It is the same for schedules of the same kind that differ in
    their clinic and subject and nothing else.
    """

    send: Due | None
    skipped: tuple[tuple[Due, str], ...]
    coming: Due | None

    def moves(self, schedule: Schedule) -> Schedule:
        """The schedule with the time that is next."""
        return schedule.moved(self.coming.local, self.coming.at) if self.coming else schedule.moved(None, None)

    @property
    def told(self) -> tuple[Due, ...]:
        """Those whose readers would miss something without being told."""
        return tuple(due for due, reason in self.skipped if reason == TOO_LATE)

    @property
    def closures(self) -> tuple[Closure, ...]:
        """What made some of them fall out, each once."""
        return tuple(dict.fromkeys(due.closed for due, _ in self.skipped if due.closed))


def drafted(schedule: Schedule, entry: Entry, minutes: int, now: datetime, closures: Closures = NEVER_CLOSED) -> Draft:
    """The draft for a schedule whose `next_at` has come at the aware instant `now`; `minutes`: the length of its huddle.

    The wall clock wins: instants are worked out anew here, so a zone whose rules have changed since moves with them. Raises
    `RuleRefused` and `UnknownZone`.
    """
    times, coming = _come_by(schedule, now, closures)
    if not times:
        return Draft(None, (), coming)
    if schedule.next_at is not None and schedule.next_at > times[0].at:
        # An agenda may have been due at once when its huddle was set up, later than its usual hour.
        times[0] = replace(times[0], at=schedule.next_at)
    skipped = [(due, CLOSED.format(label=due.closed.label)) for due in times if due.closed]
    taking_place = [due for due in times if not due.closed]
    if not taking_place:
        return Draft(None, tuple(skipped), coming)
    *older, latest = taking_place
    useful = now <= useful_until(entry, latest, schedule.zone, minutes)
    skipped += [(due, _reason(entry, due, now, caught_up=useful)) for due in older]
    if not useful:
        skipped.append((latest, TOO_LATE))
    return Draft(latest if useful else None, tuple(skipped), coming)


def _come_by(schedule: Schedule, now: datetime, closures: Closures) -> tuple[list[Due], Due | None]:
    """What has come, and the first that has not."""
    come: list[Due] = []
    for due in due_times(schedule, closures):
        if due.at > now:
            return come, due
        come.append(due)
    return come, None


def useful_until(entry: Entry, due: Due, zone: str, minutes: int) -> datetime:
    """The last instant at which a post is still worth sending."""
    if entry.useful_for is None:
        return instant(due.local, zone) + timedelta(minutes=minutes)
    return due.at + entry.useful_for


def _reason(entry: Entry, due: Due, now: datetime, *, caught_up: bool) -> str:
    within = entry.useful_for is not None and now <= due.at + entry.useful_for
    return MERGED if entry.merged and caught_up and within else TOO_LATE
