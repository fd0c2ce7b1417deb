"""What a clinic's team has asked of leadership."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import bindparam, select

from mat.asks import Ask, AskState
from store.statements import in_clinic, upsert
from store.tables import metadata
from store.unit import AnyRow, ClinicUnit

_c = metadata.tables["ask"].c
_FIELDS = tuple(field.name for field in fields(Ask))
_ASKS = select(*(_c[name] for name in _FIELDS)).where(in_clinic("ask"))
_ALL = _ASKS.order_by(_c.asked_at, _c.id)
_OPEN = _ALL.where(_c.state == AskState.OPEN.value)
_ONE = _ASKS.where(_c.id == bindparam("id"))
_SAVE = upsert("ask")


class SqlAskBook:
    """`mat.ports.AskBook` in SQL."""

    __slots__ = ("_unit",)

    def __init__(self, unit: ClinicUnit) -> None:
        self._unit = unit

    async def open(self) -> tuple[Ask, ...]:
        return tuple(_record(row) for row in await self._unit.rows(_OPEN))

    async def all(self) -> tuple[Ask, ...]:
        return tuple(_record(row) for row in await self._unit.rows(_ALL))

    async def get(self, ask: str) -> Ask | None:
        row = await self._unit.first(_ONE, id=ask)
        return None if row is None else _record(row)

    async def save(self, ask: Ask) -> None:
        await self._unit.run(_SAVE, **{name: getattr(ask, name) for name in _FIELDS} | {"state": ask.state.value})


def _record(row: AnyRow) -> Ask:
    id_, text, by, asked_at, state, *answer = row
    return Ask(id_, text, by, asked_at, AskState(state), *answer)
