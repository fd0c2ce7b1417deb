"""What Slack sent and was done, so that the same thing sent again does nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from store.columns import Instant
from store.statements import insert_or_nothing
from store.tables import metadata
from store.unit import Unit

_table = metadata.tables["handled"]
_old = _table.c.at < bindparam("before", type_=Instant())
_NOTE = insert_or_nothing("handled")
_STALE = select(_table.c.key).where(_old).limit(1)
_FORGET = delete(_table).where(_old)
_SIZE = 16


class SqlHandledBook:
    """`mat.ports.HandledBook` in SQL. Keeps a hash of what Slack calls the thing, for an hour, and nothing of whom or what."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def first(self, workspace: str, what: str, now: datetime) -> bool:
        key = hashlib.blake2b(what.encode(), digest_size=_SIZE).hexdigest()
        return bool(await self._unit.run(_NOTE, {"workspace": workspace, "key": key, "at": now}))

    async def stale(self, before: datetime) -> bool:
        return await self._unit.first(_STALE, {"before": before}) is not None

    async def forget(self, before: datetime) -> None:
        await self._unit.run(_FORGET, {"before": before})
