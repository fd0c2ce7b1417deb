"""Rotation: fresh keys for every month, everything stored sealed to them anew, and the old ones destroyed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import LargeBinary, Row, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mat.concerns.weeks import IsoWeek
from mat.errors import ConcernTooOld, KeysUnusable
from store.concerns.base import Base, all_rows
from store.concerns.rewrite import shuffle, stand_alone
from store.concerns.tables import concerns, notes

# Others wait so long for their turn: a fraction of a second.
AT_ONCE = 100
_FIRST = b""
NOT_OF_A_MONTH = frozenset({"id", "concern", "answer_key", "sealed_back"})


class Rotation(Base):
    """Everything is sealed anew, not only what comes from now on: two keys in one week would tell which concern came before
    the rotation.
    """

    async def rotate(self, on: date) -> bool:
        """Whether everything stored could be sealed anew; what has lost its key stays as it is.

        Killed in between nothing is lost: the old keys go last. Raises KeysBusy, and what the store raises.
        """
        with self._keys.changing():
            months = self._keys.months()
            old = [name for month in months for name in self._keys.files(month)]
            for month in months:
                self._keys.fresh(month)
            whole = await self._all_anew()
            self._keys.destroy(old, on)
        return whole

    async def _all_anew(self) -> bool:
        """Row by row in the order of the random ids, so many in a transaction.

        The first transaction begins after everything that was sealed to an old key is stored: whoever seals does so alone with the
        rows or in turn with us (`take_turns`), and everything after it finds the fresh key.
        """
        whole, last = True, _FIRST
        while True:
            async with self._writing() as connection:
                await stand_alone(connection, patiently=True)
                some = select(concerns).where(concerns.c.id > last).order_by(concerns.c.id).limit(AT_ONCE)
                rows = await all_rows(connection, some)
                for row in rows:
                    whole &= await self._one_anew(connection, row)
                if not rows:
                    await shuffle(connection)
                    return whole
                last = rows[-1].id

    async def _one_anew(self, connection: AsyncConnection, row: Row[Any]) -> bool:
        month = IsoWeek.parse(row.week).month
        try:
            await self._change(connection, concerns, row, month)
            for note in await all_rows(connection, select(notes).where(notes.c.concern == row.id)):
                await self._change(connection, notes, note, month)
        except (ConcernTooOld, KeysUnusable):
            return False
        return True

    async def _change(self, connection: AsyncConnection, table: Table, row: Row[Any], month: str) -> None:
        old = {name: sealed for name in sealed_columns(table) if (sealed := getattr(row, name)) is not None}
        new = {
            name: self._keys.seal(month, self._keys.open(month, sealed))
            for name, sealed in old.items()
            if not self._keys.is_newest(month, sealed)
        }
        if new:
            this = [column == getattr(row, column.name) for column in table.primary_key.columns]
            await connection.execute(update(table).where(*this), new)


def sealed_columns(table: Table) -> tuple[str, ...]:
    """The columns that are sealed to a month's key: whatever holds bytes and is neither an id nor the submitter's."""
    return tuple(c.name for c in table.columns if isinstance(c.type, LargeBinary) and c.name not in NOT_OF_A_MONTH)
