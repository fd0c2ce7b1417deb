"""What a batch of due schedules comes to: occurrences, posts, and schedules with their next time. Pure, but for new ids."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

from mat.clinic import Clinic
from mat.closures import Closure
from mat.delivery import Occurrence, Post, PostKind, Schedule
from mat.due import DueSchedule
from mat.huddles import Meeting
from mat.occurrences import instant
from mat.ports import NewId
from mat.schedules import Due
from mat.urgency import turn_of
from scheduler.alike import ALIKE
from scheduler.audience import chosen
from scheduler.drafting import occurrence_of, post_of
from scheduler.missed import Draft, drafted
from scheduler.timetable import TIMETABLE

TRY_A_BROKEN_ONE_AGAIN = timedelta(hours=1)
NOBODY = "nobody-to-send-to"
SAME_TIMES = 4096
"""Most times in a batch are the same few."""

log = logging.getLogger("mat.scheduler")


@dataclass(frozen=True, slots=True)
class Missed:
    """What the leads of a clinic are told of one schedule. `times`: local times by the id of their occurrence.

    `coming`: the naive local time that is next, None where the rule has ended.
    """

    due: DueSchedule
    times: dict[str, datetime]
    coming: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """`checks`: huddles that are asked about, by the id of the occurrence."""

    occurrences: list[tuple[Occurrence, Sequence[Post]]] = field(default_factory=list)
    moved: list[Schedule] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    closed: dict[tuple[str, str, str], tuple[Clinic, Closure]] = field(default_factory=dict)
    checks: dict[str, tuple[Clinic, Meeting]] = field(default_factory=dict)


def plan_of(due: Iterable[DueSchedule], now: datetime, new_id: NewId, known: dict[object, Draft]) -> Plan:
    """The plan for everything that is due at the aware instant `now`; one that cannot be read is tried again later.

    `known`: what was worked out for the same instant before, and what is worked out now.
    """
    plan = Plan()
    for one in due:
        draft = _drafted(one, now, known)
        if draft is None:
            plan.moved.append(replace(one.schedule, next_at=now + TRY_A_BROKEN_ONE_AGAIN))
            continue
        if draft.skipped:
            _skip(plan, one, draft, new_id)
        if draft.send is not None:
            _send(plan, one, draft.send, new_id)
        plan.moved.append(draft.moves(one.schedule))
    return plan


def _drafted(one: DueSchedule, now: datetime, known: dict[object, Draft]) -> Draft | None:
    """The draft; None for a schedule that cannot be read or planned now, which must not stop the others."""
    if not one.clinic.ready:
        return None
    try:
        return _draft_of_alike(one, now, known)
    except Exception as problem:  # noqa: BLE001  # whatever is wrong with one, the rest of the batch goes on
        fields = {"schedule": one.schedule.id, "type": type(problem).__name__}
        log.error("schedule-unreadable", extra=fields)  # noqa: TRY400  # a traceback may quote what people wrote
        return None


def _draft_of_alike(one: DueSchedule, now: datetime, known: dict[object, Draft]) -> Draft:
    """Worked out once for schedules that differ in their clinic and nothing else: at eight o'clock there are thousands of them."""
    s, minutes = one.schedule, one.series.minutes if one.series else 0
    alike = (s.kind, s.rule, s.local_start, s.zone, s.shift_minutes, s.next_local, s.next_at, minutes, one.closures)
    draft = known.get(alike)
    if draft is None:
        if len(known) >= ALIKE:
            known.clear()
        draft = known[alike] = drafted(s, TIMETABLE[s.kind], minutes, now, one.closures)
    return draft


def _skip(plan: Plan, one: DueSchedule, draft: Draft, new_id: NewId) -> None:
    """What falls out or is too late is recorded; of what is too late the leads hear once for all of it."""
    told, times = draft.told, {}
    for due, reason in draft.skipped:
        occurrence = occurrence_of(one.schedule, due, new_id, skipped=reason)
        plan.occurrences.append((occurrence, ()))
        if due in told:
            times[occurrence.id] = due.local
    if times:
        plan.missed.append(Missed(one, times, _next(draft)))
    if one.series is not None:
        for closure in draft.closures:
            plan.closed[one.clinic.workspace, one.clinic.id, closure.id] = (one.clinic, closure)


def _next(draft: Draft) -> datetime | None:
    found = draft.send or draft.coming
    return found.local if found else None


def _send(plan: Plan, one: DueSchedule, due: Due, new_id: NewId) -> None:
    to = chosen(one.clinic, one.people, TIMETABLE[one.schedule.kind].audience)
    occurrence = occurrence_of(one.schedule, due, new_id, skipped="" if to else NOBODY)
    turn = _turn(one.schedule.kind, due.at, due.local, one.schedule.zone)
    plan.occurrences.append((occurrence, [post_of(occurrence, target, new_id, turn) for target in to]))
    if one.schedule.kind is PostKind.HUDDLE_CHECK and one.series:
        meeting = Meeting(one.series.id, due.local, instant(due.local, one.series.zone))
        plan.checks[occurrence.id] = (one.clinic, meeting)


@lru_cache(maxsize=SAME_TIMES)
def _turn(kind: PostKind, at: datetime, local: datetime, zone: str) -> datetime:
    return turn_of(kind, at, instant(local, zone) if kind is PostKind.HUDDLE_AGENDA else None)
