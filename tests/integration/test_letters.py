"""Dead letters by real dispatch and on the command line: the notice, *Send again*, *Drop*, each harmless when repeated."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.posts_command import decided, listed
from bot.wrong_use import NoPostWithId, SeveralPostsWithId
from mat.clinic import Clinic
from mat.delivery import Post, PostKind, PostState
from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, BotUnderTest, with_clinic
from tests.fakes.slack_world import LEAD, MEMBER, TEAM_CHANNEL, PostedMessage, refuses
from tests.integration.delivery.house import DAILY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def letter(bot: BotUnderTest, clinic: Clinic) -> Post:
    """An agenda that Slack refused: dead, and told to LEAD."""
    monday = bot.clock.now.replace(hour=13, minute=0, second=0, microsecond=0)
    monday += (7 - monday.weekday()) * DAY
    bot.clock.jump_to(monday - DAY)
    series = replace(DAILY, local_start=DAILY.local_start.replace(year=2026))
    async with bot.bot.desk.work.writing() as books:
        await books.at(clinic).huddles.save_series(series)
        await keep_schedules(books.at(clinic), clinic, bot.clock.now)
        for schedule in await books.at(clinic).schedules.all():
            if schedule.kind is not PostKind.HUDDLE_AGENDA:
                await books.at(clinic).schedules.remove(schedule.kind, schedule.subject)
        await books.commit()
    bot.clock.jump_to(monday + timedelta(minutes=50))
    bot.slack.order("chat.postMessage", refuses("is_archived"))
    await turn(bot)
    (dead,) = await troubled(bot)
    assert dead.kind is PostKind.HUDDLE_AGENDA
    return dead


async def turn(bot: BotUnderTest) -> None:
    await bot.bot.delivery.planner.tick()
    for _ in range(3):
        await bot.bot.delivery.courier.tick()
        await bot.clock.move(seconds=2)


async def troubled(bot: BotUnderTest) -> tuple[Post, ...]:
    async with bot.bot.desk.work.reading() as books:
        return await books.outbox.troubled()


async def state_of(bot: BotUnderTest, post: Post) -> PostState:
    async with bot.bot.desk.work.reading() as books:
        found = await books.outbox.get(post.id)
    assert found is not None
    return found.state


def notice(bot: BotUnderTest) -> PostedMessage:
    """What LEAD was told of the letter, as it stood then: somebody may look at it for long before pressing."""
    return deepcopy(next(m for m in bot.slack.world.messages if "I could not send the huddle agenda" in m.text))


def agendas(bot: BotUnderTest) -> int:
    return sum("Daily huddle, " in m.text for m in bot.slack.world.messages_in(TEAM_CHANNEL))


async def test_send_again_sends_it_once_however_often_it_is_pressed(bot: BotUnderTest, letter: Post) -> None:
    told = notice(bot)
    first = await bot.press("mat:post:retry", told, user=LEAD)
    assert "I send it again now." in first.shown
    again = await bot.press("mat:post:retry", told, user=LEAD)
    assert "It waits to be sent already." in again.shown
    await turn(bot)
    assert (await state_of(bot, letter), agendas(bot)) == (PostState.SENT, 1)
    assert "It has been sent already." in (await bot.press("mat:post:drop", told, user=LEAD)).shown
    await turn(bot)
    assert agendas(bot) == 1


async def test_the_notice_says_who_decided_and_loses_its_buttons(bot: BotUnderTest, letter: Post) -> None:
    before = notice(bot)
    await bot.press("mat:post:retry", before, user=LEAD)
    after = next(m for m in bot.slack.world.messages if m.ts == before.ts)
    assert "has it sent again" in json.dumps(after.blocks)
    assert "mat:post" not in json.dumps(after.blocks)


async def test_drop_is_for_good(bot: BotUnderTest, letter: Post) -> None:
    told = notice(bot)
    assert "Dropped: I won't send it." in (await bot.press("mat:post:drop", told, user=LEAD)).shown
    for name in ("mat:post:drop", "mat:post:retry"):
        assert "It has been dropped already." in (await bot.press(name, told, user=LEAD)).shown
    await turn(bot)
    assert (await state_of(bot, letter), agendas(bot)) == (PostState.DROPPED, 0)


async def test_a_week_later_its_time_is_over(bot: BotUnderTest, letter: Post) -> None:
    told = notice(bot)
    bot.clock.jump_to(bot.clock.now + 7 * DAY)
    await bot.press("mat:post:retry", told, user=LEAD)
    for _ in range(2):
        await bot.bot.delivery.courier.tick()
    assert (await state_of(bot, letter), agendas(bot)) == (PostState.DEAD, 0)
    assert "its time is over" in (await bot.press("mat:post:retry", told, user=LEAD)).shown


async def test_only_leads_and_admins_decide(bot: BotUnderTest, letter: Post) -> None:
    told = notice(bot)
    for name in ("mat:post:retry", "mat:post:drop"):
        assert "Only a lead of this clinic" in (await bot.press(name, told, user=MEMBER)).shown
    assert await state_of(bot, letter) is PostState.DEAD


async def test_a_letter_of_another_clinic_is_none_of_ours(bot: BotUnderTest, letter: Post) -> None:
    other = replace(HERE, id="birch", name="Birch Hill", channel="C0OTHER01")
    await with_clinic(bot, other)
    told = notice(bot)
    forged = replace(told, blocks=json.loads(json.dumps(told.blocks).replace("maple", "birch")))
    assert "no longer in my records" in (await bot.press("mat:post:drop", forged, user=LEAD)).shown
    assert await state_of(bot, letter) is PostState.DEAD


async def test_a_notice_is_not_sent_for_a_letter_that_is_settled(bot: BotUnderTest, clinic: Clinic) -> None:
    dead = Post("d" * 32, clinic.workspace, clinic.id, PostKind.DIGEST, "", MEMBER.id, bot.clock.now, bot.clock.now, 1)
    async with bot.bot.desk.work.writing() as books:
        await books.outbox.add(replace(dead, state=PostState.DROPPED))
        about = replace(dead, id="e" * 32, kind=PostKind.NOTICE, subject=dead.id, note="Made up.", target=LEAD.id)
        await books.outbox.add(about)
        await books.commit()
    await bot.bot.delivery.courier.tick()
    assert await state_of(bot, about) is PostState.DROPPED


# -- on the command line ---------------------------------------------------------------------------------------------


async def test_the_command_lists_and_decides(bot: BotUnderTest, letter: Post) -> None:
    settings = bot.bot.settings
    (line,) = await listed(settings, dead=True)
    assert line.startswith(letter.id[:8])
    assert "8:50 AM EST  given up (is_archived)  huddle-agenda to C0TEAM001, Maple Street Clinic" in line
    said = [await decided(settings, letter.id[:8], send=True, clock=bot.clock)]
    assert await listed(settings, dead=True) == ["No post was given up."]
    assert any("pending" in one for one in await listed(settings, dead=False))
    said += [await decided(settings, letter.id, send=True, clock=bot.clock)]
    assert said[0].startswith("The huddle agenda of Mon, ")
    assert said[0].endswith(" goes to C0TEAM001 again, by the running bot or with the next start.")
    assert said[1] == "It waits to be sent already."
    await turn(bot)
    assert (await state_of(bot, letter), agendas(bot)) == (PostState.SENT, 1)
    assert await decided(settings, letter.id, send=False, clock=bot.clock) == "It has been sent already."


async def test_dropped_on_the_command_line_is_dropped_once(bot: BotUnderTest, letter: Post) -> None:
    said = [await decided(bot.bot.settings, letter.id, send=False, clock=bot.clock) for _ in range(2)]
    assert said[0].startswith("Dropped: the huddle agenda of ")
    assert said[1] == "It has been dropped already."


async def test_an_id_must_mean_one_post(bot: BotUnderTest, letter: Post) -> None:
    async with bot.bot.desk.work.writing() as books:
        await books.outbox.add(replace(letter, id=letter.id[:8] + "0" * 24, occurrence="", target="C0OTHER01"))
        await books.commit()
    with pytest.raises(SeveralPostsWithId):
        await decided(bot.bot.settings, letter.id[:8], send=True, clock=bot.clock)
    for id_ in ("", "zzz"):
        with pytest.raises(NoPostWithId):
            await decided(bot.bot.settings, id_, send=True, clock=bot.clock)
