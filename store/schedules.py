"""Schedules of a clinic. Changing one takes back what it had planned, in the same unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, or_, select

from mat.delivery import OccurrenceState, PostKind, PostState, Schedule
from store.posts import KINDS
from store.statements import in_clinic, upsert
from store.tables import metadata
from store.unit import AnyRow, ClinicUnit

_schedule = metadata.tables["schedule"]
_occurrence = metadata.tables["occurrence"]
_post = metadata.tables["post"]
_s, _o, _p = _schedule.c, _occurrence.c, _post.c

FIELDS = tuple(field.name for field in fields(Schedule))
COLUMNS = tuple(_s[name] for name in FIELDS)
_ALL = select(*COLUMNS).where(in_clinic("schedule")).order_by(_s.kind, _s.subject, _s.id)
_ABOUT = select(_s.id).where(in_clinic("schedule"), _s.kind == bindparam("kind"), _s.subject == bindparam("subject"))
_SAVE = upsert("schedule")
_REMOVE = delete(_schedule).where(in_clinic("schedule"), _s.id == bindparam("schedule"))

_untried = (_p.state == PostState.PENDING.value, _p.attempts == 0, _p.intent_at.is_(None))
_planned_by = select(_o.id).where(in_clinic("occurrence"), _o.schedule == bindparam("schedule"))
_WAITING = select(_p.occurrence).distinct().where(in_clinic("post"), *_untried, _p.occurrence.in_(_planned_by))
_TAKE_POSTS = delete(_post).where(in_clinic("post"), *_untried, _p.occurrence == bindparam("occurrence"))
_TAKE_OCCURRENCE = delete(_occurrence).where(
    in_clinic("occurrence"),
    _o.id == bindparam("occurrence"),
    _o.state == OccurrenceState.PLANNED.value,
    ~exists().where(_p.occurrence == _o.id),
)


_mine = select(_s.id).where(in_clinic("schedule"))
_TRACE = select(
    _o.schedule,
    _o.local_at,
    or_(_o.state != OccurrenceState.PLANNED.value, exists().where(_p.occurrence == _o.id)),
).where(in_clinic("occurrence"), _o.schedule.in_(_mine), _o.local_at >= bindparam("since"))


class SqlScheduleBook:
    """`mat.ports.ScheduleBook` in SQL."""

    __slots__ = ("_unit",)

    def __init__(self, unit: ClinicUnit) -> None:
        self._unit = unit

    async def all(self) -> tuple[Schedule, ...]:
        return tuple(record(row) for row in await self._unit.rows(_ALL))

    async def put(self, schedule: Schedule) -> None:
        mine = (self._unit.workspace, self._unit.clinic)
        if (schedule.workspace, schedule.clinic) != mine:
            raise ValueError("a schedule of another clinic")
        # The row first: where several processes plan, this waits until the planner is done with it.
        await self._unit.run(
            _SAVE, **{name: getattr(schedule, name) for name in FIELDS} | {"kind": schedule.kind.value}
        )
        await self._take_back(schedule.id)

    async def remove(self, kind: PostKind, subject: str) -> None:
        for (schedule,) in await self._unit.rows(_ABOUT, kind=kind.value, subject=subject):
            await self._unit.run(_REMOVE, schedule=schedule)
            await self._take_back(schedule)

    async def trace(self, since: datetime) -> Mapping[tuple[str, datetime], bool]:
        rows = await self._unit.rows(_TRACE, since=since)
        return {(schedule, local_at): bool(settled) for schedule, local_at, settled in rows}

    async def _take_back(self, schedule: str) -> None:
        for (occurrence,) in await self._unit.rows(_WAITING, schedule=schedule):
            await self._unit.run(_TAKE_POSTS, occurrence=occurrence)
            await self._unit.run(_TAKE_OCCURRENCE, occurrence=occurrence)


def record(row: AnyRow) -> Schedule:
    """A schedule from the columns in `COLUMNS`."""
    id_, workspace, clinic, kind, *rest = row
    return Schedule(id_, workspace, clinic, KINDS[kind], *rest)
