"""Workspaces that were added, and taking one out with everything it holds."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from sqlalchemy import bindparam, select, update

from mat.installations import Installation
from store.columns import Instant
from store.forget import forget_workspace
from store.statements import insert_or_nothing, upsert
from store.tables import metadata
from store.unit import AnyRow, Unit

_table = metadata.tables["installation"]
_c = _table.c
_FIELDS = tuple(field.name for field in fields(Installation))
_ALL = select(*(_c[name] for name in _FIELDS)).order_by(_c.workspace)
_SAVE = upsert("installation")
_ADD = insert_or_nothing("installation")
_LEAVES = (
    update(_table)
    .where(_c.workspace == bindparam("of_workspace"), _c.leaving_at.is_(None))
    .values(sealed=b"", leaving_at=bindparam("now", type_=Instant()))
)


class SqlInstallationBook:
    """`mat.ports.InstallationBook` in SQL."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def all(self) -> tuple[Installation, ...]:
        return tuple(_record(row) for row in await self._unit.rows(_ALL, {}))

    async def save(self, installation: Installation) -> None:
        await self._unit.run(_SAVE, _values(installation))

    async def leave(self, workspace: str, now: datetime) -> None:
        gone = Installation(workspace, "", "", "", (), b"", now, now)
        if not await self._unit.run(_ADD, _values(gone)):
            await self._unit.run(_LEAVES, {"of_workspace": workspace, "now": now})

    async def forget(self, workspace: str) -> None:
        await forget_workspace(self._unit, workspace)


def _values(installation: Installation) -> dict[str, object]:
    values = {name: getattr(installation, name) for name in _FIELDS}
    return values | {"admins": f" {' '.join(installation.admins)} "}


def _record(row: AnyRow) -> Installation:
    values = dict(zip(_FIELDS, row, strict=True))
    return Installation(**values | {"admins": tuple(row.admins.split()), "sealed": bytes(row.sealed)})
