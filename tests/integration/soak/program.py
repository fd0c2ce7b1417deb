"""A whole bot for so many virtual hours, in a process of its own so that its memory is its own: posts, commands, pages, faults.

`python -m tests.integration.soak.program FOLDER HOURS` prints one line of JSON for each hour.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot import database
from bot.verifier import SkewWatch
from bot.web import make_web
from bot.web_ready import Readiness
from mat.huddles import HuddleSeries, Template
from mat.schedules import keep_schedules
from store.concerns import concern_url
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, with_clinic
from tests.fakes.slack_world import HTML_503, LEAD, MEMBER, RESET_AFTER, slow_down

A_TURN = timedelta(seconds=10)
HUDDLES = 4
A_SCRUB_TENTHS = 120
EVERY_HOUR = "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23"
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


async def furnish(soaked: BotUnderTest) -> None:
    clinic = await with_clinic(soaked, replace(HERE, ready=True))
    async with soaked.bot.desk.work.writing() as books:
        at = books.at(clinic)
        for number in range(HUDDLES):
            start = datetime(2027, 1, 4, 0, 10 * number)
            series = HuddleSeries(
                f"h{number}", Template.DAILY, f"Huddle {number}", EVERY_HOUR, start, clinic.zone, 10, 5
            )
            await at.huddles.save_series(series)
        await keep_schedules(at, clinic, soaked.clock())
        await books.commit()


async def one_hour(soaked: BotUnderTest, readiness: Readiness) -> int:
    """The clockwork turns; people ask now and then; a monitor looks each minute; some of Slack's answers are lost. Gives the posts."""
    soaked.slack.order("chat.postMessage", slow_down("1"), RESET_AFTER, HTML_503)
    ends = soaked.clock() + timedelta(hours=1)
    turns = 0
    while soaked.clock() < ends:
        soaked.clock.jump_to(soaked.clock() + A_TURN)
        await soaked.bot.clockwork.turn(keep=turns == 0)
        turns += 1
        if turns % 6 == 0:
            await readiness.report()
        if turns % 30 == 0:
            await soaked.slash("status", user=MEMBER)
            await soaked.open_home(LEAD)
    posts = len(soaked.slack.world.messages)
    # What the fake Slack and the tests' hands remember is not the bot's.
    soaked.slack.calls.clear()
    soaked.slack.world.forget()
    soaked.seen.clear()
    return posts


def figures(hour: int, posts: int) -> dict[str, int]:
    gc.collect()
    # What was given back to the C library counts as given back.
    ctypes.CDLL(None).malloc_trim(0)
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES
    # The fake Slack runs here too: a line to it that is kept open is two descriptors and a task or two, and comes and goes.
    links = [str(fd.readlink()) for fd in list(Path("/proc/self/fd").iterdir()) if fd.is_symlink()]
    sockets = sum(link.startswith("socket:") for link in links)
    tasks = [task for task in asyncio.all_tasks() if "RequestHandler" not in repr(task.get_coro())]
    counted = {"descriptors": len(links) - sockets, "sockets": sockets, "tasks": len(tasks)}
    return {"hour": hour, "bytes": resident, "posts": posts, **counted}


async def at_rest(hour: int, posts: int, usual: dict[str, int]) -> dict[str, int]:
    """The figures once they are as they were: a scrub of concerns may be under way, which takes five seconds. What stays is told."""
    found = figures(hour, posts)
    for _ in range(A_SCRUB_TENTHS):
        if not usual or all(found[name] == usual[name] for name in ("descriptors", "tasks")):
            break
        await asyncio.sleep(0.1)
        found = figures(hour, posts)
    return found


async def soak(folder: Path, hours: int) -> None:
    (folder / "data").mkdir(mode=0o700)
    main = f"sqlite:///{folder / 'data' / 'matbot.db'}"
    database.upgrade(main)
    database.upgrade(concern_url(main, folder / "data"), database.CONCERNS)
    async with bot_under_test(folder) as soaked:
        await furnish(soaked)
        line = make_web(soaked.bot).line
        readiness = Readiness(soaked.bot, line, SkewWatch(print))
        usual: dict[str, int] = {}
        for hour in range(1, hours + 1):
            posts = await one_hour(soaked, readiness)
            usual = await at_rest(hour, posts, usual)
            sys.stdout.write(f"{json.dumps(usual)}\n")
            sys.stdout.flush()
        await line.close()


if __name__ == "__main__":
    asyncio.run(soak(Path(sys.argv[1]), int(sys.argv[2])))
