"""The posting part of the bot as processes of their own, to be killed for real.

Reads commands on standard input, one a line, and answers each with a line: `start` (the new process's id), `kill 123`,
`freeze 123` and `wake 123`. It imports everything once and forks, so that a process lives a moment after it was asked for.
Its argument is a `Life` in JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from bot.crew import open_crew
from bot.delivery import build_delivery
from bot.event_loop import run_for_long
from bot.slack_client import SlackClient
from bot.slack_poster import SlackPoster
from mat.playbook import load_playbook
from scheduler.outcomes import Waits
from store.concerns import open_concern_box
from store.engine import open_engines
from store.work import SqlWork
from tests.fakes.slack_world import BOT_TOKEN

SIGNALS = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP, "wake": signal.SIGCONT}
WAITS = Waits(
    looks=(0.3, 0.7, 1.2),
    blind=1.5,
    look_again=0.3,
    channel_gap=0.02,
    unnamed_wait=0.3,
    first_retry=0.2,
    sweep=0.5,
    heartbeat=0.2,
    stalled=1.5,
    lease=1.0,
)
PULSE_SECONDS = 0.03
CALL_SECONDS = 1.0
PLAYBOOK = load_playbook()


@dataclass(frozen=True, slots=True)
class Life:
    """Where a process works. `ahead_seconds`: how far its clock is ahead of this machine's."""

    database_url: str
    folder: str
    slack_url: str
    ahead_seconds: float

    def clock(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead_seconds)

    @property
    def argument(self) -> str:
        return json.dumps(asdict(self))


async def live(life: Life) -> None:
    """Until it is killed, or left alone."""
    async with AsyncExitStack() as opened:
        engines = open_engines(life.database_url)
        opened.push_async_callback(engines.close)
        folder = Path(life.folder)
        concerns = await opened.enter_async_context(
            open_concern_box(life.database_url, folder / "data", folder / "keys", life.clock())
        )
        session = await opened.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))
        )
        client = SlackClient(BOT_TOKEN, base_url=life.slack_url, session=session, retry_handlers=[])
        crew = await opened.enter_async_context(open_crew(life.database_url, life.clock, WAITS))
        delivery = build_delivery(
            SqlWork(engines),
            SlackPoster(client),
            concerns,
            PLAYBOOK,
            clock=life.clock,
            new_id=lambda: secrets.token_hex(16),
            waits=WAITS,
            crew=crew,
            lanes=SqlWork(engines.of_lanes),
        )
        delivery.clockwork.start()
        parent = os.getppid()
        # Whoever started it may have been killed too: then nobody would ever end it.
        while os.getppid() == parent:
            delivery.clockwork.wake()
            await asyncio.sleep(PULSE_SECONDS)


def born(life: Life) -> int:
    """A new process; gives its id."""
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        run_for_long(live(life), life.database_url)
    finally:
        os._exit(1)


def main() -> None:
    life = Life(**json.loads(sys.argv[1]))
    for line in sys.stdin:
        word, _, pid = line.strip().partition(" ")
        answer = "done"
        if word == "start":
            answer = str(born(life))
        else:
            os.kill(int(pid), SIGNALS[word])
            if word == "kill":
                os.waitpid(int(pid), 0)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
