"""Postgres keeps a place and a transaction number for every row version: writes all of them anew, in random order."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.concerns.tables import concerns, notes

TABLES = (concerns.name, notes.name)
# Longer than somebody who waits for an answer may wait for a lock: the clockwork is in no hurry.
_PATIENCE = "10s"


def on_server(connection: AsyncConnection) -> bool:
    return connection.dialect.name == "postgresql"


async def stand_alone(connection: AsyncConnection, *, patiently: bool = False) -> None:
    """From here to its end this transaction is alone with the rows; on SQLite every writer is. `patiently`: nobody waits for it.

    First thing in a transaction: whoever has looked at a row before and then waits for this lock could wait for ever.
    """
    if on_server(connection):
        if patiently:
            await connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
        await connection.execute(text(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE"))


async def take_turns(connection: AsyncConnection) -> None:
    """Lets this transaction begin only before or after one that stands alone, never beside it."""
    if on_server(connection):
        await connection.execute(text(f"LOCK TABLE {concerns.name} IN ROW EXCLUSIVE MODE"))


async def shuffle(connection: AsyncConnection) -> None:
    """Every row anew in random order, into new files, so that neither place nor transaction number nor a dead row tells an order.

    TRUNCATE gives a table new files, its toast and indexes too, and takes the old ones away at the commit: DELETE would leave the
    old rows in them until a vacuum. Only for who stands alone. On SQLite the scrub does this.
    """
    if not on_server(connection):
        return
    for name in TABLES:
        await connection.execute(text(f"CREATE TEMPORARY TABLE shuffled ON COMMIT DROP AS SELECT * FROM {name}"))  # noqa: S608 - our own names
        await connection.execute(text(f"TRUNCATE {name}"))
        # Not random(), which can be worked out from a few of its numbers.
        await connection.execute(text(f"INSERT INTO {name} SELECT * FROM shuffled ORDER BY gen_random_uuid()"))  # noqa: S608 - our own names
        await connection.execute(text("DROP TABLE shuffled"))
