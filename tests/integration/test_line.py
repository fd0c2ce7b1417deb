"""The line to Slack: opened as soon as Slack is there, opened anew when it is down, given up when it stays down."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.line import LOOKS_UNTIL_GIVEN_UP, LOOKS_UNTIL_RECONNECT, AppTokenRefused, Line, LineLost
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import APP_TOKEN, BOT_TOKEN, HTML_503, RESET_BEFORE, refuses, slow_down


class Enough(Exception):
    """The test has seen what it wanted to see."""


class Sleeps:
    """Takes no time, and counts; `until` says when to stop, `each` is done with each sleep."""

    def __init__(self, until: int = 1_000) -> None:
        self.slept: list[float] = []
        self.each: Callable[[], Awaitable[None]] | None = None
        self._until = until

    def now(self) -> float:
        """The time by these sleeps."""
        return 1_000_000 + sum(self.slept)

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.each is not None:
            await self.each()
        if len(self.slept) > self._until:
            raise Enough


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack


@asynccontextmanager
async def line_to(slack: FakeSlack, sleep: Sleeps) -> AsyncIterator[Line]:
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.url, session=session, retry_handlers=[])
        line = Line(AsyncApp(client=client, signing_secret="unused"), client, APP_TOKEN, sleep=sleep, now=sleep.now)
        try:
            yield line
        finally:
            await line.close()


async def test_it_opens(slack: FakeSlack) -> None:
    sleep = Sleeps()
    async with line_to(slack, sleep) as line:
        assert not await line.is_up()
        await line.open()
        assert await line.is_up()
    assert sleep.slept == []


@pytest.mark.parametrize("fault", [RESET_BEFORE, HTML_503, refuses("internal_error")])
async def test_it_waits_longer_each_time_while_slack_is_away(fault: object, slack: FakeSlack) -> None:
    sleep = Sleeps()
    slack.order("apps.connections.open", *[fault] * 8)  # type: ignore[list-item]
    async with line_to(slack, sleep) as line:
        await line.open()
        assert await line.is_up()
    assert sleep.slept == [1, 2, 4, 8, 16, 32, 60, 60]


@pytest.mark.parametrize("code", ["invalid_auth", "not_allowed_token_type", "token_revoked"])
async def test_a_token_that_slack_refuses_is_not_tried_again(code: str, slack: FakeSlack) -> None:
    slack.order("apps.connections.open", refuses(code))
    async with line_to(slack, Sleeps()) as line:
        with pytest.raises(AppTokenRefused) as refused:
            await line.open()
    assert code in refused.value.sentence
    assert len(slack.called("apps.connections.open")) == 1


async def test_a_line_that_is_down_is_opened_anew_after_a_minute(slack: FakeSlack) -> None:
    sleep = Sleeps(until=LOOKS_UNTIL_RECONNECT + 3)
    async with line_to(slack, sleep) as line:
        with pytest.raises(Enough):
            await line.watch()
        assert await line.is_up()
    assert len(slack.called("apps.connections.open")) == 1


async def test_a_line_that_is_open_and_deaf_is_opened_anew_and_then_given_up(slack: FakeSlack) -> None:
    """Connected as the library sees it, but neither pong nor envelope comes: its ping task has died."""
    sleep = Sleeps()
    async with line_to(slack, sleep) as line:
        await line.open()
        assert (await line.is_up(), await line.hears()) == (True, None)

        async def no_pong() -> None:
            line._handler.client.last_ping_pong_time = None

        sleep.each = no_pong
        with pytest.raises(LineLost):
            await line.watch()
        assert await line.is_up()
    # A minute until it counts as deaf, a minute of looking, and that nine times with a new line: the tenth is not opened any more.
    assert len(slack.called("apps.connections.open")) == LOOKS_UNTIL_GIVEN_UP / LOOKS_UNTIL_RECONNECT
    assert sum(sleep.slept) == pytest.approx(1200, abs=120)


async def test_an_envelope_is_a_sign_that_the_line_hears(slack: FakeSlack) -> None:
    sleep = Sleeps(until=100)
    async with line_to(slack, sleep) as line:
        await line.open()
        sleep.each = lambda: line._note_envelope(None, None)
        with pytest.raises(Enough):
            await line.watch()
        assert await line.hears()
    assert len(slack.called("apps.connections.open")) == 1


async def test_a_line_that_stays_down_is_given_up_after_ten(slack: FakeSlack) -> None:
    sleep = Sleeps()
    slack.order("apps.connections.open", *[slow_down()] * 5, *[RESET_BEFORE] * 20)
    async with line_to(slack, sleep) as line:
        with pytest.raises(LineLost):
            await line.watch()
    assert sum(sleep.slept) == 600
    assert len(slack.called("apps.connections.open")) == LOOKS_UNTIL_GIVEN_UP / LOOKS_UNTIL_RECONNECT - 1
