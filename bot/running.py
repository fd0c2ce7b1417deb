"""A bot that runs: meets Slack, connects, keeps its people fresh, answers `/healthz`, and stops when told to."""

from __future__ import annotations

import asyncio
import logging
import signal

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.build import Bot
from bot.health import HealthPage, report_of
from bot.slack_app import Identity
from bot.slack_surfaces import error_code
from mat.errors import MatError

log = logging.getLogger("mat.running")

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
PEOPLE_EVERY_SECONDS = 600.0
TOKEN_IS_WRONG = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})


class TokenRefused(MatError):
    """Slack does not accept SLACK_BOT_TOKEN ({code}). Copy it again from your app's page, "OAuth & Permissions"."""


class PortTaken(MatError):
    """Port {port} is taken, so /healthz cannot answer there. Set MAT_PORT to another one, or to 0 for any free one."""


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
        except (aiohttp.ClientError, TimeoutError) as lost:
            log.warning("slack_away", extra={"type": type(lost).__name__, "seconds": wait})
        else:
            bot.directory.of_workspace(identity.workspace)
            return identity
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


async def run(bot: Bot) -> None:
    """Runs until SIGINT or SIGTERM. Scheduled posts start as soon as Slack is met; commands once the socket is connected."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    health = HealthPage(report_of(bot))
    try:
        await health.open(bot.settings.port)
    except OSError:
        raise PortTaken(port=bot.settings.port) from None
    try:
        await _until_stopped(bot, stop)
    finally:
        await health.close()


async def _until_stopped(bot: Bot, stop: asyncio.Event) -> None:
    stopping = asyncio.create_task(stop.wait())
    working = asyncio.create_task(_connected(bot, stop))
    await asyncio.wait({stopping, working}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await bot.clockwork.stop()
    if not working.done():
        working.cancel()
    stopping.cancel()
    results = await asyncio.gather(working, return_exceptions=True)
    if isinstance(results[0], MatError):
        raise results[0]


async def _connected(bot: Bot, stop: asyncio.Event) -> None:
    await meet_slack(bot)
    await bot.directory.load()
    bot.clockwork.start()
    handler = AsyncSocketModeHandler(bot.app, bot.settings.slack_app_token.get_secret_value())
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
        log.info("connected")
        while not stop.is_set():
            await asyncio.sleep(PEOPLE_EVERY_SECONDS)
            await bot.directory.load()
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
