"""What each of Slack's answers means for a post: it stands there, it does not, or who knows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.slack_client import SlackClient
from bot.slack_poster import SlackPoster
from mat.message import Message
from mat.ports import NotPosted, OutcomeUnknown, PostFailed, Refused, SlowDown
from tests.fakes import slack_world as world
from tests.fakes.clock import HandClock
from tests.fakes.slack_api import FakeSlack

HELLO = Message("Hello")
SINCE = HandClock().now - timedelta(minutes=5)
SHORT = aiohttp.ClientTimeout(total=1)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
async def poster(slack: FakeSlack) -> AsyncIterator[SlackPoster]:
    async with aiohttp.ClientSession(timeout=SHORT) as session:
        yield SlackPoster(SlackClient(world.BOT_TOKEN, base_url=slack.url, session=session, retry_handlers=[]))


async def test_the_key_travels_in_the_metadata_and_nothing_unfurls(slack: FakeSlack, poster: SlackPoster) -> None:
    await poster.post(world.TEAM_CHANNEL, HELLO, key="k1")
    arguments = slack.called("chat.postMessage")[0].arguments
    assert arguments["metadata"] == {"event_type": "mat_post", "event_payload": {"key": "k1"}}
    assert (arguments["unfurl_links"], arguments["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    "fault",
    [
        world.RESET_BEFORE,
        world.RESET_AFTER,
        world.HANGS_BEFORE,
        world.HANGS_AFTER,
        world.TRUNCATED,
        world.TEXT_500,
        world.TEXT_500_AFTER,
        world.HTML_503,
        world.refuses("fatal_error"),
        world.refuses("internal_error"),
        world.Fault("text", body="ok", kind="text/plain"),
        world.Fault("list", body="[1, 2]"),
        world.Fault("nothing"),
        world.Fault("no time stamp", body='{"ok": true}'),
        world.Fault("503 json", status=503, body='{"ok": false, "error": "service_unavailable"}'),
    ],
    ids=lambda fault: fault.name,
)
async def test_a_lost_or_broken_answer_leaves_the_outcome_unknown(
    slack: FakeSlack, poster: SlackPoster, fault: world.Fault
) -> None:
    slack.order("chat.postMessage", fault)
    with pytest.raises(OutcomeUnknown):
        await poster.post(world.TEAM_CHANNEL, HELLO, key="k1")
    assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("1", 1), ("30", 30), ("3600", 3600), ("0.5", 0.5), (None, None), ("abc", None), ("-5", None), ("inf", None)],
)
async def test_a_429_says_how_long_to_wait_if_it_can_be_read(
    slack: FakeSlack, poster: SlackPoster, header: str | None, seconds: float | None
) -> None:
    slack.order("chat.postMessage", world.slow_down(header))
    with pytest.raises(SlowDown) as failure:
        await poster.post(world.TEAM_CHANNEL, HELLO, key="k1")
    assert failure.value.seconds == seconds


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("not_in_channel", Refused),
        ("channel_not_found", Refused),
        ("is_archived", Refused),
        ("missing_scope", Refused),
        ("invalid_auth", Refused),
        ("invalid_blocks", Refused),
        ("a_code_nobody_has_heard_of", Refused),
        ("service_unavailable", NotPosted),
        ("request_timeout", NotPosted),
        ("rate_limited", SlowDown),
    ],
)
async def test_each_code_has_its_meaning(
    slack: FakeSlack, poster: SlackPoster, code: str, kind: type[PostFailed]
) -> None:
    slack.order("chat.postMessage", world.refuses(code))
    with pytest.raises(PostFailed) as failure:
        await poster.post(world.TEAM_CHANNEL, HELLO, key="k1")
    assert type(failure.value) is kind


async def test_a_connection_that_was_never_made_has_posted_nothing(unused_tcp_port: int) -> None:
    client = SlackClient(world.BOT_TOKEN, base_url=f"http://127.0.0.1:{unused_tcp_port}/api/", retry_handlers=[])
    with pytest.raises(NotPosted):
        await SlackPoster(client).post(world.TEAM_CHANNEL, HELLO, key="k1")


async def test_without_the_scope_the_history_cannot_be_read(slack: FakeSlack, poster: SlackPoster) -> None:
    slack.world.scopes = world.REQUIRED_SCOPES
    with pytest.raises(Refused, match="missing_scope"):
        await poster.find(world.TEAM_CHANNEL, "k1", SINCE)


async def test_a_post_is_found_behind_others(slack: FakeSlack, poster: SlackPoster) -> None:
    slack.order("chat.postMessage", world.RESET_AFTER)
    with pytest.raises(OutcomeUnknown):
        await poster.post(world.TEAM_CHANNEL, HELLO, key="lost")
    for number in range(30):
        await poster.post(world.TEAM_CHANNEL, HELLO, key=f"k{number}")
    found = await poster.find(world.TEAM_CHANNEL, "lost", SINCE)
    assert found is not None
    assert found.ts == slack.world.messages[0].ts


def test_a_client_that_repeats_by_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="retry_handlers"):
        SlackPoster(SlackClient(world.BOT_TOKEN))
