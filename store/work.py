"""Units of work on the main store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from mat.clinic import Clinic
from store.asks import SqlAskBook
from store.clinics import SqlClinicBook
from store.closures import SqlClosureBook
from store.engine import Engines
from store.handled import SqlHandledBook
from store.huddles import SqlHuddleBook
from store.installations import SqlInstallationBook
from store.milestones import SqlMilestoneBook
from store.outbox import SqlOutbox
from store.planning import SqlPlanning
from store.roster import SqlRosterBook
from store.schedules import SqlScheduleBook
from store.trouble import in_our_words
from store.unit import ClinicUnit, Unit


class SqlClinicBooks:
    """`mat.ports.ClinicBooks` in SQL."""

    def __init__(self, unit: ClinicUnit) -> None:
        self._unit = unit

    @cached_property
    def roster(self) -> SqlRosterBook:
        return SqlRosterBook(self._unit)

    @cached_property
    def milestones(self) -> SqlMilestoneBook:
        return SqlMilestoneBook(self._unit)

    @cached_property
    def huddles(self) -> SqlHuddleBook:
        return SqlHuddleBook(self._unit)

    @cached_property
    def asks(self) -> SqlAskBook:
        return SqlAskBook(self._unit)

    @cached_property
    def closures(self) -> SqlClosureBook:
        return SqlClosureBook(self._unit)

    @cached_property
    def schedules(self) -> SqlScheduleBook:
        return SqlScheduleBook(self._unit)


class SqlBooks:
    """`mat.ports.Books` in SQL."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    @cached_property
    def clinics(self) -> SqlClinicBook:
        return SqlClinicBook(self._unit)

    @cached_property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._unit)

    @cached_property
    def planning(self) -> SqlPlanning:
        return SqlPlanning(self._unit)

    @cached_property
    def installations(self) -> SqlInstallationBook:
        return SqlInstallationBook(self._unit)

    @cached_property
    def handled(self) -> SqlHandledBook:
        return SqlHandledBook(self._unit)

    def at(self, clinic: Clinic) -> SqlClinicBooks:
        return SqlClinicBooks(ClinicUnit(self._unit, clinic.workspace, clinic.id))

    async def commit(self) -> None:
        await self._unit.commit()


class SqlWork:
    """`mat.ports.Work` on the engines of the main store.

    Raises `StoreIsBusy`, `StoreIsReadOnly`, `StoreIsFull`, `StoreIsAway` or `StoreIsBehind`; others pass as they are.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlBooks]:
        async with self._unit(self._engines.reader, writes=False) as books:
            yield books

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[SqlBooks]:
        async with self._unit(self._engines.writer, writes=True) as books:
            yield books

    @asynccontextmanager
    async def _unit(self, engine: AsyncEngine, *, writes: bool) -> AsyncIterator[SqlBooks]:
        try:
            unit = Unit(engine, writes=writes)
            try:
                yield SqlBooks(unit)
            finally:
                await unit.close()
        except SQLAlchemyError as error:
            ours = in_our_words(error)
            if ours is None:
                raise
            raise ours from None
