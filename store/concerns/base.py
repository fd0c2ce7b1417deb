"""What intake, inbox and clock share: engines, keys, the scrub, and errors that carry no statement and no text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import ColumnElement, Executable, Row, and_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from mat.concerns.records import ClinicKey
from mat.concerns.weeks import IsoWeek
from mat.errors import ConcernTooOld, NoSuchConcern, StoreIsAway
from store.concerns.keys import KeyFolder
from store.concerns.scrub import Scrubber
from store.concerns.tables import concerns
from store.engine import Engines
from store.trouble import in_our_words


class Base:
    """Engines and keys of one open concern store."""

    def __init__(self, engines: Engines, keys: KeyFolder, scrubber: Scrubber) -> None:
        self._engines = engines
        self._keys = keys
        self._scrubber = scrubber

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        async with open_connection(self._engines.reader, begin=False) as connection:
            yield connection

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed on the way out; the scrub follows by itself."""
        async with open_connection(self._engines.writer, begin=True) as connection:
            yield connection
        self._scrubber.wake()

    async def _released(
        self, connection: AsyncConnection, clinic: ClinicKey, concern: str, *, held: bool = False
    ) -> Row[Any]:
        """The row of a released concern of this clinic. `held`: for this transaction alone, until its end. Raises NoSuchConcern."""
        asked = concerns.select().where(is_released(clinic, concern))
        row = (await connection.execute(asked.with_for_update() if held else asked)).first()
        if row is None:
            raise NoSuchConcern
        return row

    def _opened(self, week: str, sealed: bytes) -> str | None:
        """A sealed text; None once retention has destroyed its key."""
        try:
            return self._keys.open(IsoWeek.parse(week).month, sealed)
        except ConcernTooOld:
            return None


def of_clinic(clinic: ClinicKey) -> ColumnElement[bool]:
    return and_(concerns.c.workspace == clinic.workspace, concerns.c.clinic == clinic.clinic)


def is_released(clinic: ClinicKey, concern: str) -> ColumnElement[bool]:
    """One concern by the id that readers see, if it is this clinic's and released."""
    try:
        name = bytes.fromhex(concern)
    except ValueError:
        raise NoSuchConcern from None
    return and_(of_clinic(clinic), concerns.c.id == name, concerns.c.batch.is_not(None))


async def all_rows(connection: AsyncConnection, statement: Executable) -> list[Row[Any]]:
    return list((await connection.execute(statement)).all())


@asynccontextmanager
async def open_connection(engine: AsyncEngine, *, begin: bool) -> AsyncIterator[AsyncConnection]:
    """A connection, in a transaction that commits on the way out where `begin`. Raises what `store.trouble` makes of an error."""
    try:
        async with engine.begin() if begin else engine.connect() as connection:
            yield connection
    except SQLAlchemyError as broken:
        # `from None`: a database error holds the statement and its values, and must not travel with ours.
        raise (in_our_words(broken) or StoreIsAway()) from None
