"""Who is in a clinic's improvement team, and who looks after what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, delete, select

from mat.clinic import Duty, Member
from store.statements import in_clinic, insert_or_nothing
from store.tables import metadata
from store.unit import AnyRow, ClinicUnit

_table = metadata.tables["roster"]
_c = _table.c
_ALL = select(_c.user, _c.kind, _c.value).where(in_clinic("roster")).order_by(_c.user, _c.kind, _c.value)
_MEMBER = _ALL.where(_c.user == bindparam("user"))
_ONE_VALUE = (_c.kind == bindparam("kind"), _c.value == bindparam("value"))
_USERS = select(_c.user).where(in_clinic("roster"), *_ONE_VALUE).order_by(_c.user)
_CLEAR = delete(_table).where(in_clinic("roster"), *_ONE_VALUE)
_ADD = insert_or_nothing("roster")


class SqlRosterBook:
    """`mat.ports.RosterBook` in SQL."""

    __slots__ = ("_unit",)

    def __init__(self, unit: ClinicUnit) -> None:
        self._unit = unit

    async def all(self) -> tuple[Member, ...]:
        return _members(await self._unit.rows(_ALL))

    async def member(self, user: str) -> Member | None:
        found = _members(await self._unit.rows(_MEMBER, user=user))
        return found[0] if found else None

    async def people_with(self, duty: Duty) -> tuple[str, ...]:
        return tuple(row[0] for row in await self._unit.rows(_USERS, kind="duty", value=duty.value))

    async def set_role(self, role: str, users: Sequence[str]) -> None:
        await self._set("role", role, users)

    async def set_duty(self, duty: Duty, users: Sequence[str]) -> None:
        await self._set("duty", duty.value, users)

    async def _set(self, kind: str, value: str, users: Sequence[str]) -> None:
        await self._unit.run(_CLEAR, kind=kind, value=value)
        await self._unit.run_each(_ADD, [{"kind": kind, "value": value, "user": user} for user in users])


def _members(rows: Iterable[AnyRow]) -> tuple[Member, ...]:
    roles: dict[str, list[str]] = {}
    duties: dict[str, list[Duty]] = {}
    for user, kind, value in rows:
        mine = roles.setdefault(user, [])
        if kind == "role":
            mine.append(value)
        else:
            duties.setdefault(user, []).append(Duty(value))
    return tuple(Member(user, tuple(mine), frozenset(duties.get(user, ()))) for user, mine in roles.items())
