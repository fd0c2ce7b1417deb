"""What a workspace has on its schedules: one statement, grouped by what is alike in them."""

from __future__ import annotations

from datetime import time

from sqlalchemy import bindparam, case, extract, func, select

from mat.delivery import PostKind
from mat.gathered import Load
from mat.load import BY_DIRECT_MESSAGE
from store.tables import metadata
from store.unit import Unit

_schedule, _roster = metadata.tables["schedule"], metadata.tables["roster"]
_s, _r = _schedule.c, _roster.c
_hour, _minute = extract("hour", _s.local_start).label("hour"), extract("minute", _s.local_start).label("minute")
_ALIKE = (_s.kind, _s.rule, _hour, _minute, _s.zone, _s.shift_minutes)
# Not a join: without statistics Postgres may choose one that takes minutes.
_READERS = (
    select(func.count())
    .where(
        _r.workspace == _s.workspace,
        _r.clinic == _s.clinic,
        _r.kind == "duty",
        _r.value == case({kind.value: duty.value for kind, duty in BY_DIRECT_MESSAGE.items()}, value=_s.kind),
    )
    .scalar_subquery()
)
_POSTS = case((_s.kind.in_([kind.value for kind in BY_DIRECT_MESSAGE]), _READERS), else_=1)
_LOAD = (
    select(*_ALIKE, func.sum(_POSTS))
    .where(_s.workspace == bindparam("workspace"), _s.next_at.is_not(None))
    .group_by(*_ALIKE)
)
_CROWDS = (
    select(_s.workspace).group_by(_s.workspace).having(func.count() >= bindparam("at_least")).order_by(_s.workspace)
)


async def load_of(unit: Unit, workspace: str) -> tuple[Load, ...]:
    rows = await unit.rows(_LOAD, {"workspace": workspace})
    return tuple(
        Load(PostKind(kind), rule, time(int(hour), int(minute)), zone, shift, int(posts))
        for kind, rule, hour, minute, zone, shift, posts in rows
    )


async def crowds(unit: Unit, at_least: int) -> tuple[str, ...]:
    return tuple(workspace for (workspace,) in await unit.rows(_CROWDS, {"at_least": at_least}))
