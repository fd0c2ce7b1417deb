"""A bot that runs: meets Slack, connects, keeps its people fresh, serves its pages, and stops when told to."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable

from slack_sdk.errors import SlackApiError

from bot.build import Bot
from bot.line import AWAY, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, TOKEN_IS_WRONG
from bot.lines import Lines
from bot.memory import settle_memory
from bot.people import PeopleKeeper
from bot.slack_app import Identity
from bot.slack_surfaces import error_code
from bot.store_file import StoreFile
from bot.store_journal import keep_journal_short
from bot.web import make_web
from bot.web_server import WebServer
from mat.errors import MatError

log = logging.getLogger("mat.running")

WORKSPACES_EVERY_SECONDS = 5.0
# With what build_bot's way out takes this stays under the ten seconds in which a stop must be over.
STOP_SECONDS = 4.0

NOBODY = Identity(workspace="", workspace_name="", bot_id="", bot_user="")
"""Who the bot is where the settings name no workspace."""

Ready = Callable[[Identity, int], None]
"""Called once the bot is connected, with who it is and the port of `/healthz`."""


class TokenRefused(MatError):
    """Slack does not accept SLACK_BOT_TOKEN ({code}). Copy it again from your app's page, "OAuth & Permissions"."""


async def meet_slack(bot: Bot) -> Identity:
    """Who we are; waits while Slack is away. Raises `TokenRefused` where waiting cannot help."""
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            identity = await bot.identities.meet()
        except SlackApiError as refused:
            if (code := error_code(refused)) in TOKEN_IS_WRONG:
                raise TokenRefused(code=code) from None
            log.warning("slack_away", extra={"code": code, "seconds": wait})
        except AWAY as lost:
            log.warning("slack_away", extra={"type": type(lost).__name__, "seconds": wait})
        else:
            return identity
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


async def run(bot: Bot, ready: Ready | None = None) -> None:
    """Runs until SIGINT or SIGTERM, then finishes what is under way. Raises a `MatError` where it cannot go on."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    web = make_web(bot)
    server = WebServer(web.app)
    try:
        await server.open(web.host, bot.settings.port)
        working = asyncio.create_task(_work(bot, web.line, lambda who: ready(who, server.port) if ready else None))
        watching = asyncio.create_task(StoreFile(bot.settings.database_url).watch())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({stopping, working, watching}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        await _stop(working, watching, bot, server)
    finally:
        await asyncio.gather(web.line.close(), server.close())


async def _stop(working: asyncio.Task[None], watching: asyncio.Task[None], bot: Bot, server: WebServer) -> None:
    """Takes nothing new, answers what came in, ends the work; raises what had ended it already."""
    ended = [task for task in (working, watching) if task.done() and not task.cancelled()]
    failed = next((problem for task in ended if (problem := task.exception())), None)
    for task in (working, watching):
        task.cancel()
    await asyncio.gather(bot.clockwork.stop(STOP_SECONDS), server.close(), working, watching, return_exceptions=True)
    if failed:
        raise failed


async def _work(bot: Bot, lines: Lines, ready: Callable[[Identity], None]) -> None:
    """Scheduled posts start as soon as Slack is met, commands as soon as the line is open."""
    identity = await meet_slack(bot) if bot.has_home else NOBODY
    await bot.workspaces.look()
    bot.clockwork.start()
    people = PeopleKeeper(bot.presences)
    await asyncio.gather(lines.open(), *([bot.directory.load()] if bot.has_home else []))
    settle_memory()
    ready(identity)
    journal = keep_journal_short(bot.settings.database_url)
    beside = [asyncio.create_task(work) for work in (people.keep(), _keep_in_workspaces(bot, lines), journal)]
    try:
        await lines.watch()
    finally:
        for task in beside:
            task.cancel()


async def _keep_in_workspaces(bot: Bot, lines: Lines) -> None:
    """Follows the records: `python -m bot workspace` may write there, or another copy of the bot."""
    while True:
        await asyncio.sleep(WORKSPACES_EVERY_SECONDS)
        try:
            await bot.workspaces.look()
        except Exception as problem:  # noqa: BLE001 - whatever it was, the next look comes
            log.error("workspaces-not-read", extra={"type": type(problem).__name__})  # noqa: TRY400
        await lines.follow()
