"""Slack is slow, busy, down or says no: the person hears it where they are, what was saved stays saved, nothing comes twice."""

from __future__ import annotations

import pytest

from mat.clinic import Clinic
from tests.bot_under_test import BotUnderTest
from tests.fakes import payloads
from tests.fakes.slack_world import (
    ARCHIVED_CHANNEL,
    HANGS_BEFORE,
    HTML_503,
    LEAD,
    MEMBER,
    OPTIONAL_SCOPES,
    OTHER_CHANNEL,
    PRIVATE_CHANNEL,
    REQUIRED_SCOPES,
    RESET_AFTER,
    RESET_BEFORE,
    TEAM_CHANNEL,
    TEXT_500,
    TRUNCATED,
    Channel,
    Fault,
    Person,
    refuses,
    slow_down,
)
from tests.integration.trouble.buttons import lived_in
from tests.integration.trouble.forms import FORMS, shown_now
from tests.integration.trouble.looking import kept, said

PASSING = [RESET_BEFORE, TEXT_500, HTML_503, TRUNCATED, slow_down("0"), slow_down(None), refuses("internal_error")]
LASTING = [refuses("invalid_auth"), refuses("not_found"), refuses("account_inactive")]
ALWAYS = 9
NOT_OPENED = "did not open the form"


def names(fault: Fault) -> str:
    return fault.name


# -- forms ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", PASSING, ids=names)
async def test_a_form_is_opened_at_the_second_try(bot: BotUnderTest, clinic: Clinic, fault: Fault) -> None:
    bot.slack.order("views.open", fault)
    answer = await bot.slash("asks add")
    assert not answer.text
    assert answer.view is not None


async def test_a_form_whose_opening_was_only_lost_on_the_way_back_is_not_said_to_be_closed(
    bot: BotUnderTest, clinic: Clinic
) -> None:
    bot.slack.order("views.open", RESET_AFTER)
    answer = await bot.slash("asks add")
    assert answer.view is not None
    assert not answer.text


@pytest.mark.parametrize(
    "fault", [RESET_BEFORE, refuses("expired_trigger_id"), refuses("invalid_auth"), HANGS_BEFORE], ids=names
)
async def test_a_command_says_that_its_form_did_not_open(bot: BotUnderTest, clinic: Clinic, fault: Fault) -> None:
    bot.slack.order("views.open", *[fault] * ALWAYS)
    answer = await bot.slash("asks add")
    assert NOT_OPENED in answer.text
    assert answer.body["response_type"] == "ephemeral"


async def test_a_trigger_that_is_too_old_is_said_to_be(bot: BotUnderTest, clinic: Clinic) -> None:
    trigger = bot.slack.world.trigger(MEMBER.id)
    await bot.clock.move(seconds=4)
    url = bot.slack.response_url()
    payload = payloads.slash_command("asks add", trigger=trigger, response_url=url)
    status, body = await bot.dispatch(payload)
    assert status == 200
    assert NOT_OPENED in body["text"]


async def test_a_button_says_that_its_form_did_not_open(bot: BotUnderTest, clinic: Clinic) -> None:
    asks = await bot.slash("asks")
    bot.slack.order("views.open", *[RESET_BEFORE] * ALWAYS)
    assert NOT_OPENED in (await bot.press("mat:ask:add", asks)).text


async def test_home_says_by_direct_message_that_its_form_did_not_open(bot: BotUnderTest, clinic: Clinic) -> None:
    home = await bot.open_home()
    bot.slack.order("views.open", *[RESET_BEFORE] * ALWAYS)
    await bot.press("mat:milestone:move", home)
    (told,) = bot.slack.world.messages_in(MEMBER.id)
    assert NOT_OPENED in told.text


async def test_a_shortcut_says_beside_the_message_that_its_form_did_not_open(bot: BotUnderTest, clinic: Clinic) -> None:
    await FORMS["agenda:add"](bot)
    url, trigger = bot.slack.response_url(), bot.slack.world.trigger(MEMBER.id)
    bot.slack.order("views.open", *[RESET_BEFORE] * ALWAYS)
    payload = payloads.message_shortcut("mat:agenda:add", "the fridge", trigger=trigger, response_url=url)
    assert (await bot.dispatch(payload))[0] == 200
    assert NOT_OPENED in bot.slack.answers_at(url)[0]["text"]


async def test_nothing_ever_comes_by_message_about_the_concern_form(bot: BotUnderTest, clinic: Clinic) -> None:
    bot.slack.order("views.open", *[RESET_BEFORE] * ALWAYS)
    trigger = bot.slack.world.trigger(MEMBER.id)
    assert (await bot.dispatch(payloads.global_shortcut("mat:concern:raise", trigger=trigger)))[0] == 200
    assert not bot.slack.world.messages
    home = await bot.open_home()
    bot.slack.order("views.open", *[RESET_BEFORE] * ALWAYS)
    await bot.press("mat:concern:raise", home)
    assert not bot.slack.world.messages


