"""What may be told to everybody: the readers' public sentences, said once a month after a reader's yes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mat.concerns.digest import group_size, may_tell
from mat.concerns.records import ClinicKey, PublicLine, Status
from mat.concerns.said import SaidState, in_order
from mat.concerns.weeks import IsoWeek
from mat.errors import SaidChanged
from store.concerns.base import Base, all_rows, of_clinic
from store.concerns.clock import state_of
from store.concerns.groups import group_size_of
from store.concerns.rewrite import stand_alone
from store.concerns.tables import concerns, saids

# Rows that Home looks through for its few lines: several concerns may share one sentence.
LOOKED_THROUGH = 24


class Publisher(Base):
    """Implements `mat.concerns.ConcernPublisher`."""

    async def unsaid(self, clinic: ClinicKey) -> tuple[PublicLine, ...]:
        async with self._reading() as connection:
            return in_order(await self._waiting(connection, clinic))

    async def held_back(self, clinic: ClinicKey) -> bool:
        async with self._reading() as connection:
            found = await self._written(connection, clinic)
            return len(await _tellable(connection, clinic, found)) < len(found)

    async def said_state(self, clinic: ClinicKey, month: str) -> SaidState:
        async with self._reading() as connection:
            return await _state(connection, clinic, month) or SaidState.OPEN

    async def approve(self, clinic: ClinicKey, month: str, wording: Mapping[PublicLine, str]) -> bool:
        async with self._writing() as connection:
            # Of two readers at once the second finds what the first has decided.
            await stand_alone(connection)
            if not await _decide(connection, clinic, month, SaidState.APPROVED):
                return False
            waiting = await self._waiting(connection, clinic)
            if wording.keys() - waiting.keys():
                raise SaidChanged
            for line, text in wording.items():
                for row in waiting[line]:
                    sealed = self._keys.seal(IsoWeek.parse(row.week).month, text)
                    # One public sentence for a concern: who looks up the receipt reads what everybody read.
                    changed = {"sentence": sealed, "said": sealed, "said_status": row.status, "said_month": month}
                    await connection.execute(update(concerns).where(concerns.c.id == row.id), changed)
        return True

    async def put_off(self, clinic: ClinicKey, month: str) -> bool:
        async with self._writing() as connection:
            await stand_alone(connection)
            return await _decide(connection, clinic, month, SaidState.PUT_OFF)

    async def approved(self) -> tuple[tuple[ClinicKey, str], ...]:
        columns = (saids.c.workspace, saids.c.clinic, saids.c.month)
        waiting = select(*columns).where(saids.c.state == SaidState.APPROVED.value).order_by(*columns)
        async with self._reading() as connection:
            return tuple(
                (ClinicKey(row.workspace, row.clinic), row.month) for row in await all_rows(connection, waiting)
            )

    async def handed_over(self, clinic: ClinicKey, month: str) -> None:
        async with self._writing() as connection:
            await connection.execute(update(saids).where(_of(clinic, month)), {"state": SaidState.POSTED.value})

    async def said(self, clinic: ClinicKey, month: str) -> tuple[PublicLine, ...]:
        async with self._reading() as connection:
            rows = await all_rows(connection, select(concerns).where(of_clinic(clinic), concerns.c.said_month == month))
        return in_order(line for row in rows if (line := self._line(row, row.said_status, row.said)))

    async def said_and_done(self, clinic: ClinicKey, limit: int = 3) -> tuple[PublicLine, ...]:
        told = select(concerns).where(of_clinic(clinic), concerns.c.said_month.is_not(None))
        newest = told.order_by(concerns.c.said_month.desc(), concerns.c.id).limit(LOOKED_THROUGH)
        async with self._reading() as connection:
            rows = await all_rows(connection, newest)
        months: dict[str, list[PublicLine]] = defaultdict(list)
        for row in rows:
            if line := self._line(row, row.said_status, row.said):
                months[row.said_month].append(line)
        # One sentence told in two months stands once, with the newest.
        return tuple(dict.fromkeys(line for lines in months.values() for line in in_order(lines)))[:limit]

    async def _waiting(self, connection: AsyncConnection, clinic: ClinicKey) -> dict[PublicLine, list[Row[Any]]]:
        """The released concerns behind each public line that may be told and that nobody was told as it stands now."""
        return await _tellable(connection, clinic, await self._written(connection, clinic))

    async def _written(self, connection: AsyncConnection, clinic: ClinicKey) -> dict[PublicLine, list[Row[Any]]]:
        """The same with those that may not be told yet."""
        public = select(concerns).where(
            of_clinic(clinic), concerns.c.batch.is_not(None), concerns.c.sentence.is_not(None)
        )
        found: dict[PublicLine, list[Row[Any]]] = defaultdict(list)
        for row in await all_rows(connection, public):
            line = self._line(row, row.status, row.sentence)
            if line and line != self._line(row, row.said_status, row.said):
                found[line].append(row)
        return found

    def _line(self, row: Row[Any], status: str | None, sealed: bytes | None) -> PublicLine | None:
        """None where nothing was written, or its key is gone."""
        sentence = self._opened(row.week, sealed) if sealed else None
        return PublicLine(Status(status), sentence) if sentence and status else None


async def _tellable(
    connection: AsyncConnection, clinic: ClinicKey, found: dict[PublicLine, list[Row[Any]]]
) -> dict[PublicLine, list[Row[Any]]]:
    """Without the lines that would tell too much beside the digest; they wait until more concerns have been released."""
    state = await state_of(connection, clinic)
    columns = concerns.c.id, concerns.c.batch, concerns.c.said_month
    released = select(*columns).where(of_clinic(clinic), concerns.c.batch.is_not(None))
    weeks = [(row, IsoWeek.of(date.fromisoformat(row.batch))) for row in await all_rows(connection, released)]
    running = {row.id: row.said_month for row, week in weeks if state is None or week >= state.since}
    k, told = (
        group_size(state, await group_size_of(connection, clinic)),
        sum(month is not None for month in running.values()),
    )
    waits = set[PublicLine]()
    for line in in_order(found):
        # Of a period that was shown, or told before in other words: no further concern shows by it.
        if any(running.get(row.id, "shown") for row in found[line]):
            continue
        if may_tell(len(running), told, k):
            told += 1
        else:
            waits.add(line)
    return {line: rows for line, rows in found.items() if line not in waits}


def _of(clinic: ClinicKey, month: str) -> ColumnElement[bool]:
    return and_(saids.c.workspace == clinic.workspace, saids.c.clinic == clinic.clinic, saids.c.month == month)


async def _state(connection: AsyncConnection, clinic: ClinicKey, month: str) -> SaidState | None:
    found = (await connection.execute(select(saids.c.state).where(_of(clinic, month)))).scalar()
    return SaidState(found) if found else None


async def _decide(connection: AsyncConnection, clinic: ClinicKey, month: str, state: SaidState) -> bool:
    """Keeps the decision; False where the month's post was approved before."""
    before = await _state(connection, clinic, month)
    if before is None:
        row = {"workspace": clinic.workspace, "clinic": clinic.clinic, "month": month, "state": state.value}
        await connection.execute(saids.insert(), row)
        return True
    if before is not SaidState.PUT_OFF:
        return False
    await connection.execute(update(saids).where(_of(clinic, month)), {"state": state.value})
    return True
