"""`/healthz`: 200 while everything turns, 503 with the reason where something does not, and nothing about concerns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.build import Bot, build_bot
from bot.database import downgrade
from bot.health import HealthPage, report_of
from bot.line import Line
from bot.stores import both_stores
from mat.concerns import ClinicKey, Draft
from tests.bot_under_test import settings_for
from tests.cli import filled
from tests.fakes.clock import MONDAY_MORNING, HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import APP_TOKEN

Seen = tuple[int, dict[str, object]]


class Page:
    """The page of a bot whose parts a test moves by hand."""

    def __init__(self, bot: Bot, line: Line, health: HealthPage) -> None:
        self.bot = bot
        self.line = line
        self._health = health

    async def look(self) -> Seen:
        async with (
            aiohttp.ClientSession() as browser,
            browser.get(f"http://127.0.0.1:{self._health.port}/healthz") as answer,
        ):
            return answer.status, await answer.json()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def page(tmp_path: Path, clock: HandClock) -> AsyncIterator[Page]:
    async with FakeSlack(clock) as slack:
        settings = settings_for(tmp_path, slack)
        await filled(settings, MONDAY_MORNING)
        async with build_bot(settings, clock=clock) as bot:
            line = Line(bot.app, bot.client, APP_TOKEN)
            health = HealthPage(report_of(bot, line))
            await health.open(0)
            await line.open()
            await bot.delivery.heartbeat.tick()
            yield Page(bot, line, health)
            await health.close()
            await line.close()


WELL = {"ok": True, "connected": True, "seconds_since_turn": 0, "stores_current": True}


async def test_all_is_well(page: Page) -> None:
    assert await page.look() == (200, WELL)


async def test_a_clockwork_that_stands_still_shows(page: Page, clock: HandClock) -> None:
    await clock.move(seconds=60)
    assert await page.look() == (200, WELL | {"seconds_since_turn": 60})
    await clock.move(seconds=1)
    assert await page.look() == (503, WELL | {"ok": False, "seconds_since_turn": 61})
    page.bot.delivery.heartbeat.beat_at = None
    assert await page.look() == (503, WELL | {"ok": False, "seconds_since_turn": None})


async def test_a_line_that_is_down_shows(page: Page) -> None:
    await page.line.close()
    assert await page.look() == (503, WELL | {"ok": False, "connected": False})


async def test_a_store_that_is_behind_shows(page: Page) -> None:
    downgrade(both_stores(page.bot.settings)[0].url, to="base")
    assert await page.look() == (503, WELL | {"ok": False, "stores_current": False})


async def test_a_concern_changes_nothing_on_it(page: Page) -> None:
    before = await page.look()
    await page.bot.concerns.raise_concern(Draft("safety", "words"), ClinicKey("T0CLINICS", "larkspur"), MONDAY_MORNING)
    assert await page.look() == before
