"""`/mat team`, *Closed days*, by real dispatch."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from bot.plan_command import planned
from mat.clinic import Clinic
from mat.closures import Closure, Closures
from mat.huddles import HuddleSeries
from mat.schedules import keep_schedules
from scheduler.keeper import Keeper
from tests.bot_under_test import Answer, BotUnderTest
from tests.fakes.slack_world import LEAD, MEMBER, TEAM_CHANNEL
from tests.integration.delivery.house import DAILY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def opened(bot: BotUnderTest) -> Answer:
    """The form, as LEAD opens it from `/mat team`."""
    answer = await bot.press("mat:team:closed", await bot.slash("team", user=LEAD), user=LEAD)
    assert answer.view is not None
    return answer


async def entered(bot: BotUnderTest, **answers: object) -> Answer:
    form = await opened(bot)
    assert form.view is not None
    return await bot.submit(form.view, answers, user=LEAD)


async def kept(bot: BotUnderTest, clinic: Clinic) -> Closures:
    async with bot.bot.desk.work.reading() as books:
        return await books.at(clinic).closures.all()


def today(bot: BotUnderTest) -> date:
    return (bot.clock.now - 5 * HOUR).date()


def iso(bot: BotUnderTest, days: int) -> str:
    return (today(bot) + days * DAY).isoformat()


async def with_huddle(bot: BotUnderTest, clinic: Clinic, series: HuddleSeries = DAILY) -> None:
    async with bot.bot.desk.work.writing() as books:
        await books.at(clinic).huddles.save_series(series)
        await keep_schedules(books.at(clinic), clinic, bot.clock.now)
        await books.commit()


async def test_a_lead_enters_days_sees_them_and_takes_them_back(bot: BotUnderTest, clinic: Clinic) -> None:
    first = await entered(bot, first=iso(bot, 7), last=iso(bot, 9), label="  Mud   <season> ")
    assert "Mud &lt;season&gt;" in json.dumps(first.body)
    (span,) = (await kept(bot, clinic)).spans
    assert (span.first, span.last, span.label) == (today(bot) + 7 * DAY, today(bot) + 9 * DAY, "Mud <season>")
    assert "(Mud &lt;season&gt;)" in (await bot.slash("team", user=MEMBER)).text
    form = await opened(bot)
    assert form.view is not None
    shown = bot.slack.world.views[form.view["id"]]
    assert "Mud &lt;season&gt;" in json.dumps(shown)
    for _ in range(2):
        await bot.press("mat:team:notclosed", shown, user=LEAD)
        assert (await kept(bot, clinic)).spans == ()
    assert "Mud" not in json.dumps(bot.slack.world.views[form.view["id"]])


async def test_one_day_needs_no_last_day_and_sent_twice_is_entered_once(bot: BotUnderTest, clinic: Clinic) -> None:
    form = await opened(bot)
    assert form.view is not None
    for _ in range(2):
        await bot.submit(form.view, {"first": iso(bot, 3), "label": "Retreat"}, user=LEAD)
    (span,) = (await kept(bot, clinic)).spans
    assert span.first == span.last == today(bot) + 3 * DAY


async def test_holidays_are_chosen_and_taken_back(bot: BotUnderTest, clinic: Clinic) -> None:
    answer = await entered(bot, holidays=["Juneteenth", "Labor Day"])
    assert "Next holidays: " in json.dumps(answer.body)
    assert (await kept(bot, clinic)).holidays == {"Juneteenth", "Labor Day"}
    form = await opened(bot)
    assert form.view is not None
    await bot.submit(form.view, user=LEAD, nulls=True)
    assert (await kept(bot, clinic)).holidays == {"Juneteenth", "Labor Day"}
    await entered(bot, holidays=["Labor Day"])
    assert (await kept(bot, clinic)).holidays == {"Labor Day"}


@pytest.mark.parametrize(
    ("answers", "block", "sentence"),
    [
        ({"first": 3}, "label", "Please say what the days are for in a few words."),
        ({"label": "Retreat"}, "first", "Please choose at least one day."),
        ({"last": 3, "label": "Retreat"}, "first", "Please choose at least one day."),
        ({"first": 3, "last": 2, "label": "Retreat"}, "last", "The last day is before the first."),
        ({"first": -3, "label": "Retreat"}, "first", "is in the past"),
        ({"first": 3, "last": 500, "label": "Retreat"}, "last", "longer than a year"),
        ({"first": 3, "label": "for 555-867-5309"}, "label", "I hold no patient details"),
    ],
)
async def test_what_makes_no_sense_is_said_at_its_field(
    bot: BotUnderTest, clinic: Clinic, answers: dict[str, Any], block: str, sentence: str
) -> None:
    dates = {name: iso(bot, value) if isinstance(value, int) else value for name, value in answers.items()}
    body = (await entered(bot, **dates)).body
    assert sentence in body["errors"][block]
    assert await kept(bot, clinic) == Closures()


async def test_the_team_hears_of_it_once_and_when_it_is_taken_back(bot: BotUnderTest, clinic: Clinic) -> None:
    bot.clock.jump_to(bot.clock.now.replace(hour=15) + (7 - today(bot).weekday()) * DAY)  # a Monday, 10:00 AM
    await with_huddle(bot, clinic)
    await entered(bot, first=iso(bot, 1), label="Retreat")
    keeper = Keeper(bot.bot.desk.work, clock=bot.clock, new_id=bot.bot.desk.new_id)
    for _ in range(2):
        await keeper.tick()
        await bot.bot.delivery.courier.tick()
        bot.clock.jump_to(bot.clock.now + HOUR)
    told = [m.text for m in bot.slack.world.messages_in(TEAM_CHANNEL)]
    assert len(told) == 1
    assert "(Retreat): no huddles that day. Next huddle: Daily huddle, Wed" in told[0]
    form = await opened(bot)
    assert form.view is not None
    await bot.press("mat:team:notclosed", bot.slack.world.views[form.view["id"]], user=LEAD)
    await bot.bot.delivery.courier.tick()
    assert bot.slack.world.messages_in(TEAM_CHANNEL)[-1].text.startswith("Open after all: Tue, ")


async def test_huddles_home_the_plan_and_the_concern_form_know_closed_days(bot: BotUnderTest, clinic: Clinic) -> None:
    bot.clock.jump_to(bot.clock.now.replace(hour=23) + (7 - today(bot).weekday()) * DAY)  # a Monday, 6:00 PM
    await with_huddle(bot, clinic)
    span = Closure("x1", today(bot) + DAY, today(bot) + 2 * DAY, "Retreat")
    async with bot.bot.desk.work.writing() as books:
        await books.at(clinic).closures.save(span)
        await books.commit()
    assert "Next huddle: Daily huddle, Thu, " in (await bot.slash("")).text
    assert "Next: Thu, " in (await bot.slash("huddle")).text
    assert "Thu, " in (await bot.slash("agenda")).text
    form = (await bot.slash("concern")).view
    thursday = today(bot) + 3 * DAY
    assert f"{thursday:%B} {thursday.day}" in json.dumps(form)
    lines = await planned(bot.bot.settings, 3, bot.clock)
    assert not any(f"{day:%a %b} {day.day}," in line for line in lines for day in (span.first, span.last))
    assert any(line.startswith("  Closed Tue, ") and line.endswith(": Retreat") for line in lines)
