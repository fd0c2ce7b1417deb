"""Rows of many clinics in one statement each: the keys go along as one JSON array."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from pydantic_core import to_json
from sqlalchemy import ColumnElement, FromClause, Select, Text, and_, bindparam, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from mat.clinic import Clinic, Duty
from mat.closures import Closures
from mat.delivery import OccurrenceState, Schedule
from mat.gathered import ClinicKey, SeriesKey, Traces
from mat.huddles import AgendaItem, HuddleSeries, Meeting
from store import schedules
from store.clinics import record as clinic_record
from store.closures import COLUMNS as CLOSURE
from store.closures import closures_of
from store.huddles import ITEM, MEETING, SERIES_FIELDS, WITH_PEOPLE, to_meeting, to_series
from store.tables import metadata
from store.unit import AnyRow, Portable, Unit

Key = tuple[str, ...]
_DUTIES = {duty.value: duty for duty in Duty}
_tables = metadata.tables
_o, _p = _tables["occurrence"].c, _tables["post"].c
_clinic, _c, _r, _h, _m, _i, _s = (
    _tables[name].c for name in ("clinic", "closure", "roster", "huddle_series", "meeting", "agenda_item", "schedule")
)
_KEYS = bindparam("keys", type_=Text())


def of_keys(query: Select[Any], *columns: ColumnElement[str]) -> Portable:
    """The query for the rows whose `columns` are one of the keys, a JSON array of arrays in the parameter `keys`."""
    each = func.json_each(_KEYS).table_valued("value", name="k")
    one = func.jsonb_array_elements(cast(_KEYS, JSONB)).table_valued("value", name="k")
    return {
        "sqlite": _joined(query, each, [c == each.c.value.op("->>")(n) for n, c in enumerate(columns)]),
        "postgresql": _joined(query, one, [c == one.c.value.op("->>")(n) for n, c in enumerate(columns)]),
    }


def _joined(query: Select[Any], keys: FromClause, alike: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return query.join(keys, and_(*alike))


_CLINICS = of_keys(select(_tables["clinic"]), _clinic.workspace, _clinic.clinic)
_CLOSURES = of_keys(
    select(_c.workspace, _c.clinic, *CLOSURE).order_by(_c.workspace, _c.clinic, _c.first, _c.last, _c.id),
    _c.workspace,
    _c.clinic,
)
_PEOPLE = of_keys(
    select(_r.workspace, _r.clinic, _r.value, _r.user)
    .where(_r.kind == "duty")
    .order_by(_r.workspace, _r.clinic, _r.value, _r.user),
    _r.workspace,
    _r.clinic,
)
_SCHEDULES = of_keys(select(*schedules.COLUMNS).order_by(_s.workspace, _s.clinic, _s.id), _s.workspace, _s.clinic)
# By way of the schedules: occurrences are found by theirs.
_TRACES = of_keys(
    select(
        _s.workspace,
        _s.clinic,
        _o.schedule,
        _o.local_at,
        or_(_o.state != OccurrenceState.PLANNED.value, exists().where(_p.occurrence == _o.id)),
    )
    .join(_tables["occurrence"], and_(_o.schedule == _s.id, _o.workspace == _s.workspace, _o.clinic == _s.clinic))
    .where(_o.local_at >= bindparam("since"))
    .order_by(_s.workspace, _s.clinic),
    _s.workspace,
    _s.clinic,
)
_SERIES = of_keys(
    select(_h.workspace, _h.clinic, *(_h[name] for name in SERIES_FIELDS)), _h.workspace, _h.clinic, _h.id
)
_MEETINGS = of_keys(
    select(_m.workspace, _m.clinic, *MEETING)
    .select_from(WITH_PEOPLE)
    .where(_m.local_at.between(bindparam("first"), bindparam("last")))
    .order_by(_m.workspace, _m.clinic, _m.series, _m.local_at, MEETING[-1]),
    _m.workspace,
    _m.clinic,
    _m.series,
)
_ITEMS = of_keys(
    select(_i.workspace, _i.clinic, *ITEM)
    .where(_i.closed_at.is_(None))
    .order_by(_i.workspace, _i.clinic, _i.series, _i.added_at, _i.id),
    _i.workspace,
    _i.clinic,
    _i.series,
)


class RowsOf:
    """The rows of many clinics, in one unit of work."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def clinics(self, keys: Collection[ClinicKey]) -> Mapping[ClinicKey, Clinic]:
        found = (clinic_record(row) for row in await self.rows(_CLINICS, keys))
        return {(clinic.workspace, clinic.id): clinic for clinic in found}

    async def series(self, keys: Collection[SeriesKey]) -> Mapping[SeriesKey, HuddleSeries]:
        found = await self.rows(_SERIES, keys)
        return {(workspace, clinic, row[0]): to_series(row) for workspace, clinic, *row in found}

    async def closures(self, keys: Collection[ClinicKey]) -> Mapping[ClinicKey, Closures]:
        found = await self.rows(_CLOSURES, keys)
        return {key: closures_of([row[2:] for row in rows]) for key, rows in groupby(found, itemgetter(0, 1))}

    async def schedules(self, keys: Collection[ClinicKey]) -> Mapping[ClinicKey, Sequence[Schedule]]:
        each = groupby(await self.rows(_SCHEDULES, keys), itemgetter(1, 2))
        return {key: [schedules.record(row) for row in rows] for key, rows in each}

    async def traces(self, keys: Collection[ClinicKey], since: datetime) -> Mapping[ClinicKey, Traces]:
        each = groupby(await self.rows(_TRACES, keys, since=since), itemgetter(0, 1))
        return {key: {(row[2], row[3]): bool(row[4]) for row in rows} for key, rows in each}

    async def people(self, keys: Collection[ClinicKey]) -> Mapping[ClinicKey, Mapping[Duty, tuple[str, ...]]]:
        people: dict[ClinicKey, dict[Duty, tuple[str, ...]]] = {}
        for (workspace, clinic, duty), rows in groupby(await self.rows(_PEOPLE, keys), itemgetter(0, 1, 2)):
            people.setdefault((workspace, clinic), {})[_DUTIES[duty]] = tuple(row[3] for row in rows)
        return people

    async def meetings(
        self, keys: Collection[SeriesKey], times: Collection[datetime]
    ) -> Mapping[tuple[SeriesKey, datetime], Meeting]:
        """Those from the first of the naive local times to the last."""
        if not times:
            return {}
        found = await self.rows(_MEETINGS, keys, first=min(times), last=max(times))
        each = groupby(found, itemgetter(0, 1, 2, 3))
        made = ((key[:3], to_meeting([row[2:] for row in rows])) for key, rows in each)
        return {(of, meeting.local_at): meeting for of, meeting in made if meeting}

    async def items(self, keys: Collection[SeriesKey]) -> Mapping[SeriesKey, Sequence[AgendaItem]]:
        each = groupby(await self.rows(_ITEMS, keys), itemgetter(0, 1, 3))
        return {key: tuple(AgendaItem(*row[2:]) for row in rows) for key, rows in each}

    async def rows(self, statement: Portable, keys: Collection[Key], **more: datetime) -> Sequence[AnyRow]:
        if not keys:
            return ()
        return await self._unit.rows(statement[self._unit.dialect], {"keys": to_json(list(keys)).decode(), **more})
