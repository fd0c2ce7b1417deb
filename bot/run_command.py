"""`run`: the bot in a real workspace, until it is told to stop."""

from __future__ import annotations

import asyncio
import sys
from functools import partial

from bot.build import build_bot
from bot.event_loop import run_for_long
from bot.logging_setup import set_up_logging
from bot.looks_like import require_kinds
from bot.quiet import no_core_dumps, require_quiet
from bot.running import run as run_bot
from bot.settings import Settings, Transport, read_settings
from bot.slack_app import Identity
from bot.stores import any_added, make_new
from bot.web import LOOPBACK
from bot.web_events import PATH
from bot.wrong_use import TokensMissing
from store.running import running


def run() -> int:
    settings = read_settings()
    missing = [name for name, token in settings.tokens.items() if not token]
    if missing and not (settings.tokens.keys() == set(missing) and asyncio.run(any_added(settings))):
        raise TokensMissing(names=" and ".join(missing))
    require_kinds(settings.tokens)
    set_up_logging(settings.log_level)
    no_core_dumps()
    with running(settings.database_url):
        make_new(settings)
        run_for_long(_run(settings), settings.database_url)
    return 0


async def _run(settings: Settings) -> None:
    async with build_bot(settings) as bot:
        require_quiet()
        await run_bot(bot, partial(_say_ready, settings))


def _say_ready(settings: Settings, identity: Identity, port: int) -> None:
    name = identity.workspace_name or identity.workspace or "the workspaces that were added"
    if settings.transport is Transport.HTTP:
        host = f"[{settings.http_host}]" if ":" in settings.http_host else settings.http_host
        how = f"listens for {name} at http://{host}:{port}{PATH}"
    else:
        host, how = LOOPBACK, f"is connected to {name}"
    sys.stdout.write(f"matbot {how}. Type `/mat` there. Health: http://{host}:{port}/healthz. Ctrl-C stops me.\n")
    sys.stdout.flush()
