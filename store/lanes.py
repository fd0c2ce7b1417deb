"""The posts of single lanes: what may go, the intents and the outcomes. Plain columns and whole batches: this is where the load is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from mat.delivery import Post, PostState
from mat.urgency import in_line
from store.bulk import bulk_update
from store.columns import Instant
from store.posts import FIELDS, NOW, POSTS, p, post_table, records, values
from store.replicas import FENCE, LANE_LOCK
from store.statements import TENANT
from store.unit import Unit

_PENDING, _SENDING = PostState.PENDING.value, PostState.SENDING.value
_lane = p.lane == bindparam("lane")

_WITH_WORK = select(p.lane).distinct().where(or_(and_(p.state == _PENDING, p.not_before <= NOW), p.state == _SENDING))
_READY = POSTS.where(_lane, p.state == _PENDING, p.not_before <= NOW)
_SOONEST = _READY.order_by(p.turn_at, p.id).limit(bindparam("limit"))
_turn = bindparam("after_turn", type_=Instant())
_id: BindParameter[str] = bindparam("after_id")
# Written out: SQLite would read a pair without its index.
_behind = and_(p.turn_at >= _turn, or_(p.turn_at > _turn, p.id > _id))
_EARLIER = _READY.where(
    p.target.in_(bindparam("targets", expanding=True)), p.due_at < bindparam("latest", type_=Instant())
)
_others = p.workspace.not_in(bindparam("without", expanding=True))
_IN_DOUBT = POSTS.where(p.state == _SENDING).order_by(p.intent_at, p.id)
_PUT_OFF = POSTS.where(_lane, p.state == _PENDING, p.not_before > NOW, p.error != "")


def _intend(wanted: ColumnElement[bool]) -> ReturningUpdate[tuple[str, int, str]]:
    # One that somebody is changing just now is left for the next turn. SQLite leaves FOR UPDATE out.
    free = (
        select(p.id)
        .where(wanted, p.state == _PENDING, p.not_before <= NOW)
        .order_by(p.id)
        .with_for_update(skip_locked=True)
    )
    changed = {"state": _SENDING, "attempts": p.attempts + 1, "intent_at": NOW, "error": ""}
    return update(post_table).where(p.id.in_(free)).values(changed).returning(p.id, p.attempts, p.target)


_INTEND = {
    "sqlite": _intend(p.id.in_(bindparam("ids", expanding=True))),
    # The same words however many there are: Postgres has them prepared.
    "postgresql": _intend(p.id == any_(bindparam("ids", type_=ARRAY(Text)))),
}
_TURN_TO = update(post_table).where(p.id == bindparam("of_id")).values(target=bindparam("to"))

_UNDER_WAY = f"post.state IN ('{_PENDING}', '{_SENDING}')"
_KEY = ("id", *TENANT)
_CHANGING = tuple(name for name in FIELDS if name not in _KEY)
_LANDED = ("state", "error", "sent_channel", "sent_ts", "sent_at")
_landed = attrgetter("state.value", *_LANDED[1:], *_KEY)
_SETTLE = bulk_update("post", _CHANGING, key=_KEY, only=_UNDER_WAY)
_SENT = bulk_update("post", _LANDED, key=_KEY, only=_UNDER_WAY)


class LanePosts:
    """The part of `mat.ports.Outbox` that the owner of a lane works with."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def lanes_with_work(self, now: datetime) -> tuple[int, ...]:
        return tuple(sorted(lane for (lane,) in await self._unit.rows(_WITH_WORK, {"now": now})))

    async def ready_in(
        self, lane: int, now: datetime, limit: int, *, after: Post | None = None, without: Collection[str] = ()
    ) -> tuple[Post, ...]:
        statement: Select[Any] = _SOONEST
        given: dict[str, Any] = {"lane": lane, "now": now, "limit": limit}
        if after is not None:
            statement = statement.where(_behind)
            given |= {"after_turn": after.turn_at, "after_id": after.id}
        if without:
            statement = statement.where(_others)
            given["without"] = list(without)
        page = records(await self._unit.rows(statement, given))
        # Behind the last page there is nothing, and what stood before it had its turn.
        others = await self._ahead_of(page, lane, now) if len(page) == limit else ()
        return in_line(page, others)

    async def _ahead_of(self, page: Sequence[Post], lane: int, now: datetime) -> tuple[Post, ...]:
        """What may go to the channels of these posts and is due before the last of them; some of them are among it."""
        latest = max(post.due_at for post in page)
        given = {"lane": lane, "now": now, "latest": latest, "targets": list({post.target for post in page})}
        return records(await self._unit.rows(_EARLIER, given))

    async def in_doubt(self, lane: int | None = None) -> tuple[Post, ...]:
        if lane is None:
            return records(await self._unit.rows(_IN_DOUBT, {}))
        return records(await self._unit.rows(_IN_DOUBT.where(_lane), {"lane": lane}))

    async def put_off_in(self, lane: int, now: datetime) -> tuple[Post, ...]:
        return records(await self._unit.rows(_PUT_OFF, {"lane": lane, "now": now}))

    async def fenced(self, epochs: Mapping[int, int]) -> Collection[int]:
        together, current = FENCE
        await self._unit.rows(together, {"lock": LANE_LOCK, "lanes": list(epochs)})
        found = await self._unit.rows(current, {"lanes": list(epochs)})
        return {row.lane for row in found if epochs[row.lane] == row.epoch}

    async def intend(self, posts: Sequence[Post], now: datetime) -> Mapping[str, int]:
        wanted = {post.id: post for post in posts}
        granted = await self._unit.rows(_INTEND[self._unit.dialect], {"ids": list(wanted), "now": now})
        turned = [
            {"of_id": id_, "to": wanted[id_].target} for id_, _, target in granted if target != wanted[id_].target
        ]
        if turned:
            await self._unit.run(_TURN_TO, turned)
        return {id_: attempts for id_, attempts, _ in granted}

    async def settle(self, posts: Sequence[Post]) -> None:
        await _SENT.run(self._unit, [_landed(post) for post in posts if _is_sent(post)])
        await _SETTLE.run(self._unit, [_row(post) for post in posts if not _is_sent(post)])


def _is_sent(post: Post) -> bool:
    return post.state is PostState.SENT


def _row(post: Post) -> tuple[Any, ...]:
    row = values(post)
    return tuple(row[name] for name in (*_CHANGING, *_KEY))
