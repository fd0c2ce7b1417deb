"""From how many concerns on a clinic's digest shows figures: the clinic's own choice."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mat.concerns.digest import GROUP_SIZE, check_group_size
from mat.concerns.records import ClinicKey
from store.concerns.base import Base
from store.concerns.tables import groups


class Groups(Base):
    """Implements the group sizes of `mat.concerns.ConcernClock`."""

    async def group_size(self, clinic: ClinicKey) -> int:
        async with self._reading() as connection:
            return await group_size_of(connection, clinic)

    async def set_group_size(self, clinic: ClinicKey, k: int) -> None:
        row = {"workspace": clinic.workspace, "clinic": clinic.clinic, "k": check_group_size(k)}
        async with self._writing() as connection:
            await connection.execute(delete(groups).where(_whose(clinic)))
            await connection.execute(groups.insert(), row)


async def group_size_of(connection: AsyncConnection, clinic: ClinicKey) -> int:
    """What the clinic has chosen, else the usual number."""
    chosen = (await connection.execute(select(groups.c.k).where(_whose(clinic)))).scalar()
    return GROUP_SIZE if chosen is None else int(chosen)


def _whose(clinic: ClinicKey) -> ColumnElement[bool]:
    return and_(groups.c.workspace == clinic.workspace, groups.c.clinic == clinic.clinic)
