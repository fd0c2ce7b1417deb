"""A bot that listens over HTTP on a real port, and a Slack that signs what it sends there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.settings import Transport
from bot.web import Web, make_web
from bot.web_server import WebServer
from tests.bot_under_test import BotUnderTest, bot_under_test, with_clinic
from tests.fakes.payloads import SIGNING_SECRET, signed_request
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import ADMIN

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OverHttp:
    """What a test sends as Slack does, and everything it may look at afterwards."""

    under_test: BotUnderTest
    web: Web
    server: WebServer
    browser: aiohttp.ClientSession

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    async def send(self, payload: Mapping[str, Any], *, retry: int = 0) -> tuple[int, Any]:
        """Status and what the answer carries, None where it carries nothing."""
        headers, body = signed_request(payload, now=self.under_test.clock(), retry=retry)
        status, text = await self.post(headers, body)
        await self.under_test.settle()
        return status, json.loads(text) if text else None

    async def post(self, headers: Headers, body: bytes) -> tuple[int, str]:
        async with self.browser.post(f"{self.address}/slack/events", data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def get(self, path: str) -> tuple[int, str]:
        async with self.browser.get(f"{self.address}{path}") as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def over_http(folder: Path, *, admins: str = ADMIN.id) -> AsyncIterator[OverHttp]:
    """`folder` holds migrated stores."""
    more = {"MAT_TRANSPORT": Transport.HTTP, "slack_signing_secret": SecretStr(SIGNING_SECRET), "MAT_ADMINS": admins}
    async with FakeSlack() as slack, bot_under_test(folder, slack=slack, **more) as bot:
        await with_clinic(bot)
        web = make_web(bot.bot)
        server = WebServer(web.app)
        await server.open(web.host, 0)
        await web.line.open()
        try:
            async with aiohttp.ClientSession() as browser:
                yield OverHttp(bot, web, server, browser)
        finally:
            await server.close()


@pytest.fixture
async def http(bot_folder: Path) -> AsyncIterator[OverHttp]:
    async with over_http(bot_folder) as served:
        yield served
