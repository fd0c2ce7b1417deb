"""How long `--help` and a start take, and how much memory a running bot holds beyond the libraries it stands on.

    python -m bench.start [ROUNDS]

The start is against a fake Slack on loopback, on stores with 1,000 schedules of 250 clinics: from the call of `python -m bot run`
until it says that it is connected. Each figure is the median of the rounds.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.stores import fill, main_url
from mat.delivery import PostKind, Schedule
from store.engine import open_engines
from store.work import SqlWork
from tests.bot_under_test import HERE
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import APP_TOKEN, BOT_TOKEN

ROOT = Path(__file__).parents[1]
CLINICS = 250
KINDS = (PostKind.HUDDLE_AGENDA, PostKind.HUDDLE_CHECK, PostKind.WEEKLY_REMINDER, PostKind.DIGEST)
SETTLING_SECONDS = 3.0
LIBRARIES = (
    *(
        "slack_bolt.async_app",
        "slack_bolt.adapter.socket_mode.aiohttp",
        "aiohttp",
        "sqlalchemy.ext.asyncio",
        "aiosqlite",
    ),
    *("sqlmodel", "apscheduler.schedulers.asyncio", "pydantic_settings"),
)
MEGABYTE = 1 << 20


def seconds_of(*arguments: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - started


def resident(process: int) -> int:
    """Bytes of memory that a process holds."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def resident_after_imports() -> int:
    look = "import sys, pathlib; sys.stdout.write(pathlib.Path('/proc/self/status').read_text())"
    program = f"import {', '.join(LIBRARIES)}\n{look}"
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    return int(said.split("VmRSS:")[1].split()[0]) * 1024


async def add_schedules(folder: Path, now: datetime) -> int:
    """Four schedules a clinic, all due tomorrow; how many there are."""
    local = now.replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
    engines = open_engines(main_url(folder))
    async with SqlWork(engines).writing() as books:
        for number in range(CLINICS):
            clinic = replace(HERE, id=f"c{number}", name=f"Clinic {number}", channel=f"C{number:06}")
            await books.clinics.save(clinic)
            for kind in KINDS:
                rule, shift = "FREQ=DAILY", -10
                named = (f"{clinic.id}-{kind}", clinic.workspace, clinic.id, kind, "s1")
                due = now + timedelta(days=1)
                await books.at(clinic).schedules.put(Schedule(*named, rule, local, clinic.zone, shift, local, due))
        await books.commit()
    await engines.close()
    return CLINICS * len(KINDS)


async def start(folder: Path, slack: FakeSlack) -> tuple[float, int]:
    """Seconds until the bot is connected, and the bytes it holds a little later."""
    environment = {
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.url,
        "MAT_DATA_DIR": str(folder / "data"),
        "MAT_KEY_DIR": str(folder / "keys"),
        "MAT_PORT": "0",
    }
    began = time.perf_counter()
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert bot.stdout is not None
        said = await asyncio.wait_for(bot.stdout.readline(), 60)
        took = time.perf_counter() - began
        if b"is connected" not in said:
            raise SystemExit(f"it did not start: {said!r}")
        await asyncio.sleep(SETTLING_SECONDS)
        return took, resident(bot.pid)
    finally:
        bot.terminate()
        await bot.wait()


async def starts(rounds: int) -> tuple[int, float, int]:
    """How many schedules there were, and the medians of seconds and bytes."""
    seen = []
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        await asyncio.to_thread(asyncio.run, fill(folder, months=1))
        schedules = await add_schedules(folder, datetime.now(UTC))
        async with FakeSlack(clock=lambda: datetime.now(UTC)) as slack:
            for _ in range(rounds):
                seen.append(await start(folder, slack))
                await slack.drop_sockets()
    return schedules, median(took for took, _ in seen), int(median(held for _, held in seen))


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    empty = median(seconds_of("-c", "pass") for _ in range(rounds))
    helped = median(seconds_of("-m", "bot", "--help") for _ in range(rounds))
    schedules, started, held = asyncio.run(starts(rounds))
    imports = median(resident_after_imports() for _ in range(rounds))
    print(f"python -c pass                                               {empty:.2f} s")
    print(f"python -m bot --help                                         {helped:.2f} s   (at most 0.50)")
    print(f"python -m bot run, connected, with {schedules:,} schedules           {started:.2f} s   (at most 2.00)")
    print(f"memory of the libraries alone                                {imports / MEGABYTE:.0f} MB")
    print(
        f"memory of a running bot beyond them                          {(held - imports) / MEGABYTE:.0f} MB   (at most 50)"
    )


if __name__ == "__main__":
    main()
