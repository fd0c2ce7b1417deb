"""What a clinic has decided about milestones, and the changes that led there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import bindparam, select

from mat.plan import Change, MilestoneRow, State
from store.columns import Instant
from store.statements import in_clinic, insert_or_nothing, upsert
from store.tables import metadata
from store.unit import AnyRow, ClinicUnit

_m = metadata.tables["milestone"].c
_c = metadata.tables["milestone_change"].c
_FIELDS = tuple(field.name for field in fields(MilestoneRow))
_ROWS = select(*(_m[name] for name in _FIELDS)).where(in_clinic("milestone"))
_ROW = _ROWS.where(_m.milestone == bindparam("milestone"))
_CHANGES = select(_c.id, _c.milestone, _c.at, _c.by, _c.before, _c.after, _c.undoes).where(
    in_clinic("milestone_change")
)
_CHANGE = _CHANGES.where(_c.id == bindparam("id"))
_LATEST = _CHANGES.where(_c.milestone == bindparam("milestone")).order_by(_c.at.desc(), _c.id.desc()).limit(1)
_SINCE = _CHANGES.where(_c.at >= bindparam("since", type_=Instant())).order_by(_c.at, _c.id)
_SAVE = upsert("milestone")
_RECORD = insert_or_nothing("milestone_change")


class SqlMilestoneBook:
    """`mat.ports.MilestoneBook` in SQL."""

    __slots__ = ("_unit",)

    def __init__(self, unit: ClinicUnit) -> None:
        self._unit = unit

    async def rows(self) -> Mapping[str, MilestoneRow]:
        return {row[0]: _record(row) for row in await self._unit.rows(_ROWS)}

    async def row(self, milestone: str) -> MilestoneRow:
        found = await self._unit.first(_ROW, milestone=milestone)
        return MilestoneRow(milestone) if found is None else _record(found)

    async def save(self, row: MilestoneRow) -> None:
        await self._unit.run(_SAVE, **{name: getattr(row, name) for name in _FIELDS} | {"state": row.state.value})

    async def record(self, change: Change) -> None:
        await self.save(change.after)
        await self._unit.run(
            _RECORD,
            id=change.id,
            milestone=change.milestone,
            at=change.at,
            by=change.by,
            before=_to_json(change.before),
            after=_to_json(change.after),
            undoes=change.undoes,
        )

    async def change(self, change: str) -> Change | None:
        return _change(await self._unit.first(_CHANGE, id=change))

    async def latest_change(self, milestone: str) -> Change | None:
        return _change(await self._unit.first(_LATEST, milestone=milestone))

    async def changes_since(self, since: datetime) -> tuple[Change, ...]:
        found = (_change(row) for row in await self._unit.rows(_SINCE, since=since))
        return tuple(change for change in found if change is not None)


def _record(row: AnyRow) -> MilestoneRow:
    milestone, state, *rest = row
    return MilestoneRow(milestone, State(state), *rest)


def _change(row: AnyRow | None) -> Change | None:
    if row is None:
        return None
    id_, milestone, at, by, before, after, undoes = row
    return Change(id_, milestone, at, by, _from_json(milestone, before), _from_json(milestone, after), undoes)


def _to_json(row: MilestoneRow) -> str:
    """Everything but the milestone's id that differs from a fresh row."""
    fresh = MilestoneRow(row.milestone)
    differing = {n: getattr(row, n) for n in _FIELDS[1:] if getattr(row, n) != getattr(fresh, n)}
    return json.dumps(differing, default=lambda day: day.isoformat(), separators=(",", ":"))


def _from_json(milestone: str, text: str) -> MilestoneRow:
    values = json.loads(text)
    if "state" in values:
        values["state"] = State(values["state"])
    if "due" in values:
        values["due"] = date.fromisoformat(values["due"])
    if "changed_at" in values:
        values["changed_at"] = datetime.fromisoformat(values["changed_at"])
    return MilestoneRow(milestone, **values)
