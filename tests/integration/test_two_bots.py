"""`python -m bot run` twice on one Postgres: both work, one is connected, and where that one dies the other takes its place."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.settings import Settings
from bot.stores import make_new, open_work
from tests.fakes import payloads
from tests.fakes.clock import HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import MEMBER, TEAM, TEAM_CHANNEL
from tests.integration.delivery.house import CLINIC, House
from tests.integration.test_cli_run import environment, process, says_ok

QUICK = {"MAT_LEASE_SECONDS": "2", "MAT_STALLED_SECONDS": "3", "MAT_HEARTBEAT_SECONDS": "0.5", "MAT_LOOK_SECONDS": "1"}


@asynccontextmanager
async def running(folder: Path, slack: FakeSlack, url: str) -> AsyncIterator[tuple[Process, str]]:
    """A bot and the address of its pages, once it says that it runs."""
    environ = environment(folder, slack.url, MAT_DATABASE_URL=url, MAT_KEY_DIR=str(folder / "keys"), **QUICK)
    async with process(folder, environ, "run") as bot:
        assert bot.stdout is not None
        said = (await asyncio.wait_for(bot.stdout.readline(), 60)).decode()
        assert "Health: " in said, (await bot.communicate())[1].decode()
        yield bot, said.split("Health: ")[1].split("/healthz")[0]


async def ready(pages: str) -> Any:
    return await says_ok(f"{pages}/readyz")


async def until_answered_at(pages: str) -> Any:
    """What `/readyz` says once this one answers the forms of concerns and has its line."""
    async with aiohttp.ClientSession() as browser:
        for _ in range(200):
            async with browser.get(f"{pages}/readyz") as answer:
                report = await answer.json()
            if report["concerns"]["answered_here"] and report["line"]["quiet_seconds"] is not None:
                return report
            await asyncio.sleep(0.1)
    pytest.fail(f"still not: {report}")


async def test_two_bots_share_the_work_and_one_takes_the_others_place(postgres_url: str, tmp_path: Path) -> None:
    given: dict[str, Any] = {"MAT_DATABASE_URL": postgres_url, "MAT_DATA_DIR": tmp_path / "data"}
    settings = Settings(_env_file=None, MAT_KEY_DIR=tmp_path / "keys", **given)
    await asyncio.to_thread(make_new, settings)
    async with open_work(settings) as work:
        house = House(work, HandClock(datetime.now(UTC)))
        await house.furnish(clinic=replace(CLINIC, workspace=TEAM, channel=TEAM_CHANNEL))
        await house.add(*(house.note(TEAM_CHANNEL, f"Note {number}", workspace=TEAM) for number in range(3)))
    async with (
        FakeSlack() as slack,
        running(tmp_path, slack, postgres_url) as (first, one),
        running(tmp_path, slack, postgres_url) as (_, other),
    ):
        assert [(await ready(pages))["concerns"]["answered_here"] for pages in (one, other)] == [True, False]
        while len(slack.world.messages) < 3:  # noqa: ASYNC110 - another process calls it
            await asyncio.sleep(0.05)
        first.kill()
        await until_answered_at(other)
        answer = await slack.deliver(
            "slash_commands", payloads.slash_command("status", user=MEMBER, channel=TEAM_CHANNEL, trigger="t")
        )
        assert answer["response_type"] == "ephemeral"
        assert sorted(message.text for message in slack.world.messages) == ["Note 0", "Note 1", "Note 2"]
