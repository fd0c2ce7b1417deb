"""`/mat`, help, unknown words, Home, asks and the digest's preview, through the whole bot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from commands.everything import ACTIONS, ALIASES, COMMANDS, SHORTCUTS, VIEWS
from mat.asks import AskState
from mat.clinic import Clinic
from mat.concerns import ClinicKey, Draft
from mat.help import EVERYDAY_WORDS, TOPICS, five_for
from tests.bot_under_test import HERE, BotUnderTest, with_clinic
from tests.fakes.slack_limits import elements
from tests.fakes.slack_world import ADMIN, GUEST, LEAD, MEMBER, PRIVATE_CHANNEL, Person

BIRCH = replace(HERE, id="birch", name="Birch Hill Clinic", channel=PRIVATE_CHANNEL)


async def open_asks(bot: BotUnderTest) -> list[tuple[str, AskState]]:
    async with bot.bot.desk.work.reading() as books:
        return [(a.text, a.state) for a in await books.at(HERE).asks.open()]


# -- what needs you ---------------------------------------------------------------------------------------------------


async def test_mat_alone_says_what_needs_you_with_buttons(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("")
    assert "Good morning, ana." in answer.text
    done = await bot.press("mat:milestone:done", answer)
    assert "Done:" in done.text
    assert not done.last["replace_original"], "the list stays, so that the next one can be pressed"


async def test_silent_aliases_work_and_are_never_shown(bot: BotUnderTest, clinic: Clinic) -> None:
    assert (await bot.slash("todo")).text == (await bot.slash("")).text
    assert "todo" not in (await bot.slash("help")).shown


# -- help and unknown words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [MEMBER, LEAD, ADMIN], ids=["member", "lead", "colleague"])
async def test_help_has_five_commands_for_this_person(bot: BotUnderTest, clinic: Clinic, person: Person) -> None:
    answer = await bot.slash("help", user=person)
    assert answer.shown.count("• `/mat") == 5


async def test_help_differs_by_who_asks(bot: BotUnderTest, clinic: Clinic) -> None:
    member, lead = await bot.slash("help"), await bot.slash("help", user=LEAD)
    assert "/mat done" in member.text
    assert "/mat team" in lead.text
    assert "/mat done" not in (await bot.slash("help", user=ADMIN)).text, "a colleague may not change milestones"


@pytest.mark.parametrize("word", [w for w in TOPICS if w])
async def test_every_command_has_help_and_the_help_has_an_example(bot: BotUnderTest, clinic: Clinic, word: str) -> None:
    answer = await bot.slash(f"help {word}")
    assert TOPICS[word].example in answer.text


def test_help_names_exactly_what_can_be_typed() -> None:
    assert set(TOPICS) == set(COMMANDS)


def test_before_any_setup_help_points_to_it() -> None:
    assert five_for(None)[0].word == "setup"


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("stauts", "status"),
        ("hudle", "huddle"),
        ("digets", "digest"),
        ("zzzzqq", "help"),
        ("thanks", "help"),
        ("milestones", "plan"),
        ("forget", "privacy"),
        ("move", "plan"),
    ],
)
async def test_an_unknown_word_is_answered_with_the_nearest_command(
    bot: BotUnderTest, clinic: Clinic, typed: str, nearest: str
) -> None:
    answer = await bot.slash(typed, user=LEAD)
    assert f"/mat {nearest}?" in answer.text
    labels = [button["text"]["text"] for block in answer.blocks for button in block.get("elements", ())]
    assert labels == ([f"/mat {nearest}"] if nearest == "help" else [f"/mat {nearest}", "Help"])
    ran = await bot.press("mat:go:run", answer, user=LEAD)
    assert ran.text or ran.view


@pytest.mark.parametrize(("typed", "nearest"), [("huddles", "huddle"), ("delete", "privacy"), ("stauts", "status")])
async def test_help_about_an_unknown_word_offers_the_nearest(
    bot: BotUnderTest, clinic: Clinic, typed: str, nearest: str
) -> None:
    answer = await bot.slash(f"help {typed}")
    assert f"Did you mean /mat help {nearest}?" in answer.text
    assert f"/mat {nearest}" in (await bot.press("mat:go:run", answer)).text


async def test_help_about_nothing_that_comes_near_leads_to_all_commands(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("help parking")
    assert "I have no help about “parking”" in answer.text
    assert "/mat undo" in (await bot.press("mat:help:all", answer)).text


def test_everyday_words_lead_to_commands_and_are_none_themselves() -> None:
    assert set(EVERYDAY_WORDS.values()) <= set(TOPICS)
    assert not set(EVERYDAY_WORDS) & (set(TOPICS) | set(ALIASES))


@pytest.mark.parametrize("typed", ["<!channel>", "x" * 40_000, "🎉", "\u202eعربي", "\x00", "done\x00"])
async def test_anything_can_be_typed(bot: BotUnderTest, clinic: Clinic, typed: str) -> None:
    answer = await bot.slash(typed)
    assert answer.text
    assert "<!channel>" not in answer.text
    assert len(answer.text) < 1_000


# -- Home -------------------------------------------------------------------------------------------------------------


def texts(view: Mapping[str, Any]) -> str:
    return str(view["blocks"])


async def test_home_shows_today_next_plan_and_speak_up(bot: BotUnderTest, clinic: Clinic) -> None:
    view = await bot.open_home()
    for title in ("*Today*", "*Next huddle*", "*Our plan*", "*Speak up*"):
        assert title in texts(view)
    assert "Team and settings" not in texts(view)
    assert "Team and settings" in texts(await bot.open_home(LEAD))


async def test_home_shows_whoever_answers_asks_that_some_wait(bot: BotUnderTest, clinic: Clinic) -> None:
    await bot.slash("asks add a second nurse")
    home = await bot.open_home(LEAD)
    assert "1 ask of the team waits for an answer." in texts(home)
    opened = await bot.press("mat:go:run#asks", home, user=LEAD)
    assert "a second nurse" in texts(opened.view or {})
    assert "waits for an answer" not in texts(await bot.open_home())


async def test_home_and_help_lead_readers_to_the_inbox_and_say_nothing_of_what_is_in_it(
    bot: BotUnderTest, clinic: Clinic
) -> None:
    key = ClinicKey(clinic.workspace, clinic.id)
    empty = await bot.open_home()
    await bot.bot.concerns.raise_concern(Draft("other", "Phones ring all day."), key, bot.clock())
    await bot.bot.concerns.release(key, bot.clock().date())
    assert (await bot.open_home())["blocks"] == empty["blocks"]
    inbox = await bot.press("mat:concern:inbox", empty)
    assert inbox.view is not None
    assert "Phones ring all day." in texts(inbox.view)
    assert "mat:concern:inbox" not in texts(await bot.open_home(ADMIN))
    assert "You read concerns: `/mat inbox`" in (await bot.slash("help")).shown
    assert "/mat inbox" not in (await bot.slash("help", user=ADMIN)).shown


async def test_a_press_on_home_answers_in_a_modal_and_home_is_fresh(bot: BotUnderTest, clinic: Clinic) -> None:
    view = await bot.open_home()
    before = texts(view)
    answer = await bot.press("mat:milestone:done", view)
    assert answer.view is not None
    assert "*Done:*" in texts(answer.view)
    assert texts(bot.slack.world.homes[MEMBER.id]) != before


async def test_home_of_a_person_of_two_clinics_switches(bot: BotUnderTest, clinic: Clinic) -> None:
    await with_clinic(bot, BIRCH)
    asked = await bot.open_home()
    assert "Which one do you mean" in texts(asked)
    await bot.press("mat:go:clinic#0", asked)
    first = bot.slack.world.homes[MEMBER.id]
    assert "Switch to" in texts(first)
    await bot.press("mat:go:clinic#0", first)
    assert bot.slack.world.homes[MEMBER.id]["blocks"][0] != first["blocks"][0]


async def test_home_of_a_guest_is_one_polite_sentence(bot: BotUnderTest, clinic: Clinic) -> None:
    view = await bot.open_home(GUEST)
    assert "I work with members" in texts(view)
    assert "Maple" not in texts(view)


async def test_home_before_any_setup_says_how_to_start(bot: BotUnderTest) -> None:
    assert "/mat setup" in texts(await bot.open_home())


async def test_before_any_setup_an_admin_is_one_press_away_from_it(bot: BotUnderTest) -> None:
    told = await bot.slash("", user=ADMIN)
    form = await bot.press("mat:go:run#setup", told, user=ADMIN)
    assert form.view is not None
    assert "Set up a clinic" in texts(await bot.open_home(ADMIN))
    assert "mat:go:run" not in (await bot.slash("")).shown, "others are told whom to ask"


# -- asks and the digest ----------------------------------------------------------------------------------------------


ANSWERED = "Maple Street Clinic: leadership has answered your ask. {}"


async def notices(bot: BotUnderTest) -> list[tuple[str, str]]:
    """Who is told what, as it waits to be sent."""
    async with bot.bot.desk.work.reading() as books:
        return [(post.target, post.note) for post in await books.outbox.ready(bot.clock(), 10)]


async def test_an_ask_is_added_seen_in_the_digest_and_answered(bot: BotUnderTest, clinic: Clinic) -> None:
    added = await bot.slash("asks add half a day for training")
    assert "Asked: “half a day for training”." in added.text
    digest = await bot.slash("digest", user=LEAD)
    assert "half a day for training" in digest.text
    taken = await bot.press("mat:ask:take", digest, user=LEAD)
    assert f"<@{LEAD.id}> will do it" in taken.text
    assert await open_asks(bot) == []
    again = await bot.press("mat:ask:take", digest, user=LEAD)
    assert "will do it" in again.text, "a second press says what became of it"
    assert await notices(bot) == [(MEMBER.id, ANSWERED.format(f"“half a day for training”: <@{LEAD.id}> will do it."))]


async def test_not_now_needs_a_reason_which_the_team_sees(bot: BotUnderTest, clinic: Clinic) -> None:
    await bot.slash("asks add a second nurse")
    form = await bot.press("mat:ask:notnow", await bot.slash("asks", user=LEAD), user=LEAD)
    assert form.view is not None
    refused = await bot.submit(form.view, {"why": "  "}, user=LEAD)
    assert refused.body["errors"] == {"why": "Please say why not now in a few words."}
    told = await bot.submit(form.view, {"why": "after July"}, user=LEAD)
    assert "not now, “after July”" in told.shown
    assert await open_asks(bot) == []
    assert await notices(bot) == [(MEMBER.id, ANSWERED.format("“a second nurse”: not now, “after July”."))]
    assert "*Answered lately*\\n• “a second nurse”: not now, “after July”." in (await bot.slash("asks")).shown


async def test_an_answer_can_be_taken_back_by_who_gave_it(bot: BotUnderTest, clinic: Clinic) -> None:
    await bot.slash("asks add a second nurse")
    taken = await bot.press("mat:ask:take", await bot.slash("asks", user=LEAD), user=LEAD)
    bot.clock.jump_to(bot.clock.now + timedelta(seconds=5))
    open_again = await bot.press("mat:ask:undo", taken, user=LEAD)
    assert "“a second nurse”: open" in open_again.text
    assert await open_asks(bot) == [("a second nurse", AskState.OPEN)]
    twice = await bot.press("mat:ask:undo", taken, user=LEAD)
    assert "“a second nurse”: open" in twice.text
    assert [note.split(". ")[0] for _, note in await notices(bot)] == [
        "Maple Street Clinic: leadership has answered your ask",
        "Maple Street Clinic: leadership has taken back its answer to your ask",
    ]


async def test_an_ask_can_be_taken_back_by_who_asked(bot: BotUnderTest, clinic: Clinic) -> None:
    added = await bot.slash("asks add a bigger room")
    await bot.press("mat:ask:takeback", added)
    assert await open_asks(bot) == []
    assert await notices(bot) == []
    assert "a bigger room" not in (await bot.slash("asks")).shown


async def test_asks_refuse_patient_details_and_nothing_is_kept(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await bot.slash("asks add call 555-867-5309 back")
    assert "I hold no patient details" in str(answer.view)
    assert await open_asks(bot) == []


async def test_asks_without_words_open_the_form(bot: BotUnderTest, clinic: Clinic) -> None:
    form = await bot.slash("asks add")
    assert form.view is not None
    await bot.submit(form.view, {"text": "a fax that works"})
    assert await open_asks(bot) == [("a fax that works", AskState.OPEN)]


async def test_only_leads_and_readers_preview_the_digest(bot: BotUnderTest, clinic: Clinic) -> None:
    refused = await bot.slash("digest")
    assert "Only leads and the people who get the digest" in refused.text
    seen = await bot.slash("digest", user=LEAD)
    assert "Preview of the next digest" in seen.text


# -- the tables -------------------------------------------------------------------------------------------------------


async def test_every_button_shown_has_a_handler(bot: BotUnderTest, clinic: Clinic) -> None:
    """Presses nothing: looks at everything these commands show, for every standing."""
    for line in (
        "",
        "status",
        "help",
        "asks",
        "digest",
        "plan",
        "team",
        "privacy",
        "huddle",
        "agenda",
        "done",
        "stauts",
    ):
        for person in (MEMBER, LEAD, ADMIN):
            await bot.slash(line, user=person)
    shown = [answer.blocks for answer in bot.seen]
    shown += [list((await bot.open_home(person))["blocks"]) for person in (MEMBER, LEAD, ADMIN)]
    names = {thing["action_id"] for blocks in shown for _, thing in elements(blocks) if thing["type"] == "button"}
    assert names
    unknown = {n for n in names if n.removeprefix("mat:").partition("#")[0] not in ACTIONS}
    assert not unknown


def test_forms_and_shortcuts_have_names_of_their_own() -> None:
    assert VIEWS
    assert SHORTCUTS
