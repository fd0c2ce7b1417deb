"""The buttons of one huddle, on its posted agenda, on the question after it, and on `/mat huddle`."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta

import pytest

from mat.clinic import Clinic
from mat.huddles import HeldCount, HuddleSeries, Meeting, MeetingState, Template
from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, Answer, BotUnderTest
from tests.fakes.slack_world import ADMIN, GUEST, LEAD, MEMBER, OUTSIDER, TEAM_CHANNEL, Person, PostedMessage, refuses

AT = datetime(2027, 1, 4, 9, 30)
DAILY = HuddleSeries(
    id="s1",
    template=Template.DAILY,
    title="Daily huddle",
    rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    local_start=AT,
    zone=HERE.zone,
    minutes=10,
    minutes_before=10,
)


@pytest.fixture
async def daily(bot: BotUnderTest, clinic: Clinic) -> HuddleSeries:
    """A huddle at 9:30 on working days; it is Monday, 9:00."""
    async with bot.bot.desk.work.writing() as books:
        await books.at(clinic).huddles.save_series(DAILY)
        await keep_schedules(books.at(clinic), clinic, bot.clock())
        await books.commit()
    return DAILY


async def tick(bot: BotUnderTest) -> None:
    await bot.bot.delivery.planner.tick()
    await bot.bot.delivery.courier.tick()


async def at(bot: BotUnderTest, hour: int, minute: int, *, day: int = 4) -> list[PostedMessage]:
    """Moves on to a local time in January 2027, sends what is due, and gives what stands in the channel then."""
    bot.clock.jump_to(bot.clock.now.replace(day=day, hour=hour + 5, minute=minute))
    await tick(bot)
    return bot.slack.world.messages_in(TEAM_CHANNEL)


async def agenda_post(bot: BotUnderTest) -> PostedMessage:
    (post,) = await at(bot, 9, 20)
    return post


async def meeting(bot: BotUnderTest, local_at: datetime = AT) -> Meeting:
    async with bot.bot.desk.work.reading() as books:
        found = await books.at(HERE).huddles.meeting("s1", local_at)
    assert found is not None
    return found


def ids(post: PostedMessage) -> list[str]:
    return [e["action_id"] for block in post.blocks for e in block.get("elements", []) if "action_id" in e]


# -- I'm here ---------------------------------------------------------------------------------------------------------


async def test_im_here_is_shown_to_everybody_on_the_agenda(bot: BotUnderTest, daily: HuddleSeries) -> None:
    post = await agenda_post(bot)
    for person in (MEMBER, LEAD):
        answer = await bot.press("mat:huddle:here", post, user=person)
        assert not answer.behind, "the agenda itself is the answer"
    assert set((await meeting(bot)).here) == {MEMBER.id, LEAD.id}
    assert f"<@{MEMBER.id}>" in str(post.blocks)
    assert f"<@{LEAD.id}>" in str(post.blocks)
    assert "mat:huddle:here" in ids(post)


async def test_saying_it_again_says_so_and_changes_nothing(bot: BotUnderTest, daily: HuddleSeries) -> None:
    post = await agenda_post(bot)
    await bot.press("mat:huddle:here", post)
    edits = post.edits
    answer = await bot.press("mat:huddle:here", post)
    assert "already marked as here: Daily huddle, today at 9:30 AM EST" in answer.text
    assert (await meeting(bot)).here == (MEMBER.id,)
    assert post.edits == edits


async def test_many_at_once_are_all_shown(bot: BotUnderTest, daily: HuddleSeries) -> None:
    post = await agenda_post(bot)
    await asyncio.gather(*(bot.press("mat:huddle:here", post, user=person) for person in (MEMBER, LEAD)))
    await bot.settle()
    assert f"<@{MEMBER.id}>" in str(post.blocks)
    assert f"<@{LEAD.id}>" in str(post.blocks)


@pytest.mark.parametrize("person", [ADMIN, GUEST, OUTSIDER])
@pytest.mark.parametrize("name", ["mat:huddle:here", "mat:agenda:add", "mat:huddle:calloff"])
async def test_others_are_refused_privately(bot: BotUnderTest, daily: HuddleSeries, person: Person, name: str) -> None:
    post = await agenda_post(bot)
    answer = await bot.press(name, post, user=person)
    assert answer.text
    assert answer.view is None
    assert answer.last["response_type"] == "ephemeral"
    assert post.edits == 0


async def test_a_huddle_that_is_over_cannot_be_joined_or_added_to(bot: BotUnderTest, daily: HuddleSeries) -> None:
    post = await agenda_post(bot)
    bot.clock.jump_to(bot.clock.now + timedelta(days=7))
    for name in ("mat:huddle:here", "mat:agenda:add", "mat:huddle:calloff"):
        answer = await bot.press(name, post)
        assert "That huddle is over (Daily huddle, Mon, January 4, 9:30 AM EST)" in answer.text
        assert "Add an item to the next one" in answer.shown
        assert answer.view is None
    added = await bot.press("mat:agenda:add", answer)
    assert added.view is not None
    assert "today at 9:30 AM EST" in str(added.view["blocks"])


# -- Not today --------------------------------------------------------------------------------------------------------


async def test_not_today_calls_it_off_for_everybody_and_its_on_again_takes_it_back(
    bot: BotUnderTest, daily: HuddleSeries
) -> None:
    post = await agenda_post(bot)
    await bot.press("mat:huddle:calloff", post)
    assert f"Called off by <@{MEMBER.id}>." in str(post.blocks)
    assert ids(post) == ["mat:huddle:calledon"]
    assert (await meeting(bot)).state is MeetingState.CALLED_OFF
    await bot.press("mat:huddle:calledon", post, user=LEAD)
    assert "mat:huddle:here" in ids(post)
    assert (await meeting(bot)).state is MeetingState.PLANNED


async def test_two_people_calling_off_at_once_are_both_answered(bot: BotUnderTest, daily: HuddleSeries) -> None:
    post = await agenda_post(bot)
    as_it_was = PostedMessage(post.channel, post.ts, post.text, list(post.blocks))
    await bot.press("mat:huddle:calloff", as_it_was)
    answer = await bot.press("mat:huddle:calloff", as_it_was, user=LEAD)
    assert f"is called off by <@{MEMBER.id}>" in answer.text
    here = await bot.press("mat:huddle:here", as_it_was, user=LEAD)
    assert "This huddle is called off" in here.text
    again = await bot.press("mat:huddle:calledon", answer, user=LEAD)
    assert "It's on again:" in again.text
    assert "is on; it is not called off" in (await bot.press("mat:huddle:calledon", answer, user=LEAD)).text


async def test_called_off_beforehand_no_agenda_comes_and_the_channel_can_be_told(
    bot: BotUnderTest, daily: HuddleSeries
) -> None:
    listed = await bot.slash("huddle")
    off = await bot.press("mat:huddle:calloff", listed)
    assert "the channel does not know yet" in off.text
    told = await bot.press("mat:huddle:tell", off)
    assert told.text == f"I told <#{TEAM_CHANNEL}>."
    (post,) = await at(bot, 9, 25)
    assert "Called off by" in str(post.blocks)
    listed = await bot.slash("huddle")
    assert f"is called off by <@{MEMBER.id}>. Then: Tue, January 5, 9:30 AM EST." in listed.text
    await bot.press("mat:huddle:calledon", listed)
    assert (await meeting(bot)).state is MeetingState.PLANNED


async def test_on_again_after_its_hour_the_agenda_can_still_be_posted(bot: BotUnderTest, daily: HuddleSeries) -> None:
    await bot.press("mat:huddle:calloff", await bot.slash("huddle"))
    assert await at(bot, 9, 25) == []
    on = await bot.press("mat:huddle:calledon", await bot.slash("huddle"))
    assert "does not stand in the channel" in on.text
    await bot.press("mat:huddle:tell", on)
    (post,) = bot.slack.world.messages_in(TEAM_CHANNEL)
    await bot.press("mat:huddle:here", post)
    assert f"<@{MEMBER.id}>" in str(post.blocks), "a copy by hand is kept true when it is pressed"


async def test_where_slack_takes_no_post_the_person_is_told(bot: BotUnderTest, daily: HuddleSeries) -> None:
    off = await bot.press("mat:huddle:calloff", await bot.slash("huddle"))
    bot.slack.order("chat.postMessage", refuses("not_in_channel"))
    told = await bot.press("mat:huddle:tell", off)
    assert "/invite @matbot" in told.text


# -- Held or not ------------------------------------------------------------------------------------------------------


async def check_post(bot: BotUnderTest) -> PostedMessage:
    await agenda_post(bot)
    posts = await at(bot, 9, 55)
    return posts[-1]


@pytest.mark.parametrize(("verb", "state"), [("held", MeetingState.HELD), ("notheld", MeetingState.NOT_HELD)])
async def test_the_question_after_a_huddle_is_answered_for_everybody(
    bot: BotUnderTest, daily: HuddleSeries, verb: str, state: MeetingState
) -> None:
    post = await check_post(bot)
    await bot.press(f"mat:huddle:{verb}", post)
    found = await meeting(bot)
    assert (found.state, found.by) == (state, MEMBER.id)
    assert f"recorded by <@{MEMBER.id}>" in str(post.blocks)
    agenda = bot.slack.world.messages_in(TEAM_CHANNEL)[0]
    assert f"recorded by <@{MEMBER.id}>" in str(agenda.blocks)


async def test_what_is_recorded_is_named_and_changes_only_when_asked_again(
    bot: BotUnderTest, daily: HuddleSeries
) -> None:
    post = await check_post(bot)
    await bot.press("mat:huddle:held", post)
    answer = await bot.press("mat:huddle:notheld", post, user=LEAD)
    assert f"Held, recorded by <@{MEMBER.id}>." in answer.text
    assert (await meeting(bot)).state is MeetingState.HELD
    changed = await bot.press("mat:huddle:notheld", answer, user=LEAD)
    assert "Not held:" in changed.text
    assert ((await meeting(bot)).state, (await meeting(bot)).by) == (MeetingState.NOT_HELD, LEAD.id)
    assert f"Not held, recorded by <@{LEAD.id}>" in str(post.blocks)


async def test_held_takes_the_items_off_and_not_held_after_all_puts_them_back(
    bot: BotUnderTest, daily: HuddleSeries
) -> None:
    await bot.slash("agenda add Same-day slots")
    post = await check_post(bot)
    await bot.slash("agenda add For tomorrow")
    await bot.press("mat:huddle:held", post)
    assert await items(bot) == ["For tomorrow"]
    answer = await bot.press("mat:huddle:notheld", post)
    await bot.press("mat:huddle:notheld", answer)
    assert await items(bot) == ["Same-day slots", "For tomorrow"]


async def items(bot: BotUnderTest) -> list[str]:
    async with bot.bot.desk.work.reading() as books:
        return [item.text for item in await books.at(HERE).huddles.items("s1")]


async def test_held_or_not_can_be_said_for_seven_days(bot: BotUnderTest, daily: HuddleSeries) -> None:
    post = await check_post(bot)
    bot.clock.jump_to(datetime.fromisoformat("2027-01-11T14:30:00+00:00"))
    await bot.press("mat:huddle:held", post)
    assert (await meeting(bot)).state is MeetingState.HELD
    bot.clock.jump_to(bot.clock.now + timedelta(seconds=1))
    late = await bot.press("mat:huddle:notheld", post)
    changed = await bot.press("mat:huddle:notheld", late)
    assert "more than 7 days ago" in changed.text
    assert (await meeting(bot)).state is MeetingState.HELD


async def test_the_list_asks_about_the_last_one_that_nobody_recorded(bot: BotUnderTest, daily: HuddleSeries) -> None:
    assert "Was it held" not in (await bot.slash("huddle")).shown
    bot.clock.jump_to(bot.clock.now + timedelta(days=1))
    listed = await bot.slash("huddle")
    assert "Did it happen Mon, January 4, 9:30 AM EST?" in listed.shown
    recorded = await bot.press("mat:huddle:held", listed)
    assert "Held: Daily huddle, Mon, January 4, 9:30 AM EST." in recorded.text
    assert "Was it held" not in (await bot.slash("huddle")).shown
    back = await bot.press("mat:huddle:notheld", recorded)
    assert "Not held:" in back.text
    async with bot.bot.desk.work.reading() as books:
        counted = await books.at(HERE).huddles.held_count(bot.clock.now - timedelta(days=7), bot.clock.now)
    assert counted == HeldCount(planned=1, held=0)


async def test_a_huddle_ahead_cannot_be_recorded(bot: BotUnderTest, daily: HuddleSeries) -> None:
    answer = await pressed_forged(bot, "mat:huddle:held", at="2027-01-04T09:30:00")
    assert "has not begun: it is today at 9:30 AM EST" in answer.text


@pytest.mark.parametrize(
    ("forged", "words"),
    [
        ({"series": "other"}, "no longer here"),
        ({"at": "2027-01-04T03:00:00"}, "No huddle is planned at that time"),
        ({"at": "2027-01-09T09:30:00"}, "No huddle is planned at that time"),
        ({"at": "2027-01-04T09:30:00+00:00"}, "No huddle is planned at that time"),
        ({"at": "soon"}, "No huddle is planned at that time"),
        ({"clinic": "other"}, "no longer here"),
    ],
)
@pytest.mark.parametrize("verb", ["here", "held", "calloff", "calledon"])
async def test_a_forged_button_changes_nothing(
    bot: BotUnderTest, daily: HuddleSeries, forged: dict[str, str], words: str, verb: str
) -> None:
    answer = await pressed_forged(bot, f"mat:huddle:{verb}", **forged)
    assert words in answer.text


async def pressed_forged(bot: BotUnderTest, name: str, **fields: str) -> Answer:
    value = {"clinic": HERE.id, "series": "s1", "at": "2027-01-04T09:30:00", **fields}
    button = {
        "type": "button",
        "action_id": name,
        "value": json.dumps(value),
        "text": {"type": "plain_text", "text": "x"},
    }
    return await bot.press(name, Answer({"blocks": [{"type": "actions", "elements": [button]}]}, ""))


async def test_after_a_change_of_hour_the_old_posts_still_answer(bot: BotUnderTest, daily: HuddleSeries) -> None:
    post = await check_post(bot)
    opened = await bot.press("mat:huddle:change", await bot.slash("huddle"))
    assert opened.view is not None
    await bot.submit(opened.view, {"time-daily-huddle": "11:00"})
    await bot.press("mat:huddle:held", post)
    assert (await meeting(bot)).state is MeetingState.HELD


async def test_a_stopped_huddle_is_joined_no_more_but_its_last_one_can_be_recorded(
    bot: BotUnderTest, daily: HuddleSeries
) -> None:
    post = await agenda_post(bot)
    await bot.press("mat:huddle:stop", await bot.slash("huddle"))
    for name in ("mat:huddle:here", "mat:agenda:add", "mat:huddle:calloff"):
        assert "has been stopped" in (await bot.press(name, post)).text
    bot.clock.jump_to(bot.clock.now + timedelta(hours=1))
    answer = await pressed_forged(bot, "mat:huddle:held")
    assert "Held:" in answer.text