async def test_a_concern_form_that_slack_refuses_leaves_a_plain_one_and_no_message(
    bot: BotUnderTest, clinic: Clinic
) -> None:
    home = await bot.open_home()
    trigger = bot.slack.world.trigger(MEMBER.id)
    bot.slack.order("views.open", refuses("invalid_arguments"))
    await bot.dispatch(payloads.global_shortcut("mat:concern:raise", trigger=trigger))
    bot.slack.order("views.open", refuses("invalid_arguments"))
    pressed = await bot.press("mat:concern:raise", home)
    shown = [view["blocks"][0]["text"]["text"] for view in bot.slack.world.views.values() if view["type"] == "modal"]
    assert len(shown) == 2
    assert all("Slack did not take the form, and nothing was sent or kept" in text for text in shown)
    assert not pressed.text
    assert not bot.slack.world.messages


# -- answers that come behind ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [RESET_BEFORE, TEXT_500, HTML_503, slow_down()], ids=names)
async def test_an_answer_behind_a_button_is_tried_again(bot: BotUnderTest, clinic: Clinic, fault: Fault) -> None:
    today = await bot.slash("")
    bot.slack.order("response_url", fault)
    done = await bot.press("mat:milestone:done", today)
    assert done.text.startswith("Done:")


@pytest.mark.parametrize(
    "fault", [HTML_503, RESET_BEFORE, Fault("gone", status=404, body="expired_url"), refuses("used_url")], ids=names
)
async def test_an_answer_that_never_gets_through_comes_as_a_direct_message(
    bot: BotUnderTest, clinic: Clinic, fault: Fault
) -> None:
    today = await bot.slash("")
    bot.slack.order("response_url", *[fault] * ALWAYS)
    await bot.press("mat:milestone:done", today)
    (told,) = bot.slack.world.messages_in(MEMBER.id)
    assert "Done:" in told.text


@pytest.mark.parametrize("method", ["views.update", "views.publish"])
@pytest.mark.parametrize("fault", PASSING, ids=names)
async def test_a_modal_and_home_are_tried_again(bot: BotUnderTest, clinic: Clinic, method: str, fault: Fault) -> None:
    bot.slack.order(method, fault)
    if method == "views.publish":
        assert "Today" in str((await bot.open_home())["blocks"])
    else:
        form = await FORMS["setup:basics"](bot)
        await bot.submit(form.view, form.answers, user=form.user)
        channel = await FORMS["team:channel"](bot)
        await bot.submit(channel.view, channel.answers, user=channel.user)
        assert "Checking" not in str(shown_now(bot, channel.view))


async def test_home_that_cannot_be_shown_costs_nothing(bot: BotUnderTest, clinic: Clinic) -> None:
    await bot.open_home()
    bot.slack.order("views.publish", *[refuses("invalid_auth")] * ALWAYS)
    await bot.open_home()
    assert "Six Building Blocks" in (await bot.slash("status")).text


@pytest.mark.parametrize("fault", LASTING, ids=names)
async def test_a_post_that_cannot_be_changed_is_said_to_whoever_pressed(
    bot: BotUnderTest, clinic: Clinic, fault: Fault
) -> None:
    """*I'm here* on a posted agenda: it counts, though the post does not show it."""
    await lived_in(bot)
    agenda = next(m for m in bot.slack.world.messages_in(TEAM_CHANNEL) if "mat:huddle:here" in str(m.blocks))
    bot.clock.jump_to(bot.clock.now.replace(day=5, hour=13))
    bot.slack.order("chat.update", *[fault] * ALWAYS)
    answer = await bot.press("mat:huddle:here", agenda, user=LEAD)
    assert "What was saved stays saved" in answer.text
    assert any(LEAD.id in row for row in kept(bot) if row.startswith("attendance"))


# -- channels and permissions ---------------------------------------------------------------------------------------------------

CHANNELS = {
    ARCHIVED_CHANNEL: "is archived",
    OTHER_CHANNEL: "/invite @matbot",
    "C0NOWHERE": "I can't see that channel",
    "C0SHARED1": "shared with another organization",
}


@pytest.mark.parametrize("name", ["setup:channel", "team:channel"])
@pytest.mark.parametrize(("channel", "sentence"), CHANNELS.items(), ids=list(CHANNELS))
async def test_a_channel_that_will_not_do_is_refused_and_can_be_tried_again(
    bot: BotUnderTest, clinic: Clinic, name: str, channel: str, sentence: str
) -> None:
    bot.slack.world.channels["C0SHARED1"] = Channel("C0SHARED1", "with-others", shared=True)
    form = await FORMS[name](bot)
    before = kept(bot)
    await bot.submit(form.view, {"channel": channel}, user=form.user)
    shown = shown_now(bot, form.view)
    assert sentence in str(shown["blocks"])
    assert kept(bot) == before
    await bot.submit(shown, {"channel": PRIVATE_CHANNEL}, user=form.user)
    assert sentence not in str(shown_now(bot, form.view)["blocks"])
    assert kept(bot) != before


