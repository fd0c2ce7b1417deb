"""`python -m bot run` with an eye on its event loop: at SIGTERM it writes how long the loop was away, in seconds, to a file.

    python -m bench.running_bot FILE       settings as always, from the environment

`SIGUSR1` forgets what was seen so far, such as the start.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

from bench.planning import Probe
from bot.build import build_bot
from bot.event_loop import run_for_long
from bot.logging_setup import set_up_logging
from bot.running import run
from bot.settings import read_settings


async def watched() -> float:
    settings, probe = read_settings(), Probe()
    set_up_logging(settings.log_level)
    watching = asyncio.create_task(probe.watch())
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, probe.forget)
    async with build_bot(settings) as bot:
        await run(bot, lambda _who, _port: print("is connected", flush=True))
    watching.cancel()
    return probe.longest


def main() -> None:
    away = run_for_long(watched(), read_settings().database_url)
    # Not by getrusage: it counts what the process was forked from.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
    Path(sys.argv[1]).write_text(json.dumps({"away": away, "peak": peak}), encoding="utf-8")


if __name__ == "__main__":
    main()
