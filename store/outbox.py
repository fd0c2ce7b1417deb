"""Schedules, occurrences and posts of all clinics, for the planner, the courier and the keeper."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from mat.clinic import Clinic
from mat.delivery import Occurrence, Post, PostKind, PostState, Schedule
from store.columns import Instant
from store.lanes import LanePosts
from store.posts import FIELDS, NOW, POSTS, post_table, records, values
from store.statements import TENANT, in_clinic, insert_or_nothing
from store.tables import metadata
from store.unit import AnyRow

_schedule = metadata.tables["schedule"]
_s, _p = _schedule.c, post_table.c

_NEXT_DUE = select(func.min(_s.next_at, type_=Instant()))
_ADVANCE = (
    update(_schedule)
    .where(_s.id == bindparam("of_id"), in_clinic("schedule", "of_"))
    .values({name: bindparam(name) for name in ("next_local", "next_at", "since")})
)
_PLAN = insert_or_nothing("occurrence")

_CHANGING = tuple(name for name in FIELDS if name not in ("id", *TENANT))
_ADD = insert(post_table)
_READY = (
    POSTS.where(_p.state == PostState.PENDING.value, _p.not_before <= NOW)
    .where(_p.workspace.not_in(bindparam("without", expanding=True)))
    .order_by(_p.due_at, _p.id)
    .limit(bindparam("limit"))
)
_WAITING_AFTER = (
    select(_p.workspace)
    .distinct()
    .where(_p.state == PostState.PENDING.value, _p.error.in_(bindparam("errors", expanding=True)))
)
_ONE = POSTS.where(_p.id == bindparam("id"))
_SAVE = (
    update(post_table)
    .where(_p.id == bindparam("of_id"), in_clinic("post", "of_"))
    .values({name: bindparam(name) for name in _CHANGING})
)
_SENT = POSTS.where(
    in_clinic("post"), _p.kind == bindparam("kind"), _p.state == PostState.SENT.value, _p.extra.is_(False)
)
_SENT_FOR = (
    _SENT.where(_p.subject == bindparam("subject"), _p.local_at == bindparam("local_at")).order_by(_p.sent_at).limit(1)
)
_LAST_SENT = _SENT.where(_p.due_at < bindparam("before", type_=Instant())).order_by(_p.due_at.desc()).limit(1)
_UNSETTLED = POSTS.where(
    _p.state.in_([PostState.PENDING.value, PostState.SENDING.value]), _p.due_at < bindparam("before", type_=Instant())
).order_by(_p.due_at, _p.id)
_DM_CHANNEL = (
    select(_p.sent_channel)
    .where(_p.workspace == bindparam("workspace"), _p.target == bindparam("target"), _p.sent_channel != "")
    .order_by(_p.sent_at.desc())
    .limit(1)
)
_TROUBLED = POSTS.where(_p.state.in_([PostState.DEAD.value, PostState.UNKNOWN.value])).order_by(_p.due_at.desc(), _p.id)


class SqlOutbox(LanePosts):
    """`mat.ports.Outbox` in SQL."""

    __slots__ = ()

    async def next_due(self) -> datetime | None:
        row = await self._unit.first(_NEXT_DUE, {})
        return None if row is None else row[0]

    async def advance(self, schedule: Schedule) -> None:
        new = {"next_local": schedule.next_local, "next_at": schedule.next_at, "since": schedule.since}
        await self._unit.run(_ADVANCE, {**_of(schedule), **new})

    async def plan(self, occurrence: Occurrence, posts: Sequence[Post]) -> bool:
        row = {field.name: getattr(occurrence, field.name) for field in fields(Occurrence)}
        plain = {"kind": occurrence.kind.value, "state": occurrence.state.value}
        if not await self._unit.run(_PLAN, row | plain):
            return False
        if posts:
            await self._unit.run(_ADD, [values(post) for post in posts])
        return True

    async def add(self, post: Post) -> None:
        await self._unit.run(_ADD, values(post))

    async def ready(self, now: datetime, limit: int, *, without: Collection[str] = ()) -> tuple[Post, ...]:
        return records(await self._unit.rows(_READY, {"now": now, "limit": limit, "without": list(without)}))

    async def waiting_after(self, errors: Collection[str]) -> frozenset[str]:
        return frozenset(name for (name,) in await self._unit.rows(_WAITING_AFTER, {"errors": sorted(errors)}))

    async def get(self, post: str) -> Post | None:
        return _one(await self._unit.rows(_ONE, {"id": post}))

    async def save(self, post: Post) -> bool:
        new = values(post)
        return bool(await self._unit.run(_SAVE, _of(post) | {name: new[name] for name in _CHANGING}))

    async def sent_for(self, kind: PostKind, subject: str, local_at: datetime, clinic: Clinic) -> Post | None:
        about = {"kind": kind.value, "subject": subject, "local_at": local_at}
        return _one(await self._unit.rows(_SENT_FOR, {**about, "workspace": clinic.workspace, "clinic": clinic.id}))

    async def unsettled(self, before: datetime) -> tuple[Post, ...]:
        return records(await self._unit.rows(_UNSETTLED, {"before": before}))

    async def troubled(self) -> tuple[Post, ...]:
        return records(await self._unit.rows(_TROUBLED, {}))

    async def last_sent(self, clinic: Clinic, kind: PostKind, *, before: datetime) -> Post | None:
        of = {"workspace": clinic.workspace, "clinic": clinic.id, "kind": kind.value, "before": before}
        return _one(await self._unit.rows(_LAST_SENT, of))

    async def dm_channel(self, workspace: str, user: str) -> str:
        row = await self._unit.first(_DM_CHANNEL, {"workspace": workspace, "target": user})
        return str(row[0]) if row else ""


def _of(thing: Post | Schedule) -> dict[str, str]:
    return {"of_id": thing.id, "of_workspace": thing.workspace, "of_clinic": thing.clinic}


def _one(rows: Sequence[AnyRow]) -> Post | None:
    return records(rows)[0] if rows else None
