"""Every button there is: pressed by a stranger, pressed twice, a week later, and after the thing was deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mat.clinic import Clinic
from tests.bot_under_test import HERE, Answer, BotUnderTest
from tests.fakes.slack_world import ADMIN, GUEST, LEAD, OUTSIDER, ROBOT, Person
from tests.integration.trouble.buttons import Shown, every_button, lived_in
from tests.integration.trouble.forms import FORMS
from tests.integration.trouble.looking import kept, said

NEWCOMER = Person("U0NEWBIE1", "nia")
REMEMBERED = frozenset({"remembered_clinic"})


async def press(bot: BotUnderTest, shown: Shown, user: Person = LEAD) -> Answer:
    calls = len(bot.slack.calls)
    answer = await bot.press(shown.name, shown.on, user=user)
    happened = [c for c in bot.slack.calls[calls:] if not c.method.startswith(("users.", "conversations."))]
    assert happened, f"{shown.name} of {shown.place} leaves the person without an answer"
    assert all(call.outcome == "ok" for call in happened), [(c.method, c.outcome) for c in happened]
    told = str([call.arguments for call in happened])
    assert "went wrong" not in told, f"{shown.name} of {shown.place}"
    return answer


async def test_the_walk_meets_buttons_of_every_kind(bot: BotUnderTest, clinic: Clinic) -> None:
    await lived_in(bot)
    things = {shown.name.split(":")[1] for shown in await every_button(bot)}
    assert things >= {
        "milestone",
        "huddle",
        "agenda",
        "plan",
        "ask",
        "team",
        "privacy",
        "concern",
        "go",
        "status",
        "help",
    }


@pytest.mark.parametrize("person", [GUEST, OUTSIDER, ROBOT, NEWCOMER], ids=lambda person: person.name)
async def test_strangers_press_in_vain(bot: BotUnderTest, clinic: Clinic, person: Person) -> None:
    """One polite sentence, privately; nothing is shown and nothing changed."""
    await lived_in(bot)
    buttons = await every_button(bot)
    before = kept(bot)
    for shown in buttons:
        calls = len(bot.slack.calls)
        answer = await bot.press(shown.name, shown.on, user=person)
        told = str([call.arguments for call in bot.slack.calls[calls:]])
        sentences = ("I work with members", "check who you are", "You are not on my list")
        assert any(sentence in told for sentence in sentences), f"{shown.name} of {shown.place}: {told}"
        assert "Everyone enrolled" not in said(answer)
        assert not any(call.method == "chat.update" for call in bot.slack.calls[calls:])
    assert kept(bot) == before


async def test_a_colleague_off_the_team_changes_nothing_of_the_teams(bot: BotUnderTest, clinic: Clinic) -> None:
    bot.slack.world.people[NEWCOMER.id] = NEWCOMER
    await bot.bot.directory.load()
    await lived_in(bot)
    buttons = await every_button(bot)
    before = kept(bot, but=REMEMBERED)
    for shown in buttons:
        if "forget" not in shown.name:
            await press(bot, shown, NEWCOMER)
    assert kept(bot, but=REMEMBERED) == before


@pytest.mark.parametrize("name", [n for n in FORMS if not n.startswith("concern:")])
async def test_a_form_opened_by_one_who_may_is_sent_in_vain_by_one_who_may_not(
    bot: BotUnderTest, clinic: Clinic, name: str
) -> None:
    form = await FORMS[name](bot)
    before = kept(bot)
    for person in (GUEST, OUTSIDER, ROBOT):
        refused = await bot.submit(form.view, form.answers, user=person)
        assert "I work with members" in str(refused.body) or "check who you are" in str(refused.body)
    bot.slack.world.people[NEWCOMER.id] = NEWCOMER
    await bot.bot.directory.load()
    assert "Only " in str((await bot.submit(form.view, form.answers, user=NEWCOMER)).body)
    assert kept(bot) == before


async def test_pressed_twice_it_is_done_once_and_answered_twice(bot: BotUnderTest, clinic: Clinic) -> None:
    await lived_in(bot)
    for shown in await every_button(bot):
        if "forget" in shown.name or "discard" in shown.name:
            continue
        await press(bot, shown)
        once, posts = kept(bot), len(bot.slack.world.messages)
        await press(bot, shown)
        assert kept(bot) == once, f"{shown.name} of {shown.place}"
        assert len(bot.slack.world.messages) == posts, f"{shown.name} of {shown.place} posted twice"


@pytest.mark.parametrize("name", FORMS)
async def test_a_form_sent_twice_is_taken_once_and_answered_twice(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    form = await FORMS[name](bot)
    await bot.submit(form.view, form.answers, user=form.user)
    once, posts = kept(bot), len(bot.slack.world.messages)
    again = await bot.submit(form.view, form.answers, user=form.user)
    assert again.body["response_action"] in {"update", "errors"}
    assert "went wrong" not in said(again)
    assert kept(bot) == once
    assert len(bot.slack.world.messages) == posts


async def test_a_week_later_every_button_still_answers(bot: BotUnderTest, clinic: Clinic) -> None:
    await lived_in(bot)
    buttons = await every_button(bot)
    bot.clock.jump_to(bot.clock.now + timedelta(days=8))
    for shown in buttons:
        await press(bot, shown)


async def test_when_the_clinic_is_gone_every_button_says_so(bot: BotUnderTest, clinic: Clinic) -> None:
    await lived_in(bot)
    buttons = await every_button(bot)
    async with bot.bot.desk.work.writing() as books:
        await books.clinics.forget_clinic(HERE.workspace, HERE.id)
        await books.commit()
    before = kept(bot)
    for shown in buttons:
        await press(bot, shown)
    assert kept(bot) == before


@pytest.mark.parametrize("name", [n for n in FORMS if not n.startswith("setup:")])
async def test_when_the_clinic_is_gone_every_form_says_so(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    form = await FORMS[name](bot)
    async with bot.bot.desk.work.writing() as books:
        await books.clinics.forget_clinic(HERE.workspace, HERE.id)
        await books.commit()
    before = kept(bot)
    answer = await bot.submit(form.view, form.answers, user=form.user)
    assert "no longer here" in said(answer)
    assert kept(bot) == before


async def test_one_who_left_the_team_presses_in_vain(bot: BotUnderTest, clinic: Clinic) -> None:
    """ADMIN's standing is taken away between the opening and the press."""
    await lived_in(bot)
    buttons = await every_button(bot, ADMIN)
    bot.slack.world.people[ADMIN.id] = Person(ADMIN.id, ADMIN.name, guest=True)
    await bot.bot.directory.load()
    before = kept(bot)
    for shown in buttons:
        await press(bot, shown, ADMIN)
    assert kept(bot) == before
