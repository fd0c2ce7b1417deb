"""Days on which a clinic is closed. A row without days stands for a federal holiday; its id is the holiday's name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select

from mat.closures import Closure, Closures
from store.statements import in_clinic, insert_or_nothing, upsert
from store.tables import metadata
from store.unit import ClinicUnit

_table = metadata.tables["closure"]
_c = _table.c
COLUMNS = (_c.id, _c.first, _c.last, _c.label)
_ALL = select(*COLUMNS).where(in_clinic("closure")).order_by(_c.first, _c.last, _c.id)
_SAVE = upsert("closure")
_REMOVE = delete(_table).where(in_clinic("closure"), _c.id == bindparam("id"), _c.first.is_not(None))
_CLEAR_HOLIDAYS = delete(_table).where(in_clinic("closure"), _c.first.is_(None))
_ADD_HOLIDAY = insert_or_nothing("closure")


class SqlClosureBook:
    """`mat.ports.ClosureBook` in SQL."""

    __slots__ = ("_unit",)

    def __init__(self, unit: ClinicUnit) -> None:
        self._unit = unit

    async def all(self) -> Closures:
        return closures_of(await self._unit.rows(_ALL))

    async def save(self, closure: Closure) -> None:
        await self._unit.run(_SAVE, id=closure.id, first=closure.first, last=closure.last, label=closure.label)

    async def remove(self, closure: str) -> None:
        await self._unit.run(_REMOVE, id=closure)

    async def keep_holidays(self, names: Collection[str]) -> None:
        await self._unit.run(_CLEAR_HOLIDAYS)
        rows = [{"id": name, "first": None, "last": None, "label": ""} for name in sorted(names)]
        await self._unit.run_each(_ADD_HOLIDAY, rows)


def closures_of(rows: Sequence[Sequence[Any]]) -> Closures:
    """The closed days of one clinic from rows with the columns in `COLUMNS`."""
    spans = tuple(Closure(*row) for row in rows if row[1] is not None)
    return Closures(spans, frozenset(row[0] for row in rows if row[1] is None))
