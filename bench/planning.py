"""How many due schedules a second the bot's planner turns into occurrences and posts, all committed, and what an empty tick takes.

    python -m bench.planning [sqlite|postgres …] [--schedules N]

Everything is due at one instant. Beside it stands what the database takes to insert the same rows with nothing worked out: the
ceiling.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import create_engine, func, insert, select, text

from bench.databases import POSTGRES, SQLITE, open_database
from bench.teams import Teams, fill_teams
from bot.memory import settle_memory
from scheduler.planner import Planner
from store.engine import open_engines, sync_url
from store.tables import metadata
from store.work import SqlWork

DUE_AT = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)
DUE_OF_A_TEAM = 5
PROBE_SECONDS = 0.02
EMPTY_TICKS = 50
GOALS = {SQLITE: 15_000, POSTGRES: 8_000}
TABLES = ("occurrence", "post")


class Probe:
    """How long the event loop was away at the longest, in seconds. It looks every few milliseconds, which takes some processor too."""

    def __init__(self) -> None:
        self.longest = 0.0

    def forget(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(PROBE_SECONDS)
            self.longest = max(self.longest, time.perf_counter() - began - PROBE_SECONDS)


def ids() -> Iterator[str]:
    return map("{:032x}".format, count(1))


async def planned(url: str) -> tuple[float, float, float, float]:
    """Seconds for everything, this process's own of them, seconds of an empty tick, and the longest time the event loop was away."""
    settle_memory()
    engines, probe = open_engines(url), Probe()
    planner = Planner(SqlWork(engines), clock=lambda: DUE_AT, new_id=ids().__next__)
    watch = asyncio.create_task(probe.watch())
    began, used = time.perf_counter(), time.process_time()
    await planner.tick()
    took, used = time.perf_counter() - began, time.process_time() - used
    longest = probe.longest
    began = time.perf_counter()
    for _ in range(EMPTY_TICKS):
        await planner.tick()
    empty = (time.perf_counter() - began) / EMPTY_TICKS
    watch.cancel()
    await engines.close()
    return took, used, empty, longest


def rows_in(url: str) -> dict[str, int]:
    engine = create_engine(sync_url(url))
    with engine.connect() as connection:
        found = {t: connection.scalar(select(func.count()).select_from(metadata.tables[t])) for t in TABLES}
    engine.dispose()
    return {table: number or 0 for table, number in found.items()}


def inserted_again(url: str) -> float:
    """Seconds to read all planned rows out, and seconds to insert them anew by SQLAlchemy's bulk insert: only the latter counts."""
    engine = create_engine(sync_url(url))
    with engine.begin() as connection:
        rows = {t: [dict(r) for r in connection.execute(select(metadata.tables[t])).mappings()] for t in TABLES}
        for table in TABLES:
            connection.execute(text(f"DELETE FROM {table}"))
    began = time.perf_counter()
    for first in range(0, len(rows["occurrence"]), 1000):
        with engine.begin() as connection:
            connection.execute(insert(metadata.tables["occurrence"]), rows["occurrence"][first : first + 1000])
    for first in range(0, len(rows["post"]), 1000):
        with engine.begin() as connection:
            connection.execute(insert(metadata.tables["post"]), rows["post"][first : first + 1000])
    took = time.perf_counter() - began
    engine.dispose()
    return took


def measure(kind: str, schedules: int) -> None:
    with open_database(kind) as (url, _):
        teams = schedules // DUE_OF_A_TEAM
        stored = fill_teams(url, Teams(teams, max(1, teams // 10), DUE_AT))
        took, used, empty, longest = asyncio.run(planned(url))
        rows = rows_in(url)
        bare = inserted_again(url)
    if rows["occurrence"] != schedules:
        raise SystemExit(f"{rows['occurrence']:,} occurrences of {schedules:,}")
    print(
        f"{kind:8}  {schedules:,} due of {stored:,} schedules → {rows['post']:,} posts: {schedules / took:,.0f}/s (at least "
        f"{GOALS[kind]:,}); inserting the same rows alone {schedules / bare:,.0f}/s, ratio {bare / took:.2f}; "
        f"{used / schedules * 1e6:.0f} µs of our processor time each; empty tick "
        f"{empty * 1e3:.1f} ms; event loop away for {longest * 1e3:.0f} ms at the longest (at most 250)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*", default=[SQLITE, POSTGRES])
    parser.add_argument("--schedules", type=int, default=100_000)
    arguments = parser.parse_args()
    for kind in arguments.databases:
        measure(kind, arguments.schedules)


if __name__ == "__main__":
    main()
