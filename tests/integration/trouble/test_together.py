"""Two people at the same thing at the same time: one effect, and each hears what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from mat.asks import AskState
from mat.clinic import Clinic, Duty
from mat.plan import State
from tests.bot_under_test import HERE, Answer, BotUnderTest
from tests.fakes.slack_world import ADMIN, LEAD, MEMBER, TEAM, TEAM_CHANNEL, Person, PostedMessage
from tests.integration.trouble.buttons import lived_in
from tests.integration.trouble.forms import FORMS, OpenForm
from tests.integration.trouble.looking import kept, said

BOTH = (MEMBER, LEAD)


async def both_press(bot: BotUnderTest, name: str, *on: Answer | PostedMessage) -> tuple[Answer, Answer]:
    one, other = await asyncio.gather(
        *(bot.press(name, surface, user=person) for surface, person in zip(on, BOTH, strict=True))
    )
    return one, other


def rows(bot: BotUnderTest, table: str) -> list[str]:
    return [row for row in kept(bot) if row.startswith(f"{table} ")]


async def test_both_press_done(bot: BotUnderTest, clinic: Clinic) -> None:
    first, second = await bot.slash("done pol"), await bot.slash("done pol", user=LEAD)
    answers = await both_press(bot, "mat:milestone:done", first, second)
    assert len(rows(bot, "milestone_change")) == 1
    assert sorted("is already" in answer.text for answer in answers) == [False, True]


async def test_both_type_done(bot: BotUnderTest, clinic: Clinic) -> None:
    answers = await asyncio.gather(*(bot.slash("done pdmp", user=person) for person in BOTH))
    assert len(rows(bot, "milestone_change")) == 1
    assert sorted("is already" in answer.text for answer in answers) == [False, True]


async def test_one_says_done_and_the_other_stuck(bot: BotUnderTest, clinic: Clinic) -> None:
    """Both are kept in order; the later one says what stands, and either can be undone only while it stands."""
    done, stuck = await asyncio.gather(bot.slash("done pdmp"), bot.slash("stuck pdmp: IT", user=LEAD))
    async with bot.bot.desk.work.reading() as books:
        row = await books.at(HERE).milestones.row("di-tracking-pdmp")
    assert len(rows(bot, "milestone_change")) == 2
    assert row.state in {State.DONE, State.STUCK}
    undone = [await bot.press("mat:milestone:undo", answer) for answer in (done, stuck)]
    assert sorted("nothing to undo" in answer.text for answer in undone) == [False, True]


async def test_both_undo(bot: BotUnderTest, clinic: Clinic) -> None:
    done = await bot.slash("done pdmp")
    answers = await both_press(bot, "mat:milestone:undo", done, done)
    assert sorted("nothing to undo" in answer.text for answer in answers) == [False, True]


async def test_one_takes_an_ask_and_the_other_too(bot: BotUnderTest, clinic: Clinic) -> None:
    await bot.slash("asks add a second nurse")
    async with bot.bot.desk.work.writing() as books:
        await books.at(HERE).roster.set_duty(Duty.LEAD, [person.id for person in BOTH])
        await books.commit()
    first, second = await bot.slash("asks"), await bot.slash("asks", user=LEAD)
    answers = await both_press(bot, "mat:ask:take", first, second)
    async with bot.bot.desk.work.reading() as books:
        (ask,) = await books.at(HERE).asks.all()
    assert ask.state is AskState.TAKEN
    assert all(f"<@{ask.answered_by}> will do it" in answer.text for answer in answers)


@pytest.mark.parametrize(("name", "outcome"), [("mat:huddle:here", "attendance"), ("mat:huddle:calloff", "meeting")])
async def test_both_press_on_the_posted_agenda(bot: BotUnderTest, clinic: Clinic, name: str, outcome: str) -> None:
    await lived_in(bot)
    bot.clock.jump_to(bot.clock.now.replace(day=5, hour=12, minute=55))
    agenda = next(m for m in bot.slack.world.messages_in(TEAM_CHANNEL) if name in str(m.blocks))
    before = rows(bot, outcome)
    await both_press(bot, name, agenda, agenda)
    added = [row for row in rows(bot, outcome) if row not in before]
    assert len(added) == (2 if outcome == "attendance" else 1)
    shown = str(agenda.blocks)
    expected = [person.id for person in BOTH] if outcome == "attendance" else ["mat:huddle:calledon"]
    assert all(word in shown for word in expected)


async def both_send(bot: BotUnderTest, form: OpenForm, *people: Person) -> list[Answer]:
    return list(await asyncio.gather(*(bot.submit(form.view, form.answers, user=person) for person in people)))


@pytest.mark.parametrize("name", ["setup:basics", "setup:people", "setup:hours", "setup:create"])
async def test_two_admins_set_up_the_same_clinic(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    other = Person("U0ADMIN02", "sid", admin=True)
    bot.slack.world.people[other.id] = other
    await bot.bot.directory.load()
    form = await FORMS[name](bot)
    answers = await both_send(bot, form, ADMIN, other)
    assert all(answer.body.get("response_action") == "update" for answer in answers)
    assert not any("went wrong" in said(answer) for answer in answers)
    async with bot.bot.desk.work.reading() as books:
        clinics = await books.clinics.all(TEAM)
    assert len(clinics) == 2
    if name == "setup:create":
        assert sum("is set up already" in said(answer) for answer in answers) == 1
        plans = [m for m in bot.slack.world.messages if "our plan" in m.text]
        assert len(plans) == 1


async def test_two_admins_start_two_clinics_of_one_name(bot: BotUnderTest, clinic: Clinic) -> None:
    forms = [await FORMS["setup:basics"](bot) for _ in BOTH]
    answers = await asyncio.gather(*(bot.submit(form.view, form.answers, user=form.user) for form in forms))
    assert sorted("There is a clinic called" in said(answer) for answer in answers) == [False, True]
    assert len(rows(bot, "clinic")) == 2


async def test_two_leads_change_the_hours(bot: BotUnderTest, clinic: Clinic) -> None:
    form = await FORMS["team:hours"](bot)
    sent: list[Mapping[str, Any]] = [{"digest_at": "09:00"}, {"digest_at": "10:00"}]
    await asyncio.gather(*(bot.submit(form.view, answers, user=LEAD) for answers in sent))
    async with bot.bot.desk.work.reading() as books:
        stored = await books.clinics.get(TEAM, HERE.id)
        schedules = [s for s in await books.at(HERE).schedules.all() if s.kind.value == "digest"]
    assert stored is not None
    assert [s.local_start.time() for s in schedules] == [stored.digest_at], "what is planned is what is stored"


async def test_both_delete_the_clinic(bot: BotUnderTest, clinic: Clinic) -> None:
    form = await FORMS["privacy:delete"](bot)
    answers = await both_send(bot, form, LEAD, ADMIN)
    assert sorted("no longer here" in said(answer) for answer in answers) == [False, True]
    assert not rows(bot, "clinic")
    assert len([m for m in bot.slack.world.messages_in(TEAM_CHANNEL) if "has deleted everything" in m.text]) == 1


async def test_one_opens_a_form_while_the_other_deletes(bot: BotUnderTest, clinic: Clinic) -> None:
    form, deleting = await FORMS["milestone:stuck"](bot), await FORMS["privacy:delete"](bot)
    await asyncio.gather(
        bot.submit(form.view, form.answers, user=MEMBER), bot.submit(deleting.view, deleting.answers, user=LEAD)
    )
    assert not rows(bot, "clinic")
    assert not rows(bot, "milestone"), "nothing of a deleted clinic comes back"
