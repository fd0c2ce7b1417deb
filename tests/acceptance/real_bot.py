"""The bot itself against the local Slack: everything of `python -m bot run` but the clock, which the test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.build import Bot, build_bot
from bot.local_slack import LocalSlack
from bot.running import meet_slack
from bot.settings import Settings
from bot.stores import both_stores
from tests.acceptance.world import BOT
from tests.fakes.clock import MONDAY_MORNING


class SetClock:
    """A clock that runs like any other but can be set: post after post must find that seconds have passed."""

    def __init__(self, now: datetime = MONDAY_MORNING) -> None:
        self.set(now)

    def __call__(self) -> datetime:
        return self._from + timedelta(seconds=monotonic() - self._since)

    def set(self, now: datetime) -> None:
        """`now` is aware."""
        self._from, self._since = now, monotonic()


def settings_for(slack: LocalSlack, folder: Path, database_url: str = "") -> Settings:
    """Settings that name the local Slack, a folder and a store (SQLite in that folder if not given), and nothing else."""
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(BOT.bot_token),
        slack_app_token=SecretStr(BOT.app_token),
        slack_api_url=slack.api_url,
        MAT_DATA_DIR=folder / "data",
        MAT_KEY_DIR=folder / "keys",
        MAT_DATABASE_URL=SecretStr(database_url),
        MAT_PORT=0,
    )


@asynccontextmanager
async def connected_bot(settings: Settings, clock: SetClock) -> AsyncIterator[Bot]:
    """A bot over Socket Mode whose scheduled posts go out as its clock says. The stores are made if need be."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    for store in both_stores(settings):
        store.upgrade()
    async with build_bot(settings, clock=clock) as bot:
        await meet_slack(bot)
        await bot.directory.load()
        bot.delivery.clockwork.start()
        handler = AsyncSocketModeHandler(bot.app, settings.slack_app_token.get_secret_value())
        await handler.connect_async()  # type: ignore[no-untyped-call]
        try:
            yield bot
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]
            await bot.delivery.clockwork.stop()