@pytest.mark.parametrize("name", ["setup:channel", "team:channel"])
@pytest.mark.parametrize("fault", [*PASSING, *LASTING], ids=names)
async def test_a_channel_slack_says_nothing_about_is_not_said_to_be_missing(
    bot: BotUnderTest, clinic: Clinic, name: str, fault: Fault
) -> None:
    form = await FORMS[name](bot)
    before = kept(bot)
    bot.slack.order("conversations.info", *[fault] * ALWAYS)
    await bot.submit(form.view, {"channel": PRIVATE_CHANNEL}, user=form.user)
    bot.slack.no_more("conversations.info")
    shown = shown_now(bot, form.view)
    assert "Slack did not answer me" in str(shown["blocks"])
    assert kept(bot) == before
    await bot.submit(shown, {"channel": PRIVATE_CHANNEL}, user=form.user)
    assert kept(bot) != before


@pytest.mark.parametrize("name", ["setup:channel", "team:channel"])
@pytest.mark.parametrize("scope", ["channels:read", "groups:read"])
async def test_a_missing_permission_is_named(bot: BotUnderTest, clinic: Clinic, name: str, scope: str) -> None:
    form = await FORMS[name](bot)
    before = kept(bot)
    bot.slack.world.scopes = (REQUIRED_SCOPES | OPTIONAL_SCOPES) - {scope}
    public = "C0FRESH01"
    bot.slack.world.channels[public] = Channel(public, "fresh")
    picked = public if scope == "channels:read" else PRIVATE_CHANNEL
    await bot.submit(form.view, {"channel": picked}, user=form.user)
    assert f"the permission {scope}" in str(shown_now(bot, form.view)["blocks"])
    assert kept(bot) == before


async def test_without_chat_write_sharing_says_what_slack_said(bot: BotUnderTest, clinic: Clinic) -> None:
    status = await bot.slash("status")
    bot.slack.world.scopes = REQUIRED_SCOPES - {"chat:write"}
    assert "missing_scope" in (await bot.press("mat:status:share", status)).text
    bot.slack.world.scopes = REQUIRED_SCOPES
    await bot.press("mat:status:share", status)
    assert len(bot.slack.world.messages_in(TEAM_CHANNEL)) == 1, "a share that failed may be tried again at once"


async def test_without_the_history_scopes_everything_else_works(bot: BotUnderTest, clinic: Clinic) -> None:
    bot.slack.world.scopes = REQUIRED_SCOPES
    await lived_in(bot)
    assert any("Agenda for" in message.text for message in bot.slack.world.messages_in(TEAM_CHANNEL))


async def test_a_share_whose_answer_was_lost_does_not_claim_to_have_failed(bot: BotUnderTest, clinic: Clinic) -> None:
    status = await bot.slash("status")
    bot.slack.order("chat.postMessage", RESET_AFTER)
    assert "look in the channel first" in (await bot.press("mat:status:share", status)).text


# -- people -----------------------------------------------------------------------------------------------------------------------


async def test_somebody_slack_will_not_tell_about_is_asked_to_try_again_and_then_let_in(
    bot: BotUnderTest, clinic: Clinic
) -> None:
    newcomer = Person("U0NEWBIE1", "nia")
    bot.slack.world.people[newcomer.id] = newcomer
    for fault in (RESET_BEFORE, TEXT_500, TRUNCATED, slow_down(), refuses("missing_scope"), Fault("empty", body="{}")):
        bot.slack.order("users.info", *[fault] * ALWAYS)
        refused = await bot.slash("status", user=newcomer)
        assert "could not check who you are" in refused.text
        bot.slack.no_more("users.info")
    assert "could not check" in (await bot.slash("status", user=newcomer)).text
    assert "Six Building Blocks" in (await bot.slash("status", user=newcomer)).text


@pytest.mark.parametrize("fault", [*PASSING, refuses("missing_scope"), Fault("list", body="[]")], ids=names)
async def test_people_known_before_stay_known_when_the_list_does_not_come(
    bot: BotUnderTest, clinic: Clinic, fault: Fault
) -> None:
    bot.slack.order("users.list", *[fault] * ALWAYS)
    await bot.bot.directory.load()
    assert "Six Building Blocks" in (await bot.slash("status")).text


async def test_a_long_list_of_people_is_read_page_by_page(bot: BotUnderTest, clinic: Clinic) -> None:
    crowd = {f"U0CROWD{n:04}": Person(f"U0CROWD{n:04}", f"person {n}") for n in range(450)}
    bot.slack.world.people |= crowd
    pages = len(bot.slack.called("users.list"))
    await bot.bot.directory.load()
    assert len(bot.slack.called("users.list")) - pages == len(range(0, len(bot.slack.world.people), 200))
    last = list(crowd.values())[-1]
    assert "Six Building Blocks" in (await bot.slash("status", user=last)).text
    assert said(await bot.slash("status", user=last))
