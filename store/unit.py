"""One unit of work on one connection: runs statements, and holds a clinic while it is being changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable, Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store.tables import metadata

Values = Mapping[str, Any]
AnyRow = Row[*tuple[Any, ...]]
Portable = Mapping[str, Executable]
"""The same statement in the words of each database, by SQLAlchemy's name of the dialect."""

_clinic = metadata.tables["clinic"].c
_HOLD = (
    select(_clinic.clinic)
    .where(_clinic.workspace == bindparam("workspace"), _clinic.clinic == bindparam("clinic"))
    .with_for_update()
)

# Some drivers forget how many rows an INSERT added once its cursor is closed.
_COUNTED = {"preserve_rowcount": True}


class Unit:
    """Statements of one unit of work, past the ORM: books want plain rows. It has a connection from its first statement on."""

    __slots__ = ("_connection", "_engine", "_held", "dialect", "writes")

    def __init__(self, engine: AsyncEngine, *, writes: bool) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._held: set[tuple[str, str]] = set()
        self.dialect = engine.dialect.name
        self.writes = writes

    async def rows(self, statement: Executable, values: Values) -> Sequence[AnyRow]:
        connection = self._connection or await self._connect()
        return (await connection.execute(statement, values)).all()

    async def first(self, statement: Executable, values: Values) -> AnyRow | None:
        """The first row of a statement that gives a few at most."""
        found = await self.rows(statement, values)
        return found[0] if found else None

    async def run(self, statement: Executable | Portable, values: Values | Sequence[Values]) -> int:
        """Changes rows; how many. A sequence of values runs it once for each."""
        connection = self._connection or await self._connect()
        chosen = statement[self.dialect] if isinstance(statement, Mapping) else statement
        return (await connection.execute(chosen, values, execution_options=_COUNTED)).rowcount

    async def driver(self, sql: str, values: tuple[Any, ...] | list[tuple[Any, ...]]) -> int:
        """Changes rows by a statement in the words of the driver, for `store.bulk`; a list of values runs it once for each."""
        connection = self._connection or await self._connect()
        return (await connection.exec_driver_sql(sql, values, execution_options=_COUNTED)).rowcount

    async def hold(self, workspace: str, clinic: str) -> None:
        """While this unit writes, other writing units on the clinic wait: what it reads stays true until it commits.

        On SQLite every writing unit already has the store to itself (BEGIN IMMEDIATE).
        """
        if self.writes and self.dialect != "sqlite" and (workspace, clinic) not in self._held:
            self._held.add((workspace, clinic))
            await self.rows(_HOLD, {"workspace": workspace, "clinic": clinic})

    async def commit(self) -> None:
        """Keeps what was changed, and lets go of the connection: whoever waits for it need not wait for the end of the unit."""
        if self._connection is not None:
            await self._connection.commit()
        await self.close()

    async def close(self) -> None:
        """What was not committed is undone. It comes to its end even where the task is cancelled meanwhile."""
        connection, self._connection = self._connection, None
        self._held.clear()
        if connection is not None:
            await connection.__aexit__(None, None, None)

    async def _connect(self) -> AsyncConnection:
        self._connection = await self._engine.connect()
        return self._connection


class ClinicUnit:
    """A unit of work bound to one clinic: workspace and clinic go into the values of every statement."""

    __slots__ = ("_unit", "clinic", "workspace")

    def __init__(self, unit: Unit, workspace: str, clinic: str) -> None:
        self._unit = unit
        self.workspace = workspace
        self.clinic = clinic

    def bound(self, values: Values) -> dict[str, Any]:
        return {**values, "workspace": self.workspace, "clinic": self.clinic}

    async def rows(self, statement: Executable, **values: Any) -> Sequence[AnyRow]:
        await self._unit.hold(self.workspace, self.clinic)
        return await self._unit.rows(statement, self.bound(values))

    async def first(self, statement: Executable, **values: Any) -> AnyRow | None:
        found = await self.rows(statement, **values)
        return found[0] if found else None

    async def run(self, statement: Executable | Portable, **values: Any) -> int:
        await self._unit.hold(self.workspace, self.clinic)
        return await self._unit.run(statement, self.bound(values))

    async def update(self, statement: Executable, **values: Any) -> int:
        """Runs an UPDATE bound to the clinic by `of_workspace` and `of_clinic`: plain names would mean what to set."""
        await self._unit.hold(self.workspace, self.clinic)
        return await self._unit.run(statement, {**values, "of_workspace": self.workspace, "of_clinic": self.clinic})

    async def run_each(self, statement: Executable | Portable, values: Sequence[Values]) -> None:
        if values:
            await self._unit.hold(self.workspace, self.clinic)
            await self._unit.run(statement, [self.bound(v) for v in values])
