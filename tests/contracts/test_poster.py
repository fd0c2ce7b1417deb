"""One contract for all posters: the real one, the one on the screen, and the one in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.console_poster import ConsolePoster
from bot.slack_client import SlackClient
from bot.slack_poster import SlackPoster
from mat.message import Message
from mat.ports import Poster, Refused
from messages import block_kit as kit
from tests.fakes.clock import HandClock
from tests.fakes.memory_poster import MemoryPoster
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import BOT_TOKEN, MEMBER, TEAM_CHANNEL

HELLO = kit.message(
    "Hello & welcome", [kit.section("Hello &amp; welcome"), kit.actions(kit.button("Go", "mat:go:run"))]
)
CHANGED = Message("Changed")


@pytest.fixture(params=["slack", "console", "memory"])
async def poster(request: pytest.FixtureRequest) -> AsyncIterator[Poster]:
    clock = HandClock()
    if request.param == "console":
        yield ConsolePoster(lambda line: None, clock)
    elif request.param == "memory":
        yield MemoryPoster(clock)
    else:
        async with FakeSlack(clock) as slack:
            yield SlackPoster(SlackClient(BOT_TOKEN, base_url=slack.url, retry_handlers=[]))


async def test_a_post_says_where_it_landed_and_no_two_land_in_the_same_place(poster: Poster) -> None:
    first = await poster.post(TEAM_CHANNEL, HELLO, key="k1")
    second = await poster.post(TEAM_CHANNEL, HELLO, key="k2", thread_ts=first.ts)
    assert first.channel == second.channel == TEAM_CHANNEL
    assert first.ts
    assert first.ts != second.ts


async def test_a_post_is_found_by_its_key_and_by_no_other(poster: Poster) -> None:
    posted = await poster.post(TEAM_CHANNEL, HELLO, key="k1")
    await poster.post(TEAM_CHANNEL, HELLO, key="k2")
    since = HandClock().now - timedelta(minutes=5)
    assert await poster.find(TEAM_CHANNEL, "k1", since) == posted
    assert await poster.find(TEAM_CHANNEL, "k3", since) is None


async def test_nothing_before_the_instant_asked_about_is_found(poster: Poster) -> None:
    await poster.post(TEAM_CHANNEL, HELLO, key="k1")
    assert await poster.find(TEAM_CHANNEL, "k1", HandClock().now + timedelta(minutes=5)) is None


async def test_a_direct_message_is_found_in_the_channel_it_landed_in(poster: Poster) -> None:
    posted = await poster.post(MEMBER.id, HELLO, key="k1")
    found = await poster.find(posted.channel, "k1", HandClock().now - timedelta(minutes=5))
    assert found == posted


async def test_a_changed_post_stays_where_it_is(poster: Poster) -> None:
    posted = await poster.post(TEAM_CHANNEL, HELLO, key="k1")
    await poster.update(posted.channel, posted.ts, CHANGED)
    await poster.update(posted.channel, posted.ts, CHANGED)
    assert await poster.find(TEAM_CHANNEL, "k1", HandClock().now - timedelta(minutes=5)) == posted


@pytest.mark.parametrize("poster", ["slack", "memory"], indirect=True)
async def test_a_post_that_is_not_there_cannot_be_changed(poster: Poster) -> None:
    with pytest.raises(Refused, match="message_not_found"):
        await poster.update(TEAM_CHANNEL, "1.000001", CHANGED)


async def test_the_screen_shows_texts_and_buttons() -> None:
    lines: list[str] = []
    await ConsolePoster(lines.append, HandClock()).post("C1", HELLO, key="k1")
    assert lines == ["To C1", "  Hello & welcome", "  [Go]"], "a terminal knows no entities"
