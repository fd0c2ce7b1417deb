"""Huddle series, meetings and agenda items of a clinic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, select, update

from mat.huddles import AgendaItem, HeldCount, HuddleSeries, Meeting, MeetingState, Template
from store.columns import Instant
from store.statements import in_clinic, insert_or_nothing, upsert
from store.tables import metadata
from store.unit import ClinicUnit

_series = metadata.tables["huddle_series"]
_s = _series.c
_m = metadata.tables["meeting"].c
_a = metadata.tables["attendance"].c
_item_table = metadata.tables["agenda_item"]
_i = _item_table.c

_TEMPLATES = {template.value: template for template in Template}
SERIES_FIELDS = ("id", "template", "title", "rule", "local_start", "zone", "minutes", "minutes_before", "active")
_ALL_SERIES = select(*(_s[name] for name in SERIES_FIELDS)).where(in_clinic("huddle_series")).order_by(_s.title, _s.id)
_ACTIVE = _ALL_SERIES.where(_s.active)
_ONE_SERIES = _ALL_SERIES.where(_s.id == bindparam("id"))
_SAVE_SERIES = upsert("huddle_series")

_IN_MEETING = (_a.workspace == _m.workspace, _a.clinic == _m.clinic, _a.series == _m.series, _a.local_at == _m.local_at)
MEETING = (_m.series, _m.local_at, _m.at, _m.state, _m.by, _a.user)
WITH_PEOPLE = metadata.tables["meeting"].outerjoin(metadata.tables["attendance"], and_(*_IN_MEETING))
_MEETINGS = select(*MEETING).select_from(WITH_PEOPLE).where(in_clinic("meeting")).order_by(_a.user)
_MEETING = _MEETINGS.where(_m.series == bindparam("series"), _m.local_at == bindparam("local_at"))
_last = (
    select(_m.series, _m.local_at)
    .where(in_clinic("meeting"), _m.state == MeetingState.HELD.value)
    .order_by(_m.at.desc(), _m.series)
    .limit(1)
    .subquery()
)
_LAST_HELD = _MEETINGS.join(_last, (_last.c.series == _m.series) & (_last.c.local_at == _m.local_at))
_SAVE_MEETING = upsert("meeting")
_SAY_HERE = insert_or_nothing("attendance")
_HELD_COUNT = (
    select(_m.state, func.count())
    .where(
        in_clinic("meeting"), _m.at >= bindparam("since", type_=Instant()), _m.at < bindparam("until", type_=Instant())
    )
    .group_by(_m.state)
)

_items_of_series = _i.series == bindparam("of_series")
ITEM = (_i.id, _i.series, _i.text, _i.by, _i.added_at)
_ITEMS = (
    select(*ITEM).where(in_clinic("agenda_item"), _items_of_series, _i.closed_at.is_(None)).order_by(_i.added_at, _i.id)
)
_ADD_ITEM = insert_or_nothing("agenda_item")
_CLOSE_ITEMS = (
    update(_item_table)
    .where(in_clinic("agenda_item", "of_"), _items_of_series, _i.closed_at.is_(None))
    .where(_i.added_at <= bindparam("added_until", type_=Instant()))
    .values(closed_at=bindparam("began_at", type_=Instant()))
)
_REOPEN_ITEMS = (
    update(_item_table)
    .where(in_clinic("agenda_item", "of_"), _items_of_series, _i.closed_at == bindparam("began_at", type_=Instant()))
    .values(closed_at=None)
)
_REMOVE_ITEM = delete(_item_table).where(in_clinic("agenda_item"), _i.id == bindparam("id"))


class SqlHuddleBook:
    """`mat.ports.HuddleBook` in SQL."""

    __slots__ = ("_unit",)

    def __init__(self, unit: ClinicUnit) -> None:
        self._unit = unit

    async def series(self, *, active_only: bool = True) -> tuple[HuddleSeries, ...]:
        return tuple(to_series(row) for row in await self._unit.rows(_ACTIVE if active_only else _ALL_SERIES))

    async def one(self, series: str) -> HuddleSeries | None:
        row = await self._unit.first(_ONE_SERIES, id=series)
        return None if row is None else to_series(row)

    async def save_series(self, series: HuddleSeries) -> None:
        await self._unit.run(
            _SAVE_SERIES,
            **{name: getattr(series, name) for name in SERIES_FIELDS} | {"template": series.template.value},
        )

    async def meeting(self, series: str, local_at: datetime) -> Meeting | None:
        return to_meeting(await self._unit.rows(_MEETING, series=series, local_at=local_at))

    async def save_meeting(self, meeting: Meeting) -> None:
        of = {"series": meeting.series, "local_at": meeting.local_at}
        await self._unit.run(_SAVE_MEETING, **of, at=meeting.at, state=meeting.state.value, by=meeting.by)
        await self._unit.run_each(_SAY_HERE, [{**of, "user": user} for user in meeting.here])

    async def say_here(self, series: str, local_at: datetime, user: str) -> None:
        await self._unit.run(_SAY_HERE, series=series, local_at=local_at, user=user)

    async def last_held(self) -> Meeting | None:
        return to_meeting(await self._unit.rows(_LAST_HELD))

    async def held_count(self, since: datetime, until: datetime) -> HeldCount:
        counts: dict[str, int] = dict(
            tuple(row) for row in await self._unit.rows(_HELD_COUNT, since=since, until=until)
        )
        called_off = counts.get(MeetingState.CALLED_OFF.value, 0)
        return HeldCount(sum(counts.values()) - called_off, counts.get(MeetingState.HELD.value, 0))

    async def items(self, series: str) -> tuple[AgendaItem, ...]:
        return tuple(AgendaItem(*row) for row in await self._unit.rows(_ITEMS, of_series=series))

    async def add_item(self, item: AgendaItem) -> None:
        await self._unit.run(
            _ADD_ITEM,
            id=item.id,
            series=item.series,
            text=item.text,
            by=item.by,
            added_at=item.added_at,
            closed_at=None,
        )

    async def close_items(self, series: str, began_at: datetime, added_until: datetime) -> None:
        await self._unit.update(_CLOSE_ITEMS, of_series=series, began_at=began_at, added_until=added_until)

    async def reopen_items(self, series: str, began_at: datetime) -> None:
        await self._unit.update(_REOPEN_ITEMS, of_series=series, began_at=began_at)

    async def remove_item(self, item: str) -> None:
        await self._unit.run(_REMOVE_ITEM, id=item)


def to_series(row: Sequence[Any]) -> HuddleSeries:
    """A series from the columns in `SERIES_FIELDS`."""
    id_, template, *rest = row
    return HuddleSeries(id_, _TEMPLATES[template], *rest)


def to_meeting(rows: Sequence[Sequence[Any]]) -> Meeting | None:
    """One meeting from its rows, one for each person who was there or a single one without a person."""
    if not rows:
        return None
    series, local_at, at, state, by, _ = rows[0]
    return Meeting(series, local_at, at, MeetingState(state), by, tuple(row[5] for row in rows if row[5]))
