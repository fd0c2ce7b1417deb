"""The harness itself: what it types, presses and fills in arrives at a bot, and what the bot answers can be read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack import LocalSlack
from messages import block_kit as kit
from tests.acceptance.conftest import OpenPage
from tests.acceptance.slack_side import NotOnThePage, SlackSide, until
from tests.acceptance.world import BOT, LEAD, NURSE, TEAM

FORM = kit.modal(
    "Add an item",
    "mat:item:add",
    [
        kit.field("What is it?", kit.text_field("text"), block_id="what"),
        kit.field("Day", kit.date_picker("date"), block_id="day", optional=True),
        kit.field(
            "Kind",
            kit.choice("static_select", "kind", [kit.option("Win", "w"), kit.option("Worry", "y")]),
            block_id="kind",
        ),
        kit.field(
            "Who", kit.choice("radio_buttons", "who", [kit.option("Me", "m"), kit.option("Us", "u")]), block_id="who"
        ),
        kit.field("At", kit.time_picker("time"), block_id="at", optional=True),
    ],
    submit="Add",
)


def echo(app: AsyncApp, seen: list[dict[str, Any]]) -> None:
    """A bot of the fewest words: enough of each kind of answer to try the harness on."""

    @app.command("/mat")
    async def command(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        if body["text"] == "form":
            await client.views_open(trigger_id=body["trigger_id"], view=dict(FORM))
            await ack()
            return
        button = kit.actions(kit.button("Share", "mat:echo:share", kit.pack(text=body["text"])), block_id="b")
        await ack(
            response_type="ephemeral", text=body["text"], blocks=[kit.section(f"You said *{body['text']}*"), button]
        )

    @app.action(re.compile("^mat:"))
    async def action(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        text = kit.unpack(body["actions"][0]["value"])["text"]
        await client.chat_postMessage(channel=body["channel"]["id"] or body["user"]["id"], text=f"Shared: {text}")
        await ack()

    @app.view("mat:item:add")
    async def submitted(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body["view"]["state"]["values"])
        if body["view"]["state"]["values"]["what"]["text"]["value"] == "no":
            await ack(response_action="errors", errors={"what": "Say more"})
        else:
            await ack()

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
        blocks = [kit.header("Today"), kit.actions(kit.button("Tell me", "mat:home:tell", kit.pack(text="home")))]
        await client.views_publish(user_id=event["user"], view=dict(kit.home(blocks)))


@pytest_asyncio.fixture(loop_scope="session")
async def seen(slack: LocalSlack, side: SlackSide) -> AsyncIterator[list[dict[str, Any]]]:
    """The echo bot, connected; what it saw submitted."""
    app = AsyncApp(client=AsyncWebClient(BOT.bot_token, base_url=slack.api_url), process_before_response=True)
    collected: list[dict[str, Any]] = []
    echo(app, collected)
    handler = AsyncSocketModeHandler(app, BOT.app_token)
    handler.client.web_client.base_url = slack.api_url
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await until(side.connected, what="the bot")
    yield collected
    await handler.close_async()  # type: ignore[no-untyped-call]


pytestmark = pytest.mark.usefixtures("seen")


async def test_a_person_types_a_command_and_reads_the_answer(open_page: OpenPage, tmp_path: Path) -> None:
    page = await open_page(LEAD, channel=TEAM.name)
    await page.wait_for_bot()
    await page.say("/mat good morning")
    assert "You said good morning" in await page.read("You said")
    assert await page.is_for_me_only("You said")
    await page.picture(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 10_000


async def test_a_button_pressed_on_the_page_reaches_everybody(open_page: OpenPage, side: SlackSide) -> None:
    mine, theirs = await open_page(LEAD, channel=TEAM.name), await open_page(NURSE, channel=TEAM.name)
    await mine.say("/mat good news")
    await mine.press("Share")
    assert "Shared: good news" in await theirs.read("Shared")
    assert not await theirs.is_for_me_only("Shared")
    (payload,) = await side.sent("interactive")
    assert payload["user"]["id"] == LEAD.user_id


async def test_a_form_is_filled_in_refused_corrected_and_sent(
    open_page: OpenPage, side: SlackSide, seen: list[dict[str, Any]]
) -> None:
    page = await open_page(LEAD, channel=TEAM.name)
    await page.say("/mat form")
    await page.form_titled("Add an item")
    await page.fill("What is it?", "no")
    await page.fill("Day", "2027-01-31")
    await page.choose("Kind", "Worry")
    await page.choose("Who", "Us")
    await page.submit()
    assert "Say more" in await page.form.locator(".modal-error").inner_text()
    await page.fill("What is it?", "Naloxone kits are low")
    await page.submit()
    await page.form_closed()
    assert seen[-1]["what"]["text"]["value"] == "Naloxone kits are low"
    assert seen[-1]["day"]["date"]["selected_date"] == "2027-01-31"
    assert seen[-1]["kind"]["kind"]["selected_option"]["value"] == "y"
    assert seen[-1]["who"]["who"]["selected_option"]["value"] == "u"
    assert await side.forms() == []


async def test_a_home_is_shown_and_its_button_works(open_page: OpenPage) -> None:
    page = await open_page(NURSE)
    home = await page.go_home()
    assert "Today" in await home.inner_text()
    await page.press("Tell me")
    await page.go_to_direct_messages()
    assert "Shared: home" in await page.read("Shared")


async def test_the_same_without_the_page(side: SlackSide, seen: list[dict[str, Any]]) -> None:
    await side.command(LEAD.user_id, TEAM.channel_id, "hello")
    (answer,) = await side.messages(TEAM.channel_id)
    assert answer["ephemeral_to"] == LEAD.user_id
    await side.press(LEAD.user_id, TEAM.channel_id, "Share")
    (call,) = await side.calls("chat.postMessage")
    assert call["text"] == "Shared: hello"

    await side.command(LEAD.user_id, TEAM.channel_id, "form")
    (form,) = await side.forms()
    assert form["callback_id"] == "mat:item:add"
    said = {"what": {"text": {"type": "plain_text_input", "value": "no"}}}
    assert await side.submit(LEAD.user_id, said) == {"what": "Say more"}
    said["what"]["text"]["value"] = "yes"
    time = {"at": {"time": {"type": "timepicker", "selected_time": "08:30"}}}
    assert await side.submit(LEAD.user_id, {**said, **time}) == {}
    assert seen[-1]["at"]["time"]["selected_time"] == "08:30"
    assert seen[-1]["day"]["date"]["selected_date"] is None
    assert await side.forms() == []

    await side.open_home(NURSE.user_id)
    assert await until(lambda: side.home(NURSE.user_id), what="Home")
    await side.press_on_home(NURSE.user_id, "Tell me")
    assert [m["text"] for m in await side.direct_messages(NURSE.user_id)] == ["Shared: home"]


async def test_what_is_not_there_cannot_be_pressed_or_sent(side: SlackSide) -> None:
    with pytest.raises(NotOnThePage):
        await side.press(LEAD.user_id, TEAM.channel_id, "Share")
    with pytest.raises(NotOnThePage):
        await side.submit(LEAD.user_id, {})
