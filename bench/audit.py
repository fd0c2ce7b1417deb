"""What the hourly audit and the keeper's hourly round take with 100,000 schedules, and how long they keep the event loop away.

    python -m bench.audit [sqlite|postgres …] [--schedules N]

Everything of a Monday morning was planned and sent. Both are run in this process, each by itself, as beside a bot that has nothing
else to do.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import update

from bench.databases import POSTGRES, SQLITE, open_database
from bench.planning import DUE_AT, DUE_OF_A_TEAM, Probe, ids
from bench.teams import Teams, fill_teams
from bot.memory import settle_memory
from mat.delivery import PostState
from mat.ports import Work
from scheduler.alarms import Alarms
from scheduler.audit import Audit
from scheduler.keeper import Keeper
from scheduler.planner import Planner
from store.engine import migration_engine, open_engines
from store.tables import metadata
from store.work import SqlWork
from tests.fakes.memory_poster import MemoryPoster

NOW = DUE_AT + timedelta(hours=3)
GOAL_AWAY = 0.05


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds: from beginning to end, of this process's processor, and the longest time the event loop was away."""

    whole: float
    processor: float
    away: float

    def __str__(self) -> str:
        return (
            f"{self.processor:.2f} s of processor in {self.whole:.1f} s, event loop away for {self.away * 1e3:.0f} ms at the longest "
            f"(at most {GOAL_AWAY * 1e3:.0f})"
        )


async def timed(run: Callable[[], Awaitable[object]]) -> Took:
    probe = Probe()
    watch = asyncio.create_task(probe.watch())
    began, used = time.perf_counter(), time.process_time()
    await run()
    took = Took(time.perf_counter() - began, time.process_time() - used, probe.longest)
    watch.cancel()
    return took


async def morning(work: Work, url: str) -> None:
    """Everything is planned in its time, and counts as sent."""
    new_id = ids().__next__
    for now in (DUE_AT, DUE_AT + timedelta(hours=1)):
        await Planner(work, clock=partial(_same, now), new_id=new_id).tick()
    engine = migration_engine(url)
    with engine.begin() as connection:
        sent = {"state": PostState.SENT.value, "sent_at": DUE_AT, "sent_ts": "1.0"}
        connection.execute(update(metadata.tables["post"]).values(sent))
    engine.dispose()


def _same(now: datetime) -> datetime:
    return now


async def measured(url: str) -> tuple[Took, Took, int]:
    """The audit, the keeper's round, and how many gaps the audit found."""
    engines = open_engines(url)
    work = SqlWork(engines)
    await morning(work, url)
    settle_memory()

    alarms = Alarms(work, MemoryPoster(lambda: NOW), clock=lambda: NOW, new_id=ids().__next__)
    audit = Audit(work, alarms, clock=lambda: NOW, new_id=ids().__next__)
    keeper = Keeper(work, clock=lambda: NOW, new_id=ids().__next__)
    audited = await timed(lambda: audit.look(NOW))
    kept = await timed(keeper.tick)
    await engines.close()
    assert audit.last is not None
    return audited, kept, audit.last.gaps


def measure(kind: str, schedules: int) -> None:
    with open_database(kind) as (url, _):
        teams = schedules // (DUE_OF_A_TEAM + 1)
        stored = fill_teams(url, Teams(teams, max(1, teams // 10), DUE_AT))
        audited, kept, gaps = asyncio.run(measured(url))
    print(f"{kind:8}  {stored:,} schedules of {teams:,} clinics, {gaps} without an outcome (0)")
    print(f"          audit: {audited}\n          keeper's round: {kept}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*", default=[SQLITE, POSTGRES])
    parser.add_argument("--schedules", type=int, default=100_000)
    arguments = parser.parse_args()
    for kind in arguments.databases:
        measure(kind, arguments.schedules)


if __name__ == "__main__":
    main()
