"""The short way to Slack for calls with JSON: the same arguments and the same answers as on slack_sdk's own way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.build import open_client
from bot.settings import Settings
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


async def test_what_slack_sets_for_one_workspace_does_not_go_along_with_the_calls_of_another() -> None:
    carried = []

    async def answer(request: web.Request) -> web.Response:
        carried.append(request.headers.get("Cookie"))
        return web.json_response({"ok": True}, headers={"Set-Cookie": "b=of-the-first; Path=/"})

    app = web.Application()
    app.router.add_post("/api/auth.test", answer)
    # By its name: of an address that is a number no cookie would be kept anyway.
    async with TestServer(app, host="localhost") as server:
        settings = Settings(
            _env_file=None,
            slack_bot_token=SecretStr(world.BOT_TOKEN),
            slack_api_url=f"http://localhost:{server.port}/api/",
        )
        async with open_client(settings) as (client, session):
            other = SlackClient("xoxb-other", base_url=client.base_url, session=session, retry_handlers=[])
            for one in (client, other, client):
                assert (await one.auth_test())["ok"]
    assert carried == [None, None, None]
