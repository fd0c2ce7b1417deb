"""The harness itself: what it types, presses and fills in arrives at a bot, and what the bot answers can be read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.local_slack import LocalSlack
from messages import block_kit as kit
from tests.acceptance.conftest import OpenPage
from tests.acceptance.slack_side import NotOnThePage, SlackSide, until
from tests.acceptance.world import BOT, LEAD, LOBBY, NURSE, TEAM

FORM = kit.modal(
    "Add an item",
    "mat:item:add",
    [
        kit.field("What is it?", kit.text_field("text", multiline=True), block_id="what"),
        kit.field("Day", kit.date_picker("date"), block_id="day", optional=True),
        kit.field(
            "Kind",
            kit.choice("static_select", "kind", [kit.option("Win", "w"), kit.option("Worry", "y")]),
            block_id="kind",
        ),
        kit.field(
            "Who",
            kit.choice("radio_buttons", "who", [kit.option("Me", "m"), kit.option("Us", "u")], initial="m"),
            block_id="who",
        ),
        kit.field("At", kit.time_picker("time", initial=time(9)), block_id="at", optional=True),
        kit.field("Owner", kit.person_picker("person"), block_id="owner", optional=True),
        kit.field("Readers", kit.people_picker("people", initial=[LEAD.user_id]), block_id="readers", optional=True),
        kit.field("Where", kit.channel_picker("channel", initial=TEAM.channel_id), block_id="where"),
        kit.actions(
            kit.button(
                "Try it", "mat:item:try", kit.pack(text="tried"), confirm=kit.confirm("Sure?", "Now?", "Yes", "No")
            )
        ),
    ],
    submit="Add",
)


OPENLY = kit.actions(kit.button("Say it", "mat:echo:share", kit.pack(text="openly")), block_id="c")


def values_of(body: dict[str, Any]) -> Any:
    return body["view"]["state"]["values"]


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
        seen.append(body)
        text = kit.unpack(body["actions"][0]["value"])["text"]
        place = body["channel"]["id"] if "channel" in body else body["user"]["id"]
        await client.chat_postMessage(channel=place, text=f"Shared: {text}")
        await ack()

    @app.view("mat:item:add")
    async def submitted(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
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
    """The echo bot, connected; the presses and submissions it saw."""
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


async def test_a_press_on_a_private_answer_says_that_it_is_one(
    open_page: OpenPage, side: SlackSide, seen: list[dict[str, Any]]
) -> None:
    page = await open_page(LEAD, channel=TEAM.name)
    await page.say("/mat quietly")
    await page.press("Share")
    await page.read("Shared: quietly")
    await side.api("chat.postMessage", channel=TEAM.channel_id, text="", blocks=[OPENLY])
    await side.press(LEAD.user_id, TEAM.channel_id, "Say it")
    assert [body["container"]["is_ephemeral"] for body in seen] == [True, False]
    assert ["message" in body for body in seen] == [False, True], "as Slack sends it"


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
    await page.fill("At", "08:30")
    await page.choose("Owner", NURSE.real_name)
    await page.choose("Readers", NURSE.real_name)
    await page.choose("Where", f"#{LOBBY.name}")
    await page.submit()
    assert "Say more" in await page.form.locator(".modal-error").inner_text()
    await page.fill("What is it?", "Naloxone kits\nare low")
    await page.submit()
    await page.form_closed()
    values = values_of(seen[-1])
    assert values["what"]["text"] == {"type": "plain_text_input", "value": "Naloxone kits\nare low"}
    assert values["day"]["date"] == {"type": "datepicker", "selected_date": "2027-01-31"}
    assert values["kind"]["kind"]["selected_option"]["value"] == "y"
    assert values["who"]["who"]["selected_option"]["value"] == "u"
    assert values["at"]["time"] == {"type": "timepicker", "selected_time": "08:30"}
    assert values["owner"]["person"] == {"type": "users_select", "selected_user": NURSE.user_id}
    assert values["readers"]["people"]["selected_users"] == [LEAD.user_id, NURSE.user_id]
    assert values["where"]["channel"]["selected_conversation"] == LOBBY.channel_id
    assert await side.forms() == []


async def test_fields_nobody_touches_are_sent_as_they_began(open_page: OpenPage, seen: list[dict[str, Any]]) -> None:
    page = await open_page(LEAD, channel=TEAM.name)
    await page.say("/mat form")
    await page.form_titled("Add an item")
    await page.fill("What is it?", "As it is")
    await page.submit()
    await page.form_closed()
    values = values_of(seen[-1])
    assert values["at"]["time"]["selected_time"] == "09:00"
    assert values["who"]["who"]["selected_option"]["value"] == "m"
    assert values["readers"]["people"]["selected_users"] == [LEAD.user_id]
    assert values["where"]["channel"]["selected_conversation"] == TEAM.channel_id
    assert values["kind"]["kind"]["selected_option"] is None
    assert values["owner"]["person"]["selected_user"] is None


async def test_a_button_on_a_form_asks_first_and_says_which_form_and_what_stands_in_it(
    open_page: OpenPage, side: SlackSide, seen: list[dict[str, Any]]
) -> None:
    page = await open_page(LEAD, channel=TEAM.name)
    await page.say("/mat form")
    await page.form_titled("Add an item")
    await page.fill("What is it?", "Half a thought")
    await page.press("Try it")
    await until(lambda: side.calls("chat.postMessage"), what="the answer")
    payload = seen[-1]
    (form,) = await side.forms()
    assert payload["view"]["callback_id"] == "mat:item:add"
    assert payload["container"] == {"type": "view", "view_id": form["id"]}
    assert values_of(payload)["what"]["text"]["value"] == "Half a thought"
    assert "channel" not in payload


async def test_what_is_for_one_person_is_not_shown_to_another(open_page: OpenPage) -> None:
    mine, theirs = await open_page(LEAD, channel=TEAM.name), await open_page(NURSE, channel=TEAM.name)
    await mine.say("/mat just for me")
    await mine.read("just for me")
    await mine.say("for all to see")
    await theirs.read("for all to see")
    assert await theirs.messages.filter(has_text="just for me").count() == 0


async def test_dates_and_peoples_words_read_as_in_slack(open_page: OpenPage, side: SlackSide) -> None:
    at = datetime(2027, 1, 4, 14, tzinfo=UTC)
    words = kit.escape("<!channel> A & B, 5 < 6, <@U0ANA>")
    blocks = [kit.section(f"{kit.moment(at, at.astimezone(ZoneInfo('America/New_York')))} {words}")]
    await side.api("chat.postMessage", channel=TEAM.channel_id, text="", blocks=blocks)
    page = await open_page(LEAD, channel=TEAM.name)
    shown = (await page.read("5 <")).replace("\u2060", "")
    assert "Mon, January 4, 9:00 AM EST <!channel> A & B, 5 < 6, <@U0ANA>" in shown
    assert await page.messages.locator(".mention").count() == 0


async def test_a_home_is_shown_and_its_button_works(open_page: OpenPage) -> None:
    page = await open_page(NURSE)
    home = await page.go_home()
    assert "Today" in await home.inner_text()
    await page.press("Tell me")
    await page.go_to_direct_messages()
    assert "Shared: home" in await page.read("Shared")


async def test_a_table_reads_line_by_line(open_page: OpenPage, side: SlackSide) -> None:
    cells = [["Building block", "Done"], ["Leadership", "3 of 14"]]
    rows = [[{"type": "raw_text", "text": cell} for cell in row] for row in cells]
    await side.api("chat.postMessage", channel=TEAM.channel_id, text="", blocks=[{"type": "table", "rows": rows}])
    page = await open_page(LEAD, channel=TEAM.name)
    assert "Building block · Done\nLeadership · 3 of 14" in " ".join((await page.read("Leadership")).split("  "))


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
    await side.press_in_form(LEAD.user_id, "Try it", said)
    assert (await side.calls("chat.postMessage"))[-1]["text"] == "Shared: tried"
    assert await side.submit(LEAD.user_id, said, exactly=True) == {}
    assert values_of(seen[-1])["at"]["time"]["selected_time"] is None

    await side.command(LEAD.user_id, TEAM.channel_id, "form")
    at = {"at": {"time": {"type": "timepicker", "selected_time": "08:30"}}}
    assert await side.submit(LEAD.user_id, {**said, **at}) == {}
    assert values_of(seen[-1])["at"]["time"]["selected_time"] == "08:30"
    assert values_of(seen[-1])["day"]["date"]["selected_date"] is None
    assert values_of(seen[-1])["where"]["channel"]["selected_conversation"] == TEAM.channel_id
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
