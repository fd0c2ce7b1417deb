"""`/mat setup` from the first screen to the posts it leads to, and everything that can stand in its way."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from mat.clinic import Clinic, Pace, Word
from mat.delivery import PostKind
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, with_clinic
from tests.fakes.slack_limits import message_faults
from tests.fakes.slack_world import (
    ADMIN,
    ARCHIVED_CHANNEL,
    BOT_USER,
    GUEST,
    LEAD,
    MEMBER,
    OTHER_CHANNEL,
    OUTSIDER,
    PRIVATE_CHANNEL,
    ROBOT,
    TEAM,
    TEAM_CHANNEL,
    Channel,
    refuses,
)
from tests.integration.setup.conftest import BASICS, CHANNEL, SettingUp, clinics, field, titled

PEOPLE = {"readers": [ADMIN.id, MEMBER.id], "role-champion": [LEAD.id]}


async def only_clinic(bot: BotUnderTest) -> Clinic:
    found = await clinics(bot)
    assert len(found) == 1
    return found[0]  # type: ignore[no-any-return]


async def at_review(bot: BotUnderTest) -> SettingUp:
    going = SettingUp(bot)
    await going.start()
    for answers in (BASICS, CHANNEL, PEOPLE, {}):
        await going.next(answers)
    assert titled(going.view) == "Set up a clinic (5/5)"
    return going


async def test_five_screens_make_a_clinic_with_everything_it_needs(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    assert titled(await going.start()) == "Set up a clinic (1/5)"
    await going.next(
        BASICS | {"word": "MAT", "tracks": ["moud"], "pace": "full", "start": "2027-02-01", "zone": "America/Denver"}
    )
    assert titled(going.view) == "Set up a clinic (2/5)"
    await going.next(CHANNEL)
    assert titled(going.view) == "Set up a clinic (3/5)"
    assert field(going.view, "leads")["initial_users"] == [ADMIN.id]
    await going.next(PEOPLE | {"role-facilitator": [GUEST.id], "digest": [LEAD.id]})
    assert titled(going.view) == "Set up a clinic (4/5)"
    await going.next({"digest_at": "07:30", "concerns_at": "16:00", "days": ["1", "3"], "time": "08:45"})
    assert titled(going.view) == "Set up a clinic (5/5)"
    assert not (await only_clinic(bot)).ready
    assert not bot.slack.called("chat.postMessage")

    body = await going.next()
    told = json.dumps(body, ensure_ascii=False)
    assert "is ready" in told
    assert "8:35 AM MST: the agenda of" in told

    clinic = await only_clinic(bot)
    assert clinic.ready
    assert (clinic.name, clinic.word, clinic.pace) == ("Maple Street Clinic", Word.MAT, Pace.FULL)
    assert (clinic.tracks, clinic.start, clinic.zone) == (("moud",), date(2027, 2, 1), "America/Denver")
    assert (clinic.digest_at, clinic.concerns_at) == (time(7, 30), time(16, 0))
    async with bot.bot.desk.work.reading() as books:
        at = books.at(clinic)
        roster = {m.user: m for m in await at.roster.all()}
        kinds = [s.kind for s in await at.schedules.all()]
        (series,) = await at.huddles.series()
    assert roster[GUEST.id].roles == ("facilitator",)
    assert {d.value for d in roster[ADMIN.id].duties} == {"lead", "reads-concerns"}
    assert {d.value for d in roster[LEAD.id].duties} == {"gets-digest"}
    assert set(kinds) == {
        PostKind.HUDDLE_AGENDA,
        PostKind.HUDDLE_CHECK,
        PostKind.WEEKLY_REMINDER,
        PostKind.DIGEST,
        PostKind.CONCERN_BATCH,
        PostKind.SAID_PREVIEW,
    }
    assert (series.rule, series.zone, series.local_start.isoformat()) == (
        "FREQ=WEEKLY;BYDAY=TU,TH",
        "America/Denver",
        "2027-02-01T08:45:00",
    )


async def test_team_hears_of_its_plan_once(bot: BotUnderTest) -> None:
    going = await at_review(bot)
    review = going.view
    await going.next()
    going.view = review
    again = await going.next()
    (posted,) = bot.slack.world.messages_in(TEAM_CHANNEL)
    assert posted.text.startswith("Maple Street Clinic: our plan.")
    assert message_faults(posted.text, posted.blocks) == []
    assert "is set up already" in json.dumps(again)


async def test_first_agenda_comes_when_it_was_promised(bot: BotUnderTest) -> None:
    going = await at_review(bot)
    body = await going.next()
    assert "Tue, January 5, 7:50 AM EST: the agenda of “Daily clinic huddle”" in json.dumps(body, ensure_ascii=False)
    for moment, agendas in (
        (datetime(2027, 1, 5, 12, 49, tzinfo=UTC), 0),
        (datetime(2027, 1, 5, 12, 50, tzinfo=UTC), 1),
    ):
        bot.clock.jump_to(moment)
        await bot.bot.delivery.planner.tick()
        await bot.bot.delivery.courier.tick()
        texts = [m.text for m in bot.slack.world.messages_in(TEAM_CHANNEL)]
        assert len([t for t in texts if t.startswith("Agenda for Daily clinic huddle")]) == agendas


async def test_untouched_fields_that_come_back_null_keep_what_was_shown(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS, nulls=True)
    await going.next(CHANNEL, nulls=True)
    await going.next(PEOPLE, nulls=True)
    await going.next(nulls=True)
    await going.next(nulls=True)
    clinic = await only_clinic(bot)
    assert clinic.ready
    assert (clinic.tracks, clinic.word, clinic.zone) == (("sixbb", "moud"), Word.MOUD, "America/New_York")
    async with bot.bot.desk.work.reading() as books:
        assert await books.at(clinic).huddles.series()


async def test_setup_goes_on_where_it_was_left(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS)
    assert titled(await going.start()) == "Set up a clinic (2/5)"
    await going.next(CHANNEL)
    assert titled(await going.start()) == "Set up a clinic (3/5)"
    await going.next(PEOPLE)
    view = await going.start()
    assert titled(view) == "Set up a clinic (4/5)"
    await going.next({"template": "pre-group-huddle"})
    view = await going.start()
    assert titled(view) == "Set up a clinic (5/5)"
    assert "Pre-group huddle" in json.dumps(view)


async def test_sending_the_first_screen_twice_makes_one_clinic(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    first = await going.start()
    await going.next(BASICS)
    going.view = first
    await going.next(BASICS | {"name": "Maple Street"})
    assert (await only_clinic(bot)).name == "Maple Street"


async def test_going_back_keeps_what_was_filled_in(bot: BotUnderTest) -> None:
    going = await at_review(bot)
    view = await going.back()
    assert titled(view) == "Set up a clinic (4/5)"
    view = await going.back()
    assert field(view, "role-champion")["initial_users"] == [LEAD.id]
    view = await going.back()
    assert field(view, "channel")["initial_conversation"] == TEAM_CHANNEL
    view = await going.back()
    assert field(view, "name")["initial_value"] == "Maple Street Clinic"
    await going.next({"name": "Birch Hill"})
    assert (await only_clinic(bot)).name == "Birch Hill"


async def test_huddle_follows_a_zone_chosen_later(bot: BotUnderTest) -> None:
    going = await at_review(bot)
    for _ in range(4):
        await going.back()
    await going.next({"zone": "America/Chicago"})
    await going.next(CHANNEL)
    await going.next()
    await going.next()
    await going.next()
    async with bot.bot.desk.work.reading() as books:
        clinic = (await books.clinics.all(TEAM))[0]
        (series,) = await books.at(clinic).huddles.series()
        zones = {s.zone for s in await books.at(clinic).schedules.all()}
    assert (series.zone, zones) == ("America/Chicago", {"America/Chicago"})


async def test_not_now_makes_no_huddle(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    for answers in (BASICS, CHANNEL, PEOPLE, {"template": "not-now"}):
        await going.next(answers)
    assert "No huddle yet" in json.dumps(going.view)
    await going.next()
    clinic = await only_clinic(bot)
    async with bot.bot.desk.work.reading() as books:
        assert clinic.ready
        assert await books.at(clinic).huddles.series() == ()


# -- the channel -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        (OTHER_CHANNEL, "I'm not in #general yet. Type `/invite @matbot` there, then press *Try again*."),
        (ARCHIVED_CHANNEL, "#old-team is archived"),
        ("C0SHARED1", "#with-county is shared with another organization"),
        ("C0NOWHERE", "I can't see that channel."),
    ],
)
async def test_a_channel_that_can_not_be_the_teams(bot: BotUnderTest, channel: str, says: str) -> None:
    bot.slack.world.channels["C0SHARED1"] = Channel("C0SHARED1", "with-county", shared=True)
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS)
    body = await going.next({"channel": channel})
    assert "Checking the channel" in json.dumps(body, ensure_ascii=False)
    assert says in json.dumps(going.view, ensure_ascii=False)
    assert going.view["submit"]["text"] == "Try again"
    assert field(going.view, "channel")["initial_conversation"] == channel
    assert (await only_clinic(bot)).channel == ""


async def test_try_again_after_the_invitation(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS)
    await going.next({"channel": OTHER_CHANNEL})
    bot.slack.world.channels[OTHER_CHANNEL].bot_in = True
    await going.next()
    assert titled(going.view) == "Set up a clinic (3/5)"
    assert (await only_clinic(bot)).channel == OTHER_CHANNEL


async def test_a_channel_belongs_to_one_clinic(bot: BotUnderTest) -> None:
    await with_clinic(bot)
    answer = await bot.slash("setup", user=ADMIN)
    going = SettingUp(bot)
    opened = await bot.press("mat:setup:new", answer, user=ADMIN)
    assert opened.view is not None
    going.view = opened.view
    await going.next({"name": "Birch Hill"})
    await going.next({"channel": TEAM_CHANNEL})
    assert "belongs to Maple Street Clinic already" in json.dumps(going.view)
    await going.next({"channel": PRIVATE_CHANNEL})
    assert titled(going.view) == "Set up a clinic (3/5)"


async def test_slack_out_of_reach_is_said_in_the_form(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS)
    bot.slack.order("conversations.info", refuses("missing_scope"))
    await going.next(CHANNEL)
    assert going.view["submit"]["text"] == "Try again"
    await going.next()
    assert titled(going.view) == "Set up a clinic (3/5)"


async def test_a_plan_that_can_not_be_posted_is_told(bot: BotUnderTest) -> None:
    going = await at_review(bot)
    bot.slack.world.channels[TEAM_CHANNEL].bot_in = False
    await going.next()
    assert (await only_clinic(bot)).ready
    assert "But I could not post the plan" in json.dumps(going.view)


# -- people ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "block", "says"),
    [
        ({"readers": [ADMIN.id]}, "readers", "at least two people"),
        ({"readers": [ADMIN.id, ROBOT.id]}, "readers", "robot is an app"),
        ({"readers": [ADMIN.id, GUEST.id]}, "readers", "gil is a guest"),
        (PEOPLE | {"leads": [GUEST.id]}, "leads", "gil is a guest"),
        (PEOPLE | {"role-peer": [GUEST.id]}, "role-peer", "can only be the practice facilitator"),
        (PEOPLE | {"role-peer": [BOT_USER]}, "role-peer", "matbot is an app"),
    ],
)
async def test_who_is_refused(bot: BotUnderTest, answers: dict[str, Any], block: str, says: str) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS)
    await going.next(CHANNEL)
    body = await going.next(answers)
    assert body["response_action"] == "errors"
    assert says in body["errors"][block]
    async with bot.bot.desk.work.reading() as books:
        assert await books.at(await only_clinic(bot)).roster.all() == ()


async def test_somebody_from_outside_is_looked_up_and_may_be_the_facilitator(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS)
    await going.next(CHANNEL)
    body = await going.next(PEOPLE | {"leads": [OUTSIDER.id]})
    assert "I am still asking Slack who that is" in body["errors"]["leads"]
    body = await going.next(PEOPLE | {"leads": [OUTSIDER.id]})
    assert "ola is a guest or from another organization" in body["errors"]["leads"]
    await going.next(PEOPLE | {"role-facilitator": [OUTSIDER.id]})
    assert titled(going.view) == "Set up a clinic (4/5)"


async def test_bad_input_is_said_at_its_field(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    body = await going.next(BASICS | {"zone_other": "Mars/Olympus", "tracks": []}, nulls=True)
    assert set(body["errors"]) == {"zone_other", "tracks"}
    body = await going.next(BASICS | {"start": "2026-12-31"})
    assert "December 31, 2026 is in the past" in body["errors"]["start"]
    assert await clinics(bot) == ()


async def test_two_clinics_have_two_names(bot: BotUnderTest) -> None:
    await with_clinic(bot)
    opened = await bot.press("mat:setup:new", await bot.slash("setup", user=ADMIN), user=ADMIN)
    assert opened.view is not None
    going = SettingUp(bot)
    going.view = opened.view
    body = await going.next({"name": HERE.name.upper()})
    assert "There is a clinic called" in body["errors"]["name"]


# -- several clinics -------------------------------------------------------------------------------------------------


async def test_several_clinics_are_chosen_from(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next({"name": "Birch Hill"})
    await with_clinic(bot)
    answer = await bot.slash("setup", user=ADMIN)
    assert "Set up already: Maple Street Clinic" in answer.text
    assert "Not finished yet: Birch Hill" in answer.text
    opened = await bot.press("mat:setup:continue#0", answer, user=ADMIN)
    assert opened.view is not None
    assert titled(opened.view) == "Set up a clinic (2/5)"


async def test_another_clinic_can_be_begun_beside_an_unfinished_one(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS)
    view = await going.start()
    await bot.press("mat:setup:new", view, user=ADMIN)
    going.view = bot.slack.world.views[view["id"]]
    assert titled(going.view) == "Set up a clinic (1/5)"
    await going.next({"name": "Birch Hill"})
    assert {c.name for c in await clinics(bot)} == {"Maple Street Clinic", "Birch Hill"}


async def test_an_unfinished_clinic_can_be_thrown_away(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS)
    view = await going.start()
    await bot.press("mat:setup:discard", view, user=ADMIN)
    assert await clinics(bot) == ()
    assert titled(await going.start()) == "Set up a clinic (1/5)"


async def test_a_clinic_that_is_ready_is_not_set_up_again(bot: BotUnderTest) -> None:
    going = await at_review(bot)
    view = going.view
    await going.next()
    going.view = view
    await going.back()
    assert "is set up already" in json.dumps(bot.slack.world.views[view["id"]])


async def test_nothing_is_shown_of_a_clinic_before_it_is_ready(bot: BotUnderTest) -> None:
    going = SettingUp(bot)
    await going.start()
    await going.next(BASICS)
    await going.next(CHANNEL)
    answer = await bot.slash("status", user=MEMBER)
    assert "is not fully set up yet" in answer.text


# -- who may ---------------------------------------------------------------------------------------------------------


async def test_only_admins_start(bot: BotUnderTest) -> None:
    for person in (MEMBER, LEAD):
        answer = await bot.slash("setup", user=person)
        assert "Only a workspace admin or owner can do that" in answer.text
        assert answer.view is None
    assert await clinics(bot) == ()


async def test_somebody_named_by_whoever_runs_the_bot_may_start(bot_folder: Path) -> None:
    async with bot_under_test(bot_folder, MAT_ADMINS=MEMBER.id) as bot:
        assert titled(await SettingUp(bot, MEMBER).start()) == "Set up a clinic (1/5)"
        refused = await bot.slash("setup", user=LEAD)
        assert "Only a workspace admin or owner can do that" in refused.text
