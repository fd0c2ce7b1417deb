"""Retention: what is past its time goes, keys before rows, and everything of a week at once."""

from __future__ import annotations

import asyncio
from datetime import date

from sqlalchemy import delete, select

from mat.concerns.retention import first_kept, key_is_over
from store.concerns.base import Base
from store.concerns.rewrite import shuffle, stand_alone
from store.concerns.tables import concerns, notes


class Expiry(Base):
    """Implements `mat.concerns.ConcernClock.expire`."""

    async def expire(self, today: date, days: int) -> None:
        # Keys first: on a full disk rows cannot go, and without the key nobody reads them.
        await asyncio.to_thread(self._destroy_keys, today, days)
        # Weeks are ordered by time as text too.
        past = concerns.c.week < str(first_kept(today, days))
        async with self._reading() as connection:
            if (await connection.execute(select(concerns.c.id).where(past).limit(1))).first() is None:
                return
        async with self._writing() as connection:
            await stand_alone(connection, patiently=True)
            of_them = select(concerns.c.id).where(past)
            await connection.execute(delete(notes).where(notes.c.concern.in_(of_them)))
            await connection.execute(delete(concerns).where(past))
            await shuffle(connection)

    def _destroy_keys(self, today: date, days: int) -> None:
        over = [month for month in self._keys.months() if key_is_over(month, today, days)]
        if over:
            with self._keys.changing():
                self._keys.destroy([name for month in over for name in self._keys.files(month)], today)
