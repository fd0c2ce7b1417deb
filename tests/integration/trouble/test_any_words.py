"""Whatever people type: into a line or a field, it comes out as characters wherever it is shown, or is refused in a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands.everything import COMMANDS
from mat.clinic import Clinic
from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, BotUnderTest, with_clinic
from tests.fakes import payloads
from tests.fakes.slack_limits import elements, message_faults
from tests.fakes.slack_world import LEAD, MEMBER, OTHER_CHANNEL, PRIVATE_CHANNEL, Person
from tests.integration.trouble.forms import FORMS, OpenForm
from tests.integration.trouble.looking import everything_shown, kept, markup, said

# Short enough for every field; the first would ring a bell for everybody.
HOSTILE = ("<!channel>&<@U0X>", "<https://a.co|x>", "🎉\u202eمرحبا")
RAW = ("<!channel>", "<@U0X>", "<https://a.co|x>", "\u202e")
NOTHING = ("", "   ", "\x00", "\n\t\r", "\u200e\u202e", "\ud83d")
TYPED_AGAIN = frozenset({"confirm", "receipt", "zone_other", "words"})
"""Fields whose words are compared with something and never kept."""


def text_fields(form: OpenForm) -> list[str]:
    """Block ids of the fields that take free text."""
    found = [block for block, element in elements(form.view["blocks"]) if element["type"] == "plain_text_input"]
    return [str(block["block_id"]) for block in found]


async def with_text(form: OpenForm, block: str, text: object) -> dict[str, Any]:
    """The submission of a form, with anything at all in one field: Slack's own limit is passed by."""
    payload = payloads.submit(form.view, form.answers, user=form.user, trigger="made-up", nulls=True)
    (element,) = payload["view"]["state"]["values"][block].values()
    element["value"] = text
    return payload


async def look_everywhere(bot: BotUnderTest) -> None:
    """Every surface that shows what people wrote, for a member and for a lead."""
    for person in (MEMBER, LEAD):
        for line in ("", "status", "plan", "plan policies", "huddle", "agenda", "asks", "digest", "team", "privacy"):
            await bot.slash(line, user=person)
        for line in ("setup", "inbox", "done", "undo", "asks add", "agenda add", "plan add", "concern"):
            await bot.slash(line, user=person)
        await bot.open_home(person)


async def let_everything_be_posted(bot: BotUnderTest) -> None:
    """A week of agendas, questions, reminders, digests and notices."""
    async with bot.bot.desk.work.writing() as books:
        await keep_schedules(books.at(HERE), HERE, bot.clock.now)
        await books.commit()
    for hours in range(0, 8 * 24, 6):
        bot.clock.jump_to(datetime(2027, 1, 4, 14, 0, tzinfo=UTC) + timedelta(hours=hours))
        await bot.bot.delivery.planner.tick()
        await bot.bot.delivery.rounds.tick()
        await bot.bot.delivery.courier.tick()


@pytest.mark.parametrize("name", FORMS)
async def test_words_of_a_form_are_escaped_wherever_they_come_up(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    form = await FORMS[name](bot)
    for block in text_fields(form):
        for words in HOSTILE:
            status, body = await bot.dispatch(await with_text(form, block, words))
            assert status == 200
            assert "went wrong" not in str(body)
            assert not [text for text in markup(body) for raw in RAW if raw in text]
    await look_everywhere(bot)
    await let_everything_be_posted(bot)
    await look_everywhere(bot)
    assert not [text for text in everything_shown(bot) for raw in RAW if raw in text]
    for message in bot.slack.world.messages:
        assert not message_faults(message.text, message.blocks)
    assert not [call for call in bot.slack.calls if call.outcome != "ok"]


@pytest.mark.parametrize("name", FORMS)
async def test_40_000_characters_are_refused_at_their_field_and_nothing_is_kept(
    bot: BotUnderTest, clinic: Clinic, name: str
) -> None:
    form = await FORMS[name](bot)
    before = kept(bot)
    for block in text_fields(form):
        for words in ("x" * 40_000, "🎉" * 40_000, "<!channel> " * 4_000):
            status, body = await bot.dispatch(await with_text(form, block, words))
            assert status == 200
            refused = body["errors"][block] if "errors" in body else str(body["view"]["blocks"])
            assert block in TYPED_AGAIN or "I can keep" in refused
            assert len(str(body)) < 5_000, "what was typed is not sent back whole"
    assert kept(bot) == before


@pytest.mark.parametrize("name", FORMS)
async def test_nothing_or_what_nobody_can_see_changes_nothing(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    """A required field says so; one that was filled in before keeps what it had."""
    form = await FORMS[name](bot)
    stored = {str(b["block_id"]) for b, e in elements(form.view["blocks"]) if e.get("initial_value")}
    for block in text_fields(form):
        for words in NOTHING:
            before = kept(bot)
            status, body = await bot.dispatch(await with_text(form, block, words))
            assert status == 200
            assert "went wrong" not in str(body)
            optional = next(b for b in form.view["blocks"] if b.get("block_id") == block).get("optional", False)
            if block not in stored and not optional:
                assert block in body["errors"], body
                assert kept(bot) == before


@pytest.mark.parametrize("person", [MEMBER, LEAD], ids=["member", "lead"])
@pytest.mark.parametrize("word", sorted(COMMANDS))
async def test_any_line_is_answered(bot: BotUnderTest, clinic: Clinic, word: str, person: Person) -> None:
    for rest in (*HOSTILE, *NOTHING, "x" * 40_000, "add " + "🎉" * 40_000, "add <!channel>", "pdmp: <!channel>"):
        answer = await bot.slash(f"{word} {rest}", user=person)
        assert answer.body or answer.view
        assert "went wrong" not in said(answer)
        assert not [text for text in markup([answer.body, answer.view]) for raw in RAW if raw in text]
        assert len(answer.text) <= 4_000


@pytest.mark.parametrize("words", ["x" * 39_000, "🎉" * 39_000, '"\\' * 19_000], ids=["long", "emoji", "quotes"])
async def test_a_line_too_long_for_a_button_is_asked_about_all_the_same(
    bot: BotUnderTest, clinic: Clinic, words: str
) -> None:
    """A person of two clinics, outside both channels: the question carries the line."""
    await with_clinic(bot, replace(HERE, id="birch", name="Birch Hill Clinic", channel=PRIVATE_CHANNEL))
    asked = await bot.slash(f"stuck pdmp: {words}", channel=OTHER_CHANNEL)
    assert "Which one do you mean" in asked.text
    told = await bot.press("mat:go:clinic#0", asked, channel=OTHER_CHANNEL)
    assert "I can keep 300" in told.text


async def test_a_message_of_emoji_fills_the_form_and_comes_through(bot: BotUnderTest, clinic: Clinic) -> None:
    await FORMS["agenda:add"](bot)
    trigger = bot.slack.world.trigger(MEMBER.id)
    await bot.dispatch(payloads.message_shortcut("mat:agenda:add", '🎉"\\' * 300, trigger=trigger))
    view = list(bot.slack.world.views.values())[-1]
    assert view["callback_id"] == "mat:agenda:add"
    assert "*Added*" in str((await bot.submit(view, nulls=True)).body)
