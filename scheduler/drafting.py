"""New occurrences and posts of a schedule."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from random import Random

from mat.delivery import Occurrence, OccurrenceState, Post, Schedule
from mat.lanes import lane_of
from mat.ports import NewId
from mat.schedules import Due
from mat.urgency import turn_of

SHARED = 16


def ids_together(new_id: NewId) -> NewId:
    """Ids that go on from a random one, so that the rows of a batch lie side by side in every index and not in a thousand places."""
    first = new_id()
    numbers = count(Random(first).getrandbits(63))  # noqa: S311  # nothing is secret about where they begin
    return lambda: f"{first[:SHARED]}{next(numbers):016x}"


def occurrence_of(schedule: Schedule, due: Due, new_id: NewId, *, skipped: str = "") -> Occurrence:
    """The occurrence of a schedule at one of its times; `skipped`: why it is not sent, empty where it is."""
    return Occurrence(
        id=new_id(),
        workspace=schedule.workspace,
        clinic=schedule.clinic,
        schedule=schedule.id,
        kind=schedule.kind,
        subject=schedule.subject,
        local_at=due.local,
        due_at=due.at,
        state=OccurrenceState.SKIPPED if skipped else OccurrenceState.PLANNED,
        reason=skipped,
    )


def post_of(occurrence: Occurrence, target: str, new_id: NewId, turn_at: datetime | None = None) -> Post:
    """A post of an occurrence to one channel or person. `turn_at`: where it is not that of its kind and hour alone."""
    return Post(
        id=new_id(),
        workspace=occurrence.workspace,
        clinic=occurrence.clinic,
        kind=occurrence.kind,
        subject=occurrence.subject,
        target=target,
        due_at=occurrence.due_at,
        not_before=occurrence.due_at,
        lane=lane_of(occurrence.workspace),
        occurrence=occurrence.id,
        local_at=occurrence.local_at,
        turn_at=turn_at or turn_of(occurrence.kind, occurrence.due_at),
    )
