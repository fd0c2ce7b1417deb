"""What will be posted when, and posts asked for by hand: for `plan --days`, `preview` and `run-now`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from mat.agenda import meeting_of
from mat.clinic import Clinic
from mat.closures import Closures
from mat.delivery import Post, PostKind, Schedule
from mat.errors import NothingToSend, OnlyAtItsHour
from mat.huddles import HuddleSeries, MeetingState
from mat.lanes import lane_of
from mat.meetings import open_times
from mat.ports import Books, NewId
from mat.schedules import due_times
from mat.zones import known_zone
from scheduler.audience import targets
from scheduler.timetable import TIMETABLE, full_title

A_MONTH_BACK = timedelta(days=40)
UNPLANNED = frozenset({PostKind.NOTICE, PostKind.CONCERN_NOW, PostKind.SAID, PostKind.CLOSED_DAYS})


@dataclass(frozen=True, slots=True)
class Coming:
    """One post to come. `at` is aware, in the schedule's own zone; `to`: the channel or the people as chosen now.

    `title` is plain text with people's words in it.
    """

    clinic: Clinic
    kind: PostKind
    title: str
    at: datetime
    to: tuple[str, ...]


async def coming(books: Books, clinic: Clinic, until: datetime) -> tuple[Coming, ...]:
    """Everything planned for a clinic up to an aware instant, in order; called-off huddles and closed days left out."""
    found: list[Coming] = []
    at = books.at(clinic)
    closures = await at.closures.all()
    for schedule in await at.schedules.all():
        series = await at.huddles.one(schedule.subject) if schedule.subject else None
        to = await targets(at, clinic, TIMETABLE[schedule.kind].audience)
        for due in takewhile(lambda due: due.at <= until, due_times(schedule, closures)):
            if due.closed:
                continue
            if series is None or (await meeting_of(at, series, due.local)).state is MeetingState.PLANNED:
                local = due.at.astimezone(known_zone(schedule.zone))
                found.append(Coming(clinic, schedule.kind, full_title(schedule.kind, series), local, to))
    return tuple(sorted(found, key=lambda one: one.at))


async def extra_copies(
    books: Books, clinic: Clinic, kind: PostKind, *, now: datetime, new_id: NewId, rehearsal: bool = False
) -> tuple[Post, ...]:
    """Posts of a kind to send now beside the planned ones: one for each huddle series, channel or person.

    Nothing is stored here: add them to the outbox, or give one to the compositor with `rehearsal` to see it. Raises
    `OnlyAtItsHour` for what has no rhythm, `NothingToSend` where there is no such post.
    """
    if kind in UNPLANNED:
        raise OnlyAtItsHour(what=TIMETABLE[kind].title)
    at = books.at(clinic)
    to = await targets(at, clinic, TIMETABLE[kind].audience)
    closures = await at.closures.all()
    subjects: list[tuple[str, datetime | None]] = []
    for schedule in await at.schedules.all():
        if schedule.kind is kind:
            series = await at.huddles.one(schedule.subject) if schedule.subject else None
            subjects.append((schedule.subject, _huddle_meant(schedule, series, now, closures)))
    posts = [
        Post(
            id=new_id(),
            workspace=clinic.workspace,
            clinic=clinic.id,
            kind=kind,
            subject=subject,
            target=target,
            due_at=now,
            not_before=now,
            lane=lane_of(clinic.workspace),
            local_at=local_at,
            extra=not rehearsal,
        )
        for subject, local_at in subjects
        if local_at is not None or not subject
        for target in to
    ]
    if not posts:
        raise NothingToSend(what=TIMETABLE[kind].title)
    return tuple(posts)


def _huddle_meant(
    schedule: Schedule, series: HuddleSeries | None, now: datetime, closures: Closures
) -> datetime | None:
    """The naive local time of the huddle an extra post is about: for the question the last one, else the next."""
    if series is None:
        return schedule.next_local
    if schedule.kind is PostKind.HUDDLE_CHECK:
        begun = list(takewhile(lambda one: one.at <= now, open_times(series, closures, after=now - A_MONTH_BACK)))
        return begun[-1].local if begun else None
    coming = next(open_times(series, closures, after=now), None)
    return coming.local if coming else None
