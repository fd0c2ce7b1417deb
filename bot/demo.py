"""`demo`: the bot on a local Slack with two made-up clinics. Everything it writes is in a temporary folder and goes when it stops."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.build import build_bot, utc_now
from bot.demo_seed import FIRST_HUDDLE, SECOND_HUDDLE, next_huddle_at, seed
from bot.demo_world import ANA, APP, IN_BOTH, JUNIPER_TEAM, LARKSPUR_TEAM, NEW_CLINIC, WORLD, clinics
from bot.local_slack import LocalSlack, local_slack
from bot.logging_setup import set_up_logging
from bot.running import run
from bot.settings import Settings
from bot.stores import make_new
from mat.zones import in_zone, wall_clock
from messages.block_kit import clock_time


def demo(*, port: int) -> int:
    """Runs until Ctrl-C. Raises `NoLocalSlackHere`, `LocalSlackMissing` or `LocalSlackFailed`."""
    set_up_logging("WARNING")
    with local_slack(WORLD, port=port) as slack, tempfile.TemporaryDirectory(prefix="matbot-demo-") as folder:
        settings = demo_settings(slack, Path(folder))
        make_new(settings)
        asyncio.run(_run(settings, slack))
    sys.stdout.write("The demo has stopped, and everything in it is gone.\n")
    return 0


def demo_settings(slack: LocalSlack, folder: Path) -> Settings:
    """Settings of which none comes from the environment: the demo must never touch real records or a real workspace."""
    given: dict[str, Any] = {
        "_env_file": None,
        "slack_bot_token": APP.bot_token,
        "slack_app_token": APP.app_token,
        "slack_signing_secret": APP.signing_secret,
        "slack_api_url": slack.api_url,
        "MAT_DATA_DIR": folder / "data",
        "MAT_KEY_DIR": folder / "keys",
        "MAT_DATABASE_URL": f"sqlite:///{folder / 'data' / 'matbot.db'}",
        "MAT_ADMINS": ANA.user_id,
        "MAT_TRANSPORT": "socket",
        "MAT_HTTP_HOST": "127.0.0.1",
        "MAT_PORT": 0,
        "MAT_LOG_LEVEL": "WARNING",
    }
    return Settings(**given)


async def _run(settings: Settings, slack: LocalSlack) -> None:
    async with build_bot(settings) as bot:
        began = utc_now()
        await seed(bot.desk.work, bot.concerns, bot.desk.playbook, began, bot.desk.new_id)
        await run(bot, lambda _identity, _port: _say(welcome(slack.page, began)))


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def welcome(page: str, began: datetime) -> str:
    """What the terminal says once the bot is connected. `began`: the aware instant the clinics were made for."""
    larkspur, juniper = clinics(wall_clock(began, "America/New_York").date())
    first = _when(began, FIRST_HUDDLE, larkspur.zone)
    second = _when(began, SECOND_HUDDLE, juniper.zone)
    return f"""
matbot demo: {larkspur.name} and {juniper.name}, two made-up clinics.

    Open {page} in a browser on this machine.

The page is a local stand-in for Slack. By itself it listens on all interfaces; started from here it listens on this machine
only. It holds made-up data only: please type nothing real. “Act as” at the top right chooses who you are: {ANA.real_name} leads
{larkspur.name}, and {IN_BOTH.real_name} is in both clinics.

Five things to try in #{LARKSPUR_TEAM.name}:
  1. /mat status             Where the clinic stands, for your eyes only. Press Share to show it to the channel.
  2. The agenda              It came by itself, for the huddle at {first}. Press I'm here, then Add an item.
  3. /mat done naloxone      Marks a milestone as done. Press Undo to take it back.
  4. /mat concern            Raise a concern without your name and keep the receipt; /mat concern looks it up again.
  5. /mat digest             The leaders' weekly digest, as it would read now. Then open matbot's Home at the left.

In #{JUNIPER_TEAM.name} the next agenda comes a few minutes from now, for the huddle at {second}.
In #{NEW_CLINIC.name} {ANA.real_name} can set up a third clinic: /mat setup, then Another clinic.

Ctrl-C stops the demo.
"""


def _when(began: datetime, ahead: timedelta, zone: str) -> str:
    local = in_zone(next_huddle_at(began, ahead), zone)
    return f"{clock_time(local)} {local.tzname()}"
