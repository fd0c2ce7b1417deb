"""The short way to Slack for calls with JSON: the same arguments and the same answers as on slack_sdk's own way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_client import SlackClient
from tests.fakes import slack_world as world
from tests.fakes.slack_api import FakeSlack

BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello, Zoë 👋 <@U1> & \u2028 co"}}]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def said_by(client: AsyncWebClient, slack: FakeSlack) -> tuple[object, object]:
    answer = await client.chat_postMessage(channel=world.TEAM_CHANNEL, text="Hello", blocks=BLOCKS, thread_ts=None)
    return slack.called("chat.postMessage")[-1].arguments, sorted(answer.data)


async def test_slack_hears_and_says_the_same_as_on_the_long_way(
    slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    long = await said_by(AsyncWebClient(world.BOT_TOKEN, base_url=slack.url, session=session), slack)
    assert await said_by(SlackClient(world.BOT_TOKEN, base_url=slack.url, session=session), slack) == long


async def test_each_client_has_its_own_token_on_the_session_that_all_share(
    slack: FakeSlack, session: aiohttp.ClientSession
) -> None:
    ours = SlackClient(world.BOT_TOKEN, base_url=slack.url, session=session, retry_handlers=[])
    strangers = SlackClient("xoxb-nobody", base_url=slack.url, session=session, retry_handlers=[])
    assert (await ours.chat_postMessage(channel=world.TEAM_CHANNEL, text="Hello"))["ok"]
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await strangers.chat_postMessage(channel=world.TEAM_CHANNEL, text="Hello")


async def test_half_of_a_character_goes_the_long_way(slack: FakeSlack, session: aiohttp.ClientSession) -> None:
    client = SlackClient(world.BOT_TOKEN, base_url=slack.url, session=session, retry_handlers=[])
    assert (await client.chat_postMessage(channel=world.TEAM_CHANNEL, text="Hello \ud83d"))["ok"]


@pytest.mark.parametrize("body", ["<html>", "", "[1]", '"ok"', '{"ok": true'])
async def test_an_answer_that_is_no_object_is_an_error_that_quotes_nothing(
    slack: FakeSlack, session: aiohttp.ClientSession, body: str
) -> None:
    slack.order("chat.postMessage", world.Fault("odd", status=503, body=body))
    client = SlackClient(world.BOT_TOKEN, base_url=slack.url, session=session, retry_handlers=[])
    with pytest.raises(SlackApiError) as failure:
        await client.chat_postMessage(channel=world.TEAM_CHANNEL, text="Hello")
    assert failure.value.response.status_code == 503
    assert "html" not in str(failure.value)


async def test_a_call_without_json_goes_as_before(slack: FakeSlack, session: aiohttp.ClientSession) -> None:
    client = SlackClient(world.BOT_TOKEN, base_url=slack.url, session=session, retry_handlers=[])
    assert (await client.users_info(user=world.MEMBER.id))["user"]["id"] == world.MEMBER.id
