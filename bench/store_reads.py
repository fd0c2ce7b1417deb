"""What `/mat status` reads (clinic, member, 89 milestones, last huddle held), alone and by many at once.

    python bench/store_reads.py [--years 10] [--stock]

`--years`: history in the store. `--stock`: aiosqlite as it comes, with four changes of threads for a statement.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from aiosqlite.core import Connection

from bot import database
from mat.clinic import Clinic, Duty
from mat.huddles import Meeting, MeetingState
from mat.plan import Change, MilestoneRow, State
from mat.ports import Work
from store import one_hop
from store.engine import open_engines
from store.work import SqlWork

CLINIC = Clinic("T1", "maple", "Maple", "America/Chicago", date(2027, 1, 4), ("a", "b"), channel="C1", ready=True)
NOW = datetime(2037, 1, 5, 14, tzinfo=UTC)
MILESTONES = 89
READS, TASKS = 1_000, 10


async def fill(work: Work, days: int) -> None:
    async with work.writing() as books:
        await books.clinics.save(CLINIC)
        at = books.at(CLINIC)
        await at.roster.set_role("nurse", [f"U{n}" for n in range(8)])
        await at.roster.set_duty(Duty.LEAD, ["U1"])
        for number in range(MILESTONES):
            before = MilestoneRow(f"m{number}")
            for turn in range(1 + days // 365 * 4):
                row = MilestoneRow(f"m{number}", State.STUCK, "the policy", NOW.date(), "U1", NOW, f"c{number}-{turn}")
                await at.milestones.record(Change(row.last_change, row.milestone, NOW, "U1", before, row))
        for day in range(days):
            when = NOW - timedelta(days=day)
            local = when.replace(tzinfo=None)
            await at.huddles.save_meeting(Meeting("s1", local, when, MeetingState.HELD, "U1", ("U1", "U2", "U3")))
        await books.commit()


async def status(work: Work) -> None:
    async with work.reading() as books:
        clinic = await books.clinics.at_channel("T1", "C1")
        assert clinic
        at = books.at(clinic)
        assert await at.roster.member("U1")
        assert len(await at.milestones.rows()) == MILESTONES
        assert await at.huddles.last_held()


async def measure(work: Work) -> tuple[float, float, float]:
    """Median and 95th percentile in milliseconds of one after the other, and reads a second of ten at once."""
    for _ in range(50):
        await status(work)
    times = []
    for _ in range(READS):
        begun = perf_counter()
        await status(work)
        times.append(perf_counter() - begun)

    async def some() -> None:
        for _ in range(READS // TASKS):
            await status(work)

    begun = perf_counter()
    await asyncio.gather(*(some() for _ in range(TASKS)))
    times.sort()
    return times[READS // 2] * 1e3, times[READS * 95 // 100] * 1e3, READS / (perf_counter() - begun)


async def main(years: int, *, stock: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/main.db"
        await asyncio.to_thread(database.upgrade, url)
        engines = open_engines(url)
        work = SqlWork(engines)
        await fill(work, days=365 * years or 30)
        p50, p95, rate = await measure(work)
        await engines.close()
    kind = "aiosqlite as it comes" if stock else "one change of threads"
    print(f"{kind}, {years or '1/12'} years: p50 {p50:.2f} ms, p95 {p95:.2f} ms, {rate:.0f}/s of {TASKS} at once")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=int, default=0)
    parser.add_argument("--stock", action="store_true")
    chosen = parser.parse_args()
    if chosen.stock:
        with patch.object(one_hop.OneHopConnection, "cursor", Connection.cursor):
            asyncio.run(main(chosen.years, stock=True))
    else:
        asyncio.run(main(chosen.years, stock=False))
