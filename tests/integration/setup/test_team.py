"""`/mat team`: the roster for everybody, its changes for leads, and what staff are told."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from mat.closures import Closure
from mat.concerns import ClinicKey
from mat.delivery import PostKind, PostState
from mat.setup import Team, team_of
from tests.bot_under_test import HERE, BotUnderTest, with_clinic
from tests.fakes.slack_world import (
    ADMIN,
    ARCHIVED_CHANNEL,
    LEAD,
    MEMBER,
    OTHER_CHANNEL,
    PRIVATE_CHANNEL,
    TEAM,
    Person,
)
from tests.integration.setup.conftest import SettingUp, clinics, field, titled

COLLEAGUE = Person("U0COLLEA1", "cam")


@pytest.fixture
async def clinic(bot: BotUnderTest) -> BotUnderTest:
    """The bot with a whole clinic, its schedules included, and a colleague outside the team."""
    bot.slack.world.people[COLLEAGUE.id] = COLLEAGUE
    await bot.bot.directory.load()
    await with_clinic(bot)
    going = SettingUp(bot)
    opened = await bot.press("mat:setup:new", await bot.slash("setup", user=ADMIN), user=ADMIN)
    assert opened.view is not None
    going.view = opened.view
    for answers in (
        {"name": "Birch Hill"},
        {"channel": PRIVATE_CHANNEL},
        {"leads": [LEAD.id], "readers": [LEAD.id, MEMBER.id], "role-peer": [MEMBER.id]},
        {},
        {},
    ):
        await going.next(answers)
    return bot


async def slash_there(bot: BotUnderTest, text: str, user: Person) -> Any:
    return await bot.slash(text, user=user, channel=PRIVATE_CHANNEL)


async def opened(bot: BotUnderTest, verb: str, user: Person = LEAD) -> SettingUp:
    answer = await slash_there(bot, "team", user)
    shown = await bot.press(f"mat:team:{verb}", answer, user=user, channel=PRIVATE_CHANNEL)
    assert shown.view is not None
    form = SettingUp(bot, user)
    form.view = shown.view
    return form


async def birch(bot: BotUnderTest) -> Any:
    return next(c for c in await clinics(bot) if c.name == "Birch Hill")


async def team(bot: BotUnderTest) -> Team:
    async with bot.bot.desk.work.reading() as books:
        return team_of(await books.at(await birch(bot)).roster.all())


async def notices(bot: BotUnderTest) -> list[Any]:
    async with bot.bot.desk.work.reading() as books:
        ready = await books.outbox.ready(bot.clock.now, 100)
    return [p for p in ready if p.kind is PostKind.NOTICE and p.state is PostState.PENDING]


async def test_everybody_sees_the_team_and_only_leads_and_admins_its_buttons(clinic: BotUnderTest) -> None:
    for person, may in ((COLLEAGUE, False), (MEMBER, False), (LEAD, True), (ADMIN, True)):
        answer = await slash_there(clinic, "team", person)
        assert answer.text.startswith("Birch Hill: the team. Nobody yet: ")
        assert "Digest: Mondays at 8:00 AM Eastern time (New York)." in answer.text
        assert ("mat:team:roles" in answer.shown) is may


@pytest.mark.parametrize("verb", ["roles", "recipients", "channel", "hours", "zone", "closed", "figures"])
async def test_a_members_press_on_a_leads_button_is_refused(clinic: BotUnderTest, verb: str) -> None:
    shown_to_lead = await slash_there(clinic, "team", LEAD)
    before = (await team(clinic), await clinics(clinic))
    answer = await clinic.press(f"mat:team:{verb}", shown_to_lead, user=MEMBER)
    assert answer.view is None
    assert "Only a lead of this clinic can do that" in answer.text
    form = await opened(clinic, verb)
    body = await clinic.submit(form.view, user=MEMBER)
    assert "Only a lead of this clinic can do that" in json.dumps(body.body)
    assert (await team(clinic), await clinics(clinic)) == before


async def test_leads_change_roles(clinic: BotUnderTest) -> None:
    form = await opened(clinic, "roles")
    body = await form.next({"role-champion": [LEAD.id, COLLEAGUE.id], "role-peer": [], "leads": [LEAD.id, MEMBER.id]})
    assert "*Saved.* \\n*Clinical champion*" in json.dumps(body)
    now_it = await team(clinic)
    assert dict(now_it.roles) == {"champion": tuple(sorted((LEAD.id, COLLEAGUE.id)))}
    assert set(now_it.leads) == {LEAD.id, MEMBER.id}
    assert set(now_it.readers) == {LEAD.id, MEMBER.id}


async def test_other_readers_are_told_to_staff_in_the_same_transaction(clinic: BotUnderTest) -> None:
    form = await opened(clinic, "recipients")
    await form.next({"readers": [LEAD.id, COLLEAGUE.id]})
    (notice,) = await notices(clinic)
    assert notice.target == PRIVATE_CHANNEL
    assert "Who reads concerns at Birch Hill has changed." in notice.note
    assert f"<@{COLLEAGUE.id}>" in notice.note
    assert f"<@{MEMBER.id}>" not in notice.note


async def test_the_notice_comes_to_the_teams_channel(clinic: BotUnderTest) -> None:
    await (await opened(clinic, "recipients")).next({"readers": [LEAD.id, COLLEAGUE.id]})
    await clinic.bot.delivery.courier.tick()
    posted = clinic.slack.world.messages_in(PRIVATE_CHANNEL)[-1]
    assert posted.text.startswith("Who reads concerns at Birch Hill has changed. From now on: <@U0")


async def test_the_same_readers_are_not_told_again(clinic: BotUnderTest) -> None:
    form = await opened(clinic, "recipients")
    await form.next({"digest": [MEMBER.id]}, nulls=True)
    assert await notices(clinic) == []
    assert (await team(clinic)).digest == (MEMBER.id,)


async def test_a_smaller_group_for_the_digests_figures_is_told_to_staff_and_a_larger_one_is_not(
    clinic: BotUnderTest,
) -> None:
    body = await (await opened(clinic, "figures")).next({"size": "7"})
    assert "from 7 concerns on" in json.dumps(body)
    assert await notices(clinic) == []
    body = await (await opened(clinic, "figures")).next({"size": "4"})
    assert "I'll say so in the team's channel" in json.dumps(body)
    (notice,) = await notices(clinic)
    assert notice.target == PRIVATE_CHANNEL
    assert "of concerns from 4 on, not from 7" in notice.note
    await (await opened(clinic, "figures")).next({})
    assert len(await notices(clinic)) == 1
    sizes = [await clinic.bot.concerns.group_size(ClinicKey(one.workspace, one.id)) for one in await clinics(clinic)]
    assert sorted(sizes) == [4, 5], "the other clinic keeps its own"


async def test_fewer_than_two_readers_are_refused(clinic: BotUnderTest) -> None:
    form = await opened(clinic, "recipients")
    body = await form.next({"readers": [LEAD.id]})
    assert "at least two people who read concerns" in body["errors"]["readers"]
    assert set((await team(clinic)).readers) == {LEAD.id, MEMBER.id}
    assert await notices(clinic) == []


async def test_new_hours_plan_the_posts_anew(clinic: BotUnderTest) -> None:
    form = await opened(clinic, "hours")
    assert "Both are Eastern time (New York)." in json.dumps(form.view)
    body = await form.next({"digest_at": "10:15"})
    assert "Mon, January 4, 10:15 AM EST: digest" in json.dumps(body)
    async with clinic.bot.desk.work.reading() as books:
        schedules = {s.kind: s for s in await books.at(await birch(clinic)).schedules.all()}
    digest = schedules[PostKind.DIGEST]
    assert digest.next_at is not None
    assert digest.next_at.isoformat() == "2027-01-04T15:15:00+00:00"
    assert schedules[PostKind.CONCERN_BATCH].local_start.hour == 8


async def test_what_comes_next_passes_over_closed_days(clinic: BotUnderTest) -> None:
    today = clinic.clock.now.date()
    async with clinic.bot.desk.work.writing() as books:
        closed = Closure("x1", today, today + timedelta(days=9), "flood")
        await books.at(await birch(clinic)).closures.save(closed)
        await books.commit()
    body = json.dumps(await (await opened(clinic, "hours")).next({"digest_at": "10:15"}))
    days = [int(day) for day in re.findall(r"January (\d+), \d", body)]
    assert days
    assert min(days) > closed.last.day


async def test_a_new_zone_moves_huddles_and_posts_with_it(clinic: BotUnderTest) -> None:
    form = await opened(clinic, "zone")
    await form.next({"zone_other": "honolulu"})
    async with clinic.bot.desk.work.reading() as books:
        at = books.at(await birch(clinic))
        zones = {s.zone for s in await at.schedules.all()} | {s.zone for s in await at.huddles.series()}
    assert (await birch(clinic)).zone == "Pacific/Honolulu"
    assert zones == {"Pacific/Honolulu"}


async def test_an_unknown_zone_is_refused(clinic: BotUnderTest) -> None:
    form = await opened(clinic, "zone")
    body = await form.next({"zone_other": "Mars/Olympus"})
    assert "I know no time zone called “Mars/Olympus”" in body["errors"]["zone_other"]
    assert (await birch(clinic)).zone == "America/New_York"


async def test_a_new_channel_is_looked_at_first(clinic: BotUnderTest) -> None:
    form = await opened(clinic, "channel")
    await form.next({"channel": ARCHIVED_CHANNEL})
    assert "#old-team is archived" in json.dumps(form.view)
    assert (await birch(clinic)).channel == PRIVATE_CHANNEL
    await form.next({"channel": HERE.channel})
    assert "belongs to Maple Street Clinic already" in json.dumps(form.view)
    clinic.slack.world.channels[OTHER_CHANNEL].bot_in = True
    await form.next({"channel": OTHER_CHANNEL})
    assert f"From now on I post in <#{OTHER_CHANNEL}>" in json.dumps(form.view)
    assert (await birch(clinic)).channel == OTHER_CHANNEL


async def test_forms_show_what_is_stored(clinic: BotUnderTest) -> None:
    form = await opened(clinic, "roles", ADMIN)
    assert titled(form.view) == "Roles"
    assert field(form.view, "role-peer")["initial_users"] == [MEMBER.id]
    form = await opened(clinic, "zone", ADMIN)
    assert field(form.view, "zone")["initial_option"]["value"] == "America/New_York"


async def test_untouched_forms_change_nothing(clinic: BotUnderTest) -> None:
    before = (await team(clinic), await clinics(clinic))
    for verb in ("roles", "recipients", "hours", "zone", "channel", "closed"):
        await (await opened(clinic, verb)).next(nulls=True)
    assert (await team(clinic), await clinics(clinic)) == before
    assert await notices(clinic) == []
    async with clinic.bot.desk.work.reading() as books:
        assert len(await books.clinics.all(TEAM)) == 2
