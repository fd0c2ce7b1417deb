"""What the planner reads and writes of many clinics at once: a few statements for a batch, however many clinics are in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, and_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from mat.clinic import Clinic, Duty
from mat.closures import NEVER_CLOSED, Closures
from mat.delivery import Occurrence, Post, Schedule
from mat.due import DueSchedule
from mat.huddles import HuddleSeries, Meeting
from store import schedules
from store.bulk import bulk_insert, bulk_update
from store.clinics import record as clinic_record
from store.closures import COLUMNS as CLOSURE
from store.closures import closures_of
from store.columns import Instant
from store.huddles import SERIES_FIELDS, to_series
from store.statements import TENANT
from store.tables import metadata
from store.unit import AnyRow, Portable, Unit

Key = tuple[str, ...]
"""Workspace and clinic, and for a series its id."""

_tables = metadata.tables
_s, _clinic, _c, _r, _h, _o = (
    _tables[name].c for name in ("schedule", "clinic", "closure", "roster", "huddle_series", "occurrence")
)

# A schedule that another process is planning, or whose clinic somebody is changing, is left for the next turn; waiting for
# it while holding others could end in a deadlock. SQLite leaves FOR UPDATE out. In the order of the index alone: with a second
# word in it, all that are due would be sorted for each batch.
_DUE = (
    select(*schedules.COLUMNS)
    .join(_tables["clinic"], and_(*(_clinic[name] == _s[name] for name in TENANT)))
    .where(_s.next_at <= bindparam("now", type_=Instant()))
    .order_by(_s.next_at)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_KEYS = bindparam("keys", type_=Text())


def _of_keys(query: Select[Any], *columns: ColumnElement[str]) -> Portable:
    """The query for the rows whose `columns` are one of the keys, a JSON array of arrays in the parameter `keys`."""
    each = func.json_each(_KEYS).table_valued("value", name="k")
    one = func.jsonb_array_elements(cast(_KEYS, JSONB)).table_valued("value", name="k")
    return {
        "sqlite": _joined(query, each, [c == each.c.value.op("->>")(n) for n, c in enumerate(columns)]),
        "postgresql": _joined(query, one, [c == one.c.value.op("->>")(n) for n, c in enumerate(columns)]),
    }


def _joined(query: Select[Any], keys: FromClause, alike: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return query.join(keys, and_(*alike))


_CLINICS = _of_keys(select(_tables["clinic"]), _clinic.workspace, _clinic.clinic)
_CLOSURES = _of_keys(
    select(_c.workspace, _c.clinic, *CLOSURE).order_by(_c.workspace, _c.clinic, _c.first, _c.last, _c.id),
    _c.workspace,
    _c.clinic,
)
_PEOPLE = _of_keys(
    select(_r.workspace, _r.clinic, _r.value, _r.user)
    .where(_r.kind == "duty")
    .order_by(_r.workspace, _r.clinic, _r.value, _r.user),
    _r.workspace,
    _r.clinic,
)
_SERIES = _of_keys(
    select(_h.workspace, _h.clinic, *(_h[name] for name in SERIES_FIELDS)), _h.workspace, _h.clinic, _h.id
)
_THERE = _of_keys(select(_o.id), _o.id)


def _plain(name: str) -> str:
    return f"{name}._value_" if name in {"kind", "state"} else name


_POST = [field.name for field in fields(Post)]
_OCCURRENCE = [field.name for field in fields(Occurrence)]
_values_of_post = attrgetter(*map(_plain, _POST))
_values_of_occurrence = attrgetter(*map(_plain, _OCCURRENCE))
_ADD_OCCURRENCES = bulk_insert("occurrence", _OCCURRENCE)
_ADD_POSTS = bulk_insert("post", _POST)
_ADD_MEETINGS = bulk_insert("meeting", (*TENANT, "series", "local_at", "at", "state", "by"))
_ADVANCE = bulk_update("schedule", ("next_local", "next_at", "since"), key=("id", *TENANT))


class SqlPlanning:
    """`mat.ports.Planning` in SQL."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def due(self, now: datetime, limit: int) -> tuple[DueSchedule, ...]:
        rows = await self._unit.rows(_DUE, {"now": now, "limit": limit})
        due = sorted((schedules.record(row) for row in rows), key=attrgetter("next_at", "id"))
        keys = list({(one.workspace, one.clinic): None for one in due})
        clinics = await self._clinics(keys)
        series = await self._series({(one.workspace, one.clinic, one.subject) for one in due if one.subject})
        closures, people = await self._closures(keys), await self._people(keys)
        return tuple(
            DueSchedule(
                one,
                clinics[of],
                series.get((*of, one.subject)),
                closures.get(of, NEVER_CLOSED),
                people.get(of, {}),
            )
            for one in due
            if (of := (one.workspace, one.clinic)) in clinics
        )

    async def plan(self, planned: Sequence[tuple[Occurrence, Sequence[Post]]]) -> frozenset[str]:
        ids = frozenset(occurrence.id for occurrence, _ in planned)
        added = await _ADD_OCCURRENCES.run(self._unit, [_values_of_occurrence(occurrence) for occurrence, _ in planned])
        if added != len(ids):
            ids = frozenset(id_ for (id_,) in await self._rows(_THERE, [(id_,) for id_ in ids]))
        posts = [_values_of_post(post) for occurrence, posts in planned if occurrence.id in ids for post in posts]
        await _ADD_POSTS.run(self._unit, posts)
        return ids

    async def open_meetings(self, meetings: Iterable[tuple[Clinic, Meeting]]) -> None:
        rows = [(of.workspace, of.id, m.series, m.local_at, m.at, m.state.value, m.by) for of, m in meetings]
        await _ADD_MEETINGS.run(self._unit, rows)

    async def advance(self, moved: Iterable[Schedule]) -> None:
        rows = [(s.next_local, s.next_at, s.since, s.id, s.workspace, s.clinic) for s in moved]
        await _ADVANCE.run(self._unit, rows)

    async def _clinics(self, keys: Sequence[Key]) -> Mapping[Key, Clinic]:
        found = (clinic_record(row) for row in await self._rows(_CLINICS, keys))
        return {(clinic.workspace, clinic.id): clinic for clinic in found}

    async def _series(self, keys: Iterable[Key]) -> Mapping[Key, HuddleSeries]:
        found = await self._rows(_SERIES, list(keys))
        return {(workspace, clinic, row[0]): to_series(row) for workspace, clinic, *row in found}

    async def _closures(self, keys: Sequence[Key]) -> Mapping[Key, Closures]:
        found = await self._rows(_CLOSURES, keys)
        return {key: closures_of([row[2:] for row in rows]) for key, rows in groupby(found, itemgetter(0, 1))}

    async def _people(self, keys: Sequence[Key]) -> Mapping[Key, Mapping[Duty, tuple[str, ...]]]:
        people: dict[Key, dict[Duty, tuple[str, ...]]] = {}
        for (workspace, clinic, duty), rows in groupby(await self._rows(_PEOPLE, keys), itemgetter(0, 1, 2)):
            people.setdefault((workspace, clinic), {})[Duty(duty)] = tuple(row[3] for row in rows)
        return people

    async def _rows(self, statement: Portable, keys: Sequence[Key]) -> Sequence[AnyRow]:
        if not keys:
            return ()
        return await self._unit.rows(statement[self._unit.dialect], {"keys": json.dumps(keys)})
