"""What planner and courier read and write of many clinics at once: a few statements, however many clinics there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

from sqlalchemy import and_, bindparam, or_, select

from mat.clinic import Clinic
from mat.closures import NEVER_CLOSED
from mat.delivery import Occurrence, Post, PostKind, Schedule
from mat.due import DueSchedule
from mat.gathered import ClinicKey, Gathered, Load, Standing, Traces
from mat.huddles import Meeting
from store import schedules
from store.bulk import bulk_insert, bulk_update
from store.clinics import record as clinic_record
from store.columns import Instant
from store.gathering import RowsOf, of_keys
from store.load import crowds, load_of
from store.statements import TENANT
from store.tables import metadata
from store.unit import Unit

_tables = metadata.tables
_s, _clinic, _o = (_tables[name].c for name in ("schedule", "clinic", "occurrence"))

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
_READY_CLINICS = (
    select(_tables["clinic"])
    .where(_clinic.ready, _clinic.workspace >= bindparam("workspace"))
    .where(or_(_clinic.workspace > bindparam("workspace"), _clinic.clinic > bindparam("clinic")))
    .order_by(_clinic.workspace, _clinic.clinic)
    .limit(bindparam("limit"))
)
_THERE = of_keys(select(_o.id), _o.id)


def _plain(name: str) -> str:
    return f"{name}._value_" if name in {"kind", "state"} else name


# What was never tried is alike in the rest.
_UNTRIED = {
    "state": "'pending'",
    "attempts": "0",
    "intent_at": "NULL",
    "repeat": "FALSE",
    "extra": "FALSE",
    "error": "''",
    "note": "''",
    "sent_channel": "''",
    "sent_ts": "''",
    "sent_at": "NULL",
}
_POST = [field.name for field in fields(Post) if field.name not in _UNTRIED]
_OCCURRENCE = [field.name for field in fields(Occurrence)]
_values_of_post = attrgetter(*map(_plain, _POST))
_values_of_occurrence = attrgetter(*map(_plain, _OCCURRENCE))
_ADD_OCCURRENCES = bulk_insert("occurrence", _OCCURRENCE)
_ADD_POSTS = bulk_insert("post", _POST, _UNTRIED)
_ADD_MEETINGS = bulk_insert("meeting", (*TENANT, "series", "local_at", "at", "state", "by"))
_ADVANCE = bulk_update("schedule", ("next_local", "next_at", "since"), key=("id", *TENANT))


class SqlPlanning:
    """`mat.ports.Planning` in SQL."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def due(self, now: datetime, limit: int, to_people: Collection[PostKind]) -> tuple[DueSchedule, ...]:
        rows = await self._unit.rows(_DUE, {"now": now, "limit": limit})
        due = sorted((schedules.record(row) for row in rows), key=attrgetter("next_at", "id"))
        keys, rows_of = {(one.workspace, one.clinic) for one in due}, RowsOf(self._unit)
        clinics, closures, people = (
            await rows_of.clinics(keys),
            await rows_of.closures(keys),
            await rows_of.people({(one.workspace, one.clinic) for one in due if one.kind in to_people}),
        )
        series = await rows_of.series({(one.workspace, one.clinic, one.subject) for one in due if one.subject})
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
            ids = frozenset(id_ for (id_,) in await RowsOf(self._unit).rows(_THERE, [(id_,) for id_ in ids]))
        posts = [_values_of_post(post) for occurrence, posts in planned if occurrence.id in ids for post in posts]
        await _ADD_POSTS.run(self._unit, posts)
        return ids

    async def open_meetings(self, meetings: Iterable[tuple[Clinic, Meeting]]) -> None:
        rows = [(of.workspace, of.id, m.series, m.local_at, m.at, m.state.value, m.by) for of, m in meetings]
        await _ADD_MEETINGS.run(self._unit, rows)

    async def advance(self, moved: Iterable[Schedule]) -> None:
        rows = [(s.next_local, s.next_at, s.since, s.id, s.workspace, s.clinic) for s in moved]
        await _ADVANCE.run(self._unit, rows)

    async def standing(self, after: ClinicKey | None, limit: int) -> Sequence[Standing]:
        workspace, clinic = after or ("", "")
        values = {"workspace": workspace, "clinic": clinic, "limit": limit}
        page = [clinic_record(row) for row in await self._unit.rows(_READY_CLINICS, values)]
        keys, rows_of = [(clinic.workspace, clinic.id) for clinic in page], RowsOf(self._unit)
        standing, closures = await rows_of.schedules(keys), await rows_of.closures(keys)
        return [
            Standing(clinic, standing.get(key, ()), closures.get(key, NEVER_CLOSED))
            for key, clinic in zip(keys, page, strict=True)
        ]

    async def traces(self, clinics: Sequence[ClinicKey], since: datetime) -> Mapping[ClinicKey, Traces]:
        return await RowsOf(self._unit).traces(clinics, since)

    async def load(self, workspace: str) -> tuple[Load, ...]:
        return await load_of(self._unit, workspace)

    async def crowds(self, at_least: int) -> tuple[str, ...]:
        return await crowds(self._unit, at_least)

    async def gather(self, posts: Sequence[Post], to_people: Collection[PostKind]) -> Gathered:
        clinics = {(post.workspace, post.clinic) for post in posts}
        with_people = {(post.workspace, post.clinic) for post in posts if post.kind in to_people}
        times = {((p.workspace, p.clinic, p.subject), p.local_at) for p in posts if p.subject and p.local_at}
        series, rows_of = {of for of, _ in times}, RowsOf(self._unit)
        return Gathered(
            asked=frozenset(clinics),
            asked_people=frozenset(with_people),
            asked_series=frozenset(series),
            asked_times=frozenset(times),
            clinics=await rows_of.clinics(clinics),
            closures=await rows_of.closures(clinics),
            people=await rows_of.people(with_people),
            series=await rows_of.series(series),
            meetings=await rows_of.meetings(series, [local for _, local in times]),
            items=await rows_of.items(series),
        )
