"""`run`: the bot in a real workspace, until it is told to stop."""

from __future__ import annotations

import asyncio
import sys

from bot.build import build_bot
from bot.logging_setup import set_up_logging
from bot.running import run as run_bot
from bot.settings import Settings, read_settings
from bot.slack_app import Identity
from bot.stores import make_new
from bot.wrong_use import TokensMissing
from store.running import only_running


def run() -> int:
    settings = read_settings()
    tokens = {"SLACK_BOT_TOKEN": settings.slack_bot_token, "SLACK_APP_TOKEN": settings.slack_app_token}
    missing = [name for name, token in tokens.items() if not token.get_secret_value()]
    if missing:
        raise TokensMissing(names=" and ".join(missing))
    set_up_logging(settings.log_level)
    with only_running(settings.database_url):
        make_new(settings)
        asyncio.run(_run(settings))
    return 0


async def _run(settings: Settings) -> None:
    async with build_bot(settings) as bot:
        await run_bot(bot, _say_ready)


def _say_ready(identity: Identity, port: int) -> None:
    sys.stdout.write(
        f"matbot is connected to {identity.workspace_name or identity.workspace}. Type `/mat` there. "
        f"Health: http://127.0.0.1:{port}/healthz. Ctrl-C stops me.\n"
    )
    sys.stdout.flush()
