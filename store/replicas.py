"""What several processes on one Postgres know of each other: who owns a lane, and who holds a lease.

It lies in a schema of its own, beside the queue that hands out lanes, and is no part of a backup: it is about processes that run
now. Times are the database's, so that no two machines need the same clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Executable,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from store.engine import lock_migrations, migration_engine
from store.trouble import in_our_words

SCHEMA = "replicas"
# Any fixed number that no other program on the same Postgres is likely to lock; its second half is the lane.
LANE_LOCK = 6_062_028

_tables = MetaData(schema=SCHEMA)
_lane = Table(
    "lane",
    _tables,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("progress_at", DateTime(timezone=True), nullable=False),
)
_lease = Table(
    "lease",
    _tables,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)

# The clock, not the start of the transaction: what waits for a lock must not be older than it is.
_NOW = func.clock_timestamp()
_IN_SECONDS = _NOW + func.make_interval(0, 0, 0, 0, 0, 0, bindparam("seconds"))
_AGO = _NOW - func.make_interval(0, 0, 0, 0, 0, 0, bindparam("seconds"))

_ALONE = text("SELECT pg_advisory_xact_lock(:lock, :lane)").bindparams(lock=LANE_LOCK)
_TOGETHER = text(
    "SELECT pg_advisory_xact_lock_shared(:lock, lane) FROM unnest(CAST(:lanes AS int[])) AS lane ORDER BY lane"
)
_TAKE = (
    insert(_lane)
    .values(lane=bindparam("lane"), epoch=1, progress_at=_NOW)
    .on_conflict_do_update(index_elements=["lane"], set_={"epoch": _lane.c.epoch + 1, "progress_at": _NOW})
    .returning(_lane.c.epoch)
)
_WAKE = (
    insert(_lane)
    .values(lane=bindparam("lane"), epoch=0, progress_at=_NOW)
    .on_conflict_do_update(index_elements=["lane"], set_={"progress_at": _NOW})
)
_TOUCH = (
    update(_lane)
    .where(_lane.c.lane == bindparam("of_lane"), _lane.c.epoch == bindparam("of_epoch"))
    .values(progress_at=_NOW)
    .returning(_lane.c.lane)
)
_STILL = select(_lane.c.lane).where(_lane.c.progress_at < _AGO)
_EPOCHS = select(_lane.c.lane, _lane.c.epoch).where(_lane.c.lane == any_(bindparam("lanes", type_=ARRAY(Integer))))
_HOLD = (
    insert(_lease)
    .values(name=bindparam("name"), owner=bindparam("owner"), until=_IN_SECONDS)
    .on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": bindparam("owner"), "until": _IN_SECONDS},
        where=or_(_lease.c.owner == bindparam("owner"), _lease.c.until < _NOW),
    )
    .returning(_lease.c.name)
)
_LET_GO = delete(_lease).where(_lease.c.name == bindparam("of_name"), _lease.c.owner == bindparam("of_owner"))

FENCE: tuple[Executable, Executable] = (_TOGETHER, _EPOCHS)
"""Both in the transaction of the intents, in this order: until it ends nobody takes these lanes over."""


def version_at(url: str) -> str:
    """Which version the schema of replicas is at; empty where there is none."""
    engine = migration_engine(url)
    try:
        with engine.connect() as connection:
            return _version(connection)
    finally:
        engine.dispose()


def prepare(url: str, version: str, scripts: Callable[[str], Iterable[str]]) -> None:
    """Brings the schema to a version, in one transaction. `scripts`: from the version it is at, what is to be run in it."""
    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            lock_migrations(connection)
            found = _version(connection)
            if found == version:
                return
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            connection.exec_driver_sql(f"SET LOCAL search_path = {SCHEMA}")
            driver: Any = connection.connection.driver_connection
            for script in scripts(found):
                driver.execute(script)
            _tables.create_all(connection)
            driver.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{version}'")
    finally:
        engine.dispose()


def _version(connection: Any) -> str:
    found = connection.execute(text("SELECT obj_description(to_regnamespace(:name), 'pg_namespace')"), {"name": SCHEMA})
    return str(found.scalar_one() or "")


class Replicas:
    """Owners of lanes and holders of leases. Raises what `store.trouble` makes of a store that does not answer."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def take(self, lane: int) -> int:
        """Makes the caller the only owner of a lane; its epoch. From here on no intent of an earlier owner is granted."""
        return int((await self._run((_ALONE, {"lane": lane}), (_TAKE, {"lane": lane})))[0][0])

    async def touch(self, lane: int, epoch: int) -> bool:
        """Notes that the owner is alive; False where it is the owner no more."""
        return bool(await self._run((_TOUCH, {"of_lane": lane, "of_epoch": epoch})))

    async def wake(self, lanes: Sequence[int]) -> None:
        """Notes that these lanes are about to be handed out: from here on their owners have to show progress."""
        if lanes:
            async with self._engine.begin() as connection:
                await connection.execute(_WAKE, [{"lane": lane} for lane in sorted(lanes)])

    async def still(self, seconds: float) -> Collection[int]:
        """Lanes whose owner has shown nothing for so long."""
        return {row[0] for row in await self._run((_STILL, {"seconds": seconds}))}

    async def hold(self, name: str, owner: str, seconds: float) -> bool:
        """Takes or renews a lease for so long; False where somebody else holds it."""
        return bool(await self._run((_HOLD, {"name": name, "owner": owner, "seconds": seconds})))

    async def let_go(self, name: str, owner: str) -> None:
        await self._run((_LET_GO, {"of_name": name, "of_owner": owner}))

    async def _run(self, *statements: tuple[Executable, dict[str, Any]]) -> Sequence[Row[Any]]:
        """In one transaction; the rows of the last one."""
        try:
            async with self._engine.begin() as connection:
                for statement, values in statements:
                    result = await connection.execute(statement, values)
                return result.all() if result.returns_rows else []
        except SQLAlchemyError as error:
            raise (in_our_words(error) or error) from None
