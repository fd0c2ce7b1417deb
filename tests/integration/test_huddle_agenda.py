"""`/mat agenda`, the items people add, and the shortcut on somebody's message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mat.clinic import Clinic
from mat.huddles import HuddleSeries, Template
from mat.meetings import ITEM_TEXT, ITEMS
from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, Answer, BotUnderTest
from tests.fakes import payloads
from tests.fakes.slack_limits import view_faults
from tests.fakes.slack_world import ADMIN, GUEST, LEAD, MEMBER, TEAM_CHANNEL, Person

DAILY = HuddleSeries(
    id="s1",
    template=Template.DAILY,
    title="Daily huddle",
    rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    local_start=datetime(2027, 1, 4, 9, 30),
    zone=HERE.zone,
    minutes=10,
    minutes_before=10,
)
MONTHLY = replace(
    DAILY,
    id="s2",
    template=Template.MONTHLY,
    title="Monthly meeting",
    rule="FREQ=MONTHLY;BYDAY=1TU",
    minutes=60,
    minutes_before=2880,
)


async def with_series(bot: BotUnderTest, *series: HuddleSeries) -> None:
    async with bot.bot.desk.work.writing() as books:
        for one in series:
            await books.at(HERE).huddles.save_series(one)
        await keep_schedules(books.at(HERE), HERE, bot.clock())
        await books.commit()


@pytest.fixture
async def daily(bot: BotUnderTest, clinic: Clinic) -> None:
    """One huddle, at 9:30 on working days; it is Monday, 9:00."""
    await with_series(bot, DAILY)


@pytest.fixture
async def both(bot: BotUnderTest, clinic: Clinic) -> None:
    """The daily huddle, and the monthly meeting on Tuesday."""
    await with_series(bot, DAILY, MONTHLY)


async def items(bot: BotUnderTest, series: str = "s1") -> list[str]:
    async with bot.bot.desk.work.reading() as books:
        return [item.text for item in await books.at(HERE).huddles.items(series)]


async def posted_agenda(bot: BotUnderTest) -> Any:
    bot.clock.jump_to(bot.clock.now + timedelta(minutes=20))
    await bot.bot.delivery.planner.tick()
    await bot.bot.delivery.courier.tick()
    return bot.slack.world.messages_in(TEAM_CHANNEL)[-1]


async def by_shortcut(bot: BotUnderTest, text: str, user: Person = MEMBER) -> Mapping[str, Any]:
    before = set(bot.slack.world.views)
    trigger = bot.slack.world.trigger(user.id)
    status, _ = await bot.dispatch(payloads.message_shortcut("mat:agenda:add", text, user=user, trigger=trigger))
    assert status == 200
    (opened,) = [view for id_, view in bot.slack.world.views.items() if id_ not in before]
    return opened


# -- the agenda -------------------------------------------------------------------------------------------------------


async def test_without_a_huddle_the_team_may_make_one_and_others_read_who_can(
    bot: BotUnderTest, clinic: Clinic
) -> None:
    answer = await bot.slash("agenda")
    assert "No huddle is coming up" in answer.text
    assert (await bot.press("mat:huddle:new", answer)).view is not None
    others = await bot.slash("agenda", user=ADMIN)
    assert "mat:huddle:new" not in others.shown
    assert "/mat huddle" in others.text
    assert "No huddle is coming up" in (await bot.slash("agenda add Slots")).text


async def test_the_next_agenda_is_shown_to_its_reader_only(bot: BotUnderTest, daily: None) -> None:
    await bot.slash("agenda add Who covers Friday?")
    answer = await bot.slash("agenda")
    assert "Daily huddle, today at 9:30 AM EST" in answer.shown
    assert "Who covers Friday?" in answer.text
    assert "mat:huddle:here" not in answer.shown, "nobody is there yet"
    assert not bot.slack.world.messages_in(TEAM_CHANNEL)


async def test_a_huddle_called_off_is_passed_over(bot: BotUnderTest, daily: None) -> None:
    await bot.press("mat:huddle:calloff", await bot.slash("huddle"))
    assert "Daily huddle, Tue, January 5, 9:30 AM EST" in (await bot.slash("agenda")).shown


@pytest.mark.parametrize("words", ["monthly", "MEETING"])
async def test_another_huddle_by_its_name_or_by_its_button(bot: BotUnderTest, both: None, words: str) -> None:
    by_name = await bot.slash(f"agenda {words}")
    assert "Monthly meeting, Tue, January 5, 9:30 AM EST" in by_name.shown
    assert "Due in the next 30 days" in by_name.shown
    first = await bot.slash("agenda")
    by_button = await bot.press("mat:agenda:show#0", first)
    assert by_button.text == by_name.text


async def test_an_unknown_name_is_answered_with_buttons(bot: BotUnderTest, both: None) -> None:
    answer = await bot.slash("agenda <!here> party")
    assert "No huddle is called “&lt;!here&gt; party”" in answer.text
    assert "Monthly meeting, Tue" in (await bot.press("mat:agenda:show#1", answer)).shown


# -- adding -----------------------------------------------------------------------------------------------------------


async def test_words_go_onto_the_next_huddle_at_once(bot: BotUnderTest, daily: None) -> None:
    answer = await bot.slash("agenda add  Who covers   Friday?")
    assert "Added to Daily huddle, today at 9:30 AM EST: Who covers Friday?" in answer.text
    assert "mat:agenda:move" not in answer.shown, "there is only one huddle"
    assert await items(bot) == ["Who covers Friday?"]


async def test_with_several_huddles_buttons_choose(bot: BotUnderTest, both: None) -> None:
    answer = await bot.slash("agenda add Numbers of March")
    moved = await bot.press("mat:agenda:move#0", answer)
    assert "Added to Monthly meeting, Tue, January 5" in moved.text
    assert (await items(bot), await items(bot, "s2")) == ([], ["Numbers of March"])
    assert "no longer on the agenda" in (await bot.press("mat:agenda:move#0", answer)).text
    back = await bot.press("mat:agenda:move#0", moved)
    assert "Added to Daily huddle" in back.text


async def test_the_button_on_the_posted_agenda_opens_a_form_and_the_post_shows_the_item(
    bot: BotUnderTest, daily: None
) -> None:
    post = await posted_agenda(bot)
    opened = await bot.press("mat:agenda:add", post)
    assert opened.view is not None
    done = await bot.submit(opened.view, {"text": "Same-day slots & <@U1>"})
    assert "*Added* to Daily huddle" in str(done.body)
    assert f"Same-day slots &amp; &lt;@U1&gt; (<@{MEMBER.id}>)" in str(post.blocks)
    await bot.submit(opened.view, {"text": "Same-day slots & <@U1>"})
    assert len(await items(bot)) == 1, "sent twice, added once"


async def test_typed_without_words_it_opens_the_form(bot: BotUnderTest, both: None) -> None:
    opened = await bot.slash("agenda add")
    assert opened.view is not None
    done = await bot.submit(opened.view, {"series": "s2", "text": "Run charts"})
    assert "Monthly meeting" in str(done.body)
    assert await items(bot, "s2") == ["Run charts"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("MRN 48151623", "no patient details"), ("x" * (ITEM_TEXT + 1), "I can keep 250"), ("   ", "what you want")],
)
async def test_what_cannot_be_kept_is_said_at_its_field(bot: BotUnderTest, daily: None, text: str, words: str) -> None:
    opened = await bot.press("mat:agenda:add", await bot.slash("agenda"))
    assert opened.view is not None
    view = dict(opened.view)
    view["blocks"] = [
        b if b["type"] != "input" else {**b, "element": {**b["element"], "max_length": 3000}} for b in view["blocks"]
    ]
    answer = await bot.submit(view, {"text": text})
    assert words in answer.body["errors"]["text"]
    assert await items(bot) == []


async def test_the_guard_reads_the_command_too(bot: BotUnderTest, daily: None) -> None:
    answer = await bot.slash("agenda add patient DOB 03/04/1961")
    assert "no patient details" in str(answer.view)
    assert await items(bot) == []


async def test_an_agenda_can_be_full(bot: BotUnderTest, daily: None) -> None:
    for number in range(ITEMS):
        await bot.slash(f"agenda add Item {number} " + "&" * 200)
    assert "all it can hold" in (await bot.slash("agenda add One more")).text
    assert len(await items(bot)) == ITEMS
    assert (await bot.slash("agenda", user=LEAD)).blocks, "a full agenda fits into Slack, with its buttons"


@pytest.mark.parametrize("person", [ADMIN, GUEST])
async def test_only_the_team_adds(bot: BotUnderTest, daily: None, person: Person) -> None:
    answer = await bot.slash("agenda add Slots", user=person)
    assert answer.text
    assert await items(bot) == []
    opened = await bot.press("mat:agenda:add", await bot.slash("agenda"), user=person)
    assert opened.view is None


# -- taking off -------------------------------------------------------------------------------------------------------


async def test_whoever_added_it_takes_it_off_and_the_post_follows(bot: BotUnderTest, daily: None) -> None:
    post = await posted_agenda(bot)
    added = await bot.slash("agenda add Slots")
    assert "Slots" in str(post.blocks)
    answer = await bot.press("mat:agenda:takeoff", added)
    assert answer.text == "Taken off the agenda of Daily huddle: Slots"
    assert await items(bot) == []
    assert "Slots" not in str(post.blocks)
    assert "no longer on the agenda" in (await bot.press("mat:agenda:takeoff", added)).text


async def test_a_lead_takes_off_anything_and_a_member_only_their_own(bot: BotUnderTest, daily: None) -> None:
    by_lead = await bot.slash("agenda add Budget", user=LEAD)
    assert "mat:agenda:takeoff" not in (await bot.slash("agenda")).shown
    refused = await bot.press("mat:agenda:takeoff", by_lead)
    assert "Only the person who added it, or a lead" in refused.text
    await bot.slash("agenda add Slots")
    seen = await bot.slash("agenda", user=LEAD)
    assert sum("takeoff" in str(block) for block in seen.blocks) == 2


# -- the shortcut -----------------------------------------------------------------------------------------------------


async def test_a_message_becomes_an_item(bot: BotUnderTest, both: None) -> None:
    view = await by_shortcut(bot, "Could we talk\nabout *cover*?")
    (field,) = [b for b in view["blocks"] if b.get("block_id") == "text"]
    assert field["element"]["initial_value"] == "Could we talk about *cover*?"
    await bot.submit(view, {"series": "s2"})
    assert await items(bot, "s2") == ["Could we talk about *cover*?"]


async def test_a_long_message_is_cut_to_what_fits(bot: BotUnderTest, daily: None) -> None:
    view = await by_shortcut(bot, "word " * 2_000)
    assert not view_faults(
        {k: view[k] for k in ("type", "title", "submit", "blocks", "private_metadata", "callback_id")}
    )
    await bot.submit(view)
    (item,) = await items(bot)
    assert len(item) <= ITEM_TEXT


async def test_others_get_a_polite_refusal_from_the_shortcut(bot: BotUnderTest, daily: None) -> None:
    view = await by_shortcut(bot, "hello", ADMIN)
    assert "members of the improvement team" in str(view["blocks"])


async def test_a_forged_series_adds_nothing(bot: BotUnderTest, daily: None) -> None:
    opened = await bot.press("mat:agenda:add", await bot.slash("agenda"))
    assert opened.view is not None
    forged = {**opened.view, "private_metadata": '{"clinic":"maple","series":"s9","item":"i"}'}
    answer: Answer = await bot.submit(forged, {"text": "Slots"})
    assert "no longer here" in str(answer.body["errors"])
    assert await items(bot) == []
