"""The fake Slack behaves like the real one where the bot could notice a difference."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from messages import block_kit as kit
from tests.fakes import payloads
from tests.fakes.clock import HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import (
    APP_TOKEN,
    ARCHIVED_CHANNEL,
    BOT_TOKEN,
    GUEST,
    HANGS_AFTER,
    HTML_503,
    MEMBER,
    NO_FAULT,
    OTHER_CHANNEL,
    OUTSIDER,
    PRIVATE_CHANNEL,
    REQUIRED_SCOPES,
    RESET_AFTER,
    RESET_BEFORE,
    TEAM_CHANNEL,
    TEXT_500,
    TRUNCATED,
    Channel,
    Fault,
    refuses,
    slow_down,
)

FORM = kit.modal(
    "A form",
    "mat:thing:save",
    [
        kit.field("Name", kit.text_field("mat:thing:name", initial="old"), block_id="name"),
        kit.field(
            "State",
            kit.choice("static_select", "mat:thing:state", [kit.option("Done", "done"), kit.option("Later", "later")]),
            block_id="state",
        ),
        kit.field("Who", kit.people_picker("mat:thing:who"), block_id="who", optional=True),
    ],
    submit="Save",
)
BUTTONS = [kit.actions(kit.button("Done", "mat:thing:done", kit.pack(m="x1")), block_id="row")]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(clock) as running:
        yield running


@pytest.fixture
async def client(slack: FakeSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.5)) as session:
        yield AsyncWebClient(BOT_TOKEN, base_url=slack.url, session=session, retry_handlers=[])


async def code(call: Any) -> str:
    with pytest.raises(SlackApiError) as failed:
        await call
    return str(failed.value.response["error"])


async def test_a_post_stands_in_the_channel_with_its_metadata(slack: FakeSlack, client: AsyncWebClient) -> None:
    metadata = {"event_type": "mat_post", "event_payload": {"key": "k1"}}
    posted = await client.chat_postMessage(channel=TEAM_CHANNEL, text="Hello", blocks=BUTTONS, metadata=metadata)
    assert [message.text for message in slack.world.messages_in(TEAM_CHANNEL)] == ["Hello"]
    history = await client.conversations_history(channel=TEAM_CHANNEL, include_all_metadata=True)
    assert history["messages"][0]["metadata"] == metadata
    assert history["messages"][0]["ts"] == posted["ts"]
    assert "metadata" not in (await client.conversations_history(channel=TEAM_CHANNEL))["messages"][0]
    await client.chat_update(channel=TEAM_CHANNEL, ts=str(posted["ts"]), text="Changed")
    assert slack.world.messages[0].edits == 1
    assert [call.outcome for call in slack.calls] == ["ok"] * 4


async def test_a_direct_message_lands_in_a_channel_of_its_own(slack: FakeSlack, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=MEMBER.id, text="Hello")
    assert str(posted["channel"]).startswith("D")
    assert await client.conversations_history(channel=str(posted["channel"]))
    assert len(slack.world.messages_in(MEMBER.id)) == 1


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        (OTHER_CHANNEL, "not_in_channel"),
        (ARCHIVED_CHANNEL, "is_archived"),
        ("C0NOWHERE", "channel_not_found"),
        ("U0NOBODY1", "channel_not_found"),
        ("U0GONE001", "user_disabled"),
        ("U0ROBOT01", "cannot_dm_bot"),
        (OUTSIDER.id, "channel_not_found"),
    ],
)
async def test_where_the_bot_cannot_post(client: AsyncWebClient, channel: str, expected: str) -> None:
    assert await code(client.chat_postMessage(channel=channel, text="x")) == expected


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    slack.world.channels["C0HIDDEN1"] = Channel("C0HIDDEN1", private=True, bot_in=False)
    assert await code(client.conversations_info(channel="C0HIDDEN1")) == "channel_not_found"
    assert await code(client.chat_postMessage(channel="C0HIDDEN1", text="x")) == "channel_not_found"
    shown = (await client.conversations_info(channel=PRIVATE_CHANNEL))["channel"]
    assert (shown["is_member"], shown["is_private"]) == (True, True)


async def test_messages_that_slack_would_refuse_are_refused(slack: FakeSlack, client: AsyncWebClient) -> None:
    wrong = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    assert await code(client.chat_postMessage(channel=TEAM_CHANNEL, text="x", blocks=wrong)) == "invalid_blocks"
    silent = {"channel": TEAM_CHANNEL, "text": "", "blocks": [kit.divider()]}
    assert await code(client.api_call("chat.postMessage", json=silent)) == "invalid_blocks"
    assert await code(client.api_call("chat.postMessage", json={"channel": TEAM_CHANNEL})) == "no_text"
    assert slack.world.messages == []


async def test_a_private_answer_needs_somebody_in_the_channel(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.world.channels[TEAM_CHANNEL].people = frozenset({MEMBER.id})
    await client.chat_postEphemeral(channel=TEAM_CHANNEL, user=MEMBER.id, text="x")
    assert await code(client.chat_postEphemeral(channel=TEAM_CHANNEL, user=GUEST.id, text="x")) == "user_not_in_channel"
    assert len(slack.world.ephemerals) == 1


async def test_missing_scopes_and_wrong_tokens(slack: FakeSlack, client: AsyncWebClient) -> None:
    assert (await client.auth_test()).headers["x-oauth-scopes"].count("chat:write") == 1
    slack.world.scopes = REQUIRED_SCOPES - {"users:read"}
    assert await code(client.users_info(user=MEMBER.id)) == "missing_scope"
    assert await code(client.conversations_history(channel=TEAM_CHANNEL)) == "missing_scope"
    client.token = "xoxb-other"
    assert await code(client.auth_test()) == "invalid_auth"


async def test_people_come_in_pages(slack: FakeSlack, client: AsyncWebClient) -> None:
    first = await client.users_list(limit=4)
    second = await client.users_list(limit=4, cursor=first["response_metadata"]["next_cursor"])
    seen = [person["id"] for page in (first, second) for person in page["members"]]
    assert len(seen) == len(set(seen)) == len([p for p in slack.world.people.values() if not p.stranger])
    assert second["response_metadata"]["next_cursor"] == ""
    assert (await client.users_info(user=OUTSIDER.id))["user"]["is_stranger"]


async def test_a_trigger_is_good_once_and_for_three_seconds(
    slack: FakeSlack, client: AsyncWebClient, clock: HandClock
) -> None:
    trigger = slack.world.trigger(MEMBER.id)
    await client.views_open(trigger_id=trigger, view=FORM)
    assert await code(client.views_open(trigger_id=trigger, view=FORM)) == "exchanged_trigger_id"
    late = slack.world.trigger(MEMBER.id)
    await clock.move(seconds=4)
    assert await code(client.views_open(trigger_id=late, view=FORM)) == "expired_trigger_id"
    assert await code(client.views_open(trigger_id="made.up", view=FORM)) == "invalid_trigger_id"


async def test_views_are_checked_kept_and_updated_by_hash(slack: FakeSlack, client: AsyncWebClient) -> None:
    opened = (await client.views_open(trigger_id=slack.world.trigger(MEMBER.id), view=FORM))["view"]
    no_submit = {name: value for name, value in FORM.items() if name != "submit"}
    assert await code(client.views_update(view_id=opened["id"], view=no_submit)) == "invalid_arguments"
    await client.views_update(view_id=opened["id"], hash=opened["hash"], view=FORM)
    assert await code(client.views_update(view_id=opened["id"], hash=opened["hash"], view=FORM)) == "hash_conflict"
    assert await code(client.views_update(view_id="V0", view=FORM)) == "not_found"
    await client.views_publish(user_id=MEMBER.id, view=kit.home([kit.header("Today")]))
    assert slack.world.homes[MEMBER.id]["blocks"][0]["type"] == "header"


async def test_a_stack_of_views_ends_at_three(slack: FakeSlack, client: AsyncWebClient) -> None:
    top = (await client.views_open(trigger_id=slack.world.trigger(MEMBER.id), view=FORM))["view"]["id"]
    for _ in range(2):
        trigger = slack.world.trigger(MEMBER.id, view=top)
        top = (await client.views_push(trigger_id=trigger, view=FORM))["view"]["id"]
    trigger = slack.world.trigger(MEMBER.id, view=top)
    assert await code(client.views_push(trigger_id=trigger, view=FORM)) == "push_limit_reached"


@pytest.mark.parametrize(
    ("fault", "stored"),
    [(RESET_BEFORE, 0), (RESET_AFTER, 1), (TEXT_500, 0), (HTML_503, 0), (TRUNCATED, 1), (HANGS_AFTER, 1)],
    ids=lambda value: getattr(value, "name", value),
)
async def test_trouble_on_the_way(slack: FakeSlack, client: AsyncWebClient, fault: Fault, stored: int) -> None:
    slack.order("chat.postMessage", NO_FAULT, fault)
    await client.chat_postMessage(channel=TEAM_CHANNEL, text="first")
    with pytest.raises((SlackApiError, aiohttp.ClientError, AttributeError, asyncio.TimeoutError)):
        await client.chat_postMessage(channel=TEAM_CHANNEL, text="second")
    assert len(slack.world.messages) == 1 + stored
    await client.chat_postMessage(channel=TEAM_CHANNEL, text="third")
    assert [call.outcome for call in slack.called("chat.postMessage")] == ["ok", fault.name, "ok"]


@pytest.mark.parametrize("word", ["30", "abc", None])
async def test_slow_down(slack: FakeSlack, client: AsyncWebClient, word: str | None) -> None:
    slack.order("chat.postMessage", slow_down(word))
    with pytest.raises(SlackApiError) as failed:
        await client.chat_postMessage(channel=TEAM_CHANNEL, text="x")
    response = failed.value.response
    assert (response.status_code, response["error"], response.headers.get("Retry-After")) == (429, "ratelimited", word)


async def test_any_code_can_be_ordered(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.order("chat.postMessage", refuses("restricted_action"))
    assert await code(client.chat_postMessage(channel=TEAM_CHANNEL, text="x")) == "restricted_action"


async def test_a_response_url_is_good_five_times_and_thirty_minutes(slack: FakeSlack, clock: HandClock) -> None:
    async with aiohttp.ClientSession() as session:
        url = slack.response_url()
        statuses = [(await session.post(url, json={"text": "x"})).status for _ in range(6)]
        assert statuses == [200] * 5 + [404]
        assert len(slack.answers_at(url)) == 5
        late = slack.response_url()
        clock.jump_to(clock() + timedelta(minutes=31))
        assert (await session.post(late, json={"text": "x"})).status == 404


async def test_envelopes_travel_over_a_socket_and_the_answer_comes_back(slack: FakeSlack) -> None:
    client = AsyncWebClient(APP_TOKEN, base_url=slack.url)
    url = str((await client.apps_connections_open(app_token=APP_TOKEN))["url"])
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        await slack.connected()
        sending = asyncio.create_task(slack.deliver("slash_commands", payloads.slash_command("status")))
        envelope = await socket.receive_json()
        assert envelope["payload"]["text"] == "status"
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "answer"}})
        assert await sending == {"text": "answer"}


def test_a_form_is_filled_in_as_a_person_could() -> None:
    view = dict(FORM) | {"id": "V1"}
    state = payloads.submit(view, {"state": "done", "who": ["U1"]})["view"]["state"]["values"]
    assert state["name"]["mat:thing:name"]["value"] == "old"
    assert state["state"]["mat:thing:state"]["selected_option"]["value"] == "done"
    assert state["who"]["mat:thing:who"]["selected_users"] == ["U1"]
    nulls = payloads.filled(view, {"state": "later"}, nulls=True)
    assert nulls["name"]["mat:thing:name"]["value"] is None
    for answers in ({}, {"state": "gone"}, {"other": "x"}, {"state": "done", "name": "x" * 3001}):
        with pytest.raises(AssertionError):
            payloads.filled(view, answers)


def test_only_what_is_shown_can_be_pressed() -> None:
    pressed = payloads.press("mat:thing:done", ephemeral=BUTTONS, user=replace(MEMBER, id="U9"))
    assert kit.unpack(pressed["actions"][0]["value"]) == {"m": "x1"}
    assert (pressed["actions"][0]["block_id"], pressed["user"]["id"]) == ("row", "U9")
    assert pressed["container"]["is_ephemeral"]
    with pytest.raises(AssertionError):
        payloads.press("mat:thing:drop", ephemeral=BUTTONS)


def test_requests_are_signed_as_slack_signs_them(clock: HandClock) -> None:
    verifier = SignatureVerifier(payloads.SIGNING_SECRET, clock=_StandingClock(clock))
    for payload in (payloads.slash_command("status"), payloads.home_opened(), payloads.global_shortcut("mat:x:y")):
        headers, body = payloads.signed_request(payload, now=clock())
        assert verifier.is_valid_request(body, headers)
        assert not verifier.is_valid_request(body + b" ", headers)
    headers, body = payloads.signed_request(payloads.global_shortcut("mat:x:y"), now=clock())
    assert json.loads(parse_qs(body.decode())["payload"][0])["callback_id"] == "mat:x:y"


class _StandingClock:
    def __init__(self, clock: HandClock) -> None:
        self.clock = clock

    def now(self) -> float:
        return self.clock().timestamp()
