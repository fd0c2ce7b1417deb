"""Clinics of a workspace, and forgetting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from mat.clinic import Clinic, Pace, Word
from store.forget import forget_clinic, forget_person
from store.statements import in_clinic, upsert
from store.tables import metadata
from store.unit import AnyRow, Unit

_table = metadata.tables["clinic"]
_c = _table.c
_r = metadata.tables["roster"].c
_m = metadata.tables["remembered_clinic"].c
_in_workspace = _c.workspace == bindparam("workspace")

_ALL = select(_table).order_by(_c.workspace, _c.name, _c.clinic)
_OF_WORKSPACE = _ALL.where(_in_workspace)
# A unit that writes holds the clinic it has read; SQLite leaves FOR UPDATE out, its writers are alone anyway.
_ONE = select(_table).where(in_clinic("clinic"))
_AT_CHANNEL = select(_table).where(_in_workspace, _c.channel == bindparam("channel")).order_by(_c.clinic)
_OF_PERSON = _OF_WORKSPACE.where(
    _c.clinic.in_(select(_r.clinic).where(_r.workspace == bindparam("workspace"), _r.user == bindparam("user"))),
)
_REMEMBERED = (
    select(_table)
    .join(
        metadata.tables["remembered_clinic"],
        (_m.workspace == _c.workspace) & (_m.clinic == _c.clinic),
    )
    .where(_in_workspace, _m.user == bindparam("user"))
)
_HELD = {False: (_ONE, _AT_CHANNEL), True: (_ONE.with_for_update(), _AT_CHANNEL.with_for_update())}
_SAVE = upsert("clinic")
_REMEMBER = upsert("remembered_clinic")


class SqlClinicBook:
    """`mat.ports.ClinicBook` in SQL. In a writing unit `get` and `at_channel` hold the clinic until the unit ends."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def get(self, workspace: str, clinic: str) -> Clinic | None:
        statement, _ = _HELD[self._unit.writes]
        return _one(await self._unit.first(statement, {"workspace": workspace, "clinic": clinic}))

    async def all(self, workspace: str | None = None) -> tuple[Clinic, ...]:
        if workspace is None:
            return _many(await self._unit.rows(_ALL, {}))
        return _many(await self._unit.rows(_OF_WORKSPACE, {"workspace": workspace}))

    async def at_channel(self, workspace: str, channel: str) -> Clinic | None:
        if not channel:
            return None
        _, statement = _HELD[self._unit.writes]
        return _one(await self._unit.first(statement, {"workspace": workspace, "channel": channel}))

    async def of_person(self, workspace: str, user: str) -> tuple[Clinic, ...]:
        return _many(await self._unit.rows(_OF_PERSON, {"workspace": workspace, "user": user}))

    async def remembered(self, workspace: str, user: str) -> Clinic | None:
        return _one(await self._unit.first(_REMEMBERED, {"workspace": workspace, "user": user}))

    async def remember(self, workspace: str, user: str, clinic: str) -> None:
        await self._unit.run(_REMEMBER, {"workspace": workspace, "user": user, "clinic": clinic})

    async def save(self, clinic: Clinic) -> None:
        await self._unit.hold(clinic.workspace, clinic.id)
        await self._unit.run(_SAVE, _values(clinic))

    async def forget_clinic(self, workspace: str, clinic: str) -> None:
        await self._unit.hold(workspace, clinic)
        await forget_clinic(self._unit, workspace, clinic)

    async def forget_person(self, workspace: str, user: str) -> None:
        await forget_person(self._unit, workspace, user)


def _values(clinic: Clinic) -> dict[str, Any]:
    return {
        "workspace": clinic.workspace,
        "clinic": clinic.id,
        "name": clinic.name,
        "zone": clinic.zone,
        "start": clinic.start,
        "tracks": ",".join(clinic.tracks),
        "word": clinic.word.value,
        "pace": clinic.pace.value,
        "channel": clinic.channel,
        "digest_at": clinic.digest_at,
        "concerns_at": clinic.concerns_at,
        "ready": clinic.ready,
    }


def _one(row: AnyRow | None) -> Clinic | None:
    return None if row is None else record(row)


def _many(rows: Sequence[AnyRow]) -> tuple[Clinic, ...]:
    return tuple(record(row) for row in rows)


def record(row: AnyRow) -> Clinic:
    """A clinic from all columns of its table."""
    workspace, clinic, name, zone, start, tracks, word, pace, channel, digest_at, concerns_at, ready = row
    of_tracks = tuple(tracks.split(",")) if tracks else ()
    return Clinic(
        workspace, clinic, name, zone, start, of_tracks, Word(word), Pace(pace), channel, digest_at, concerns_at, ready
    )
