"""A user group taken into a role, through Bolt and the fake Slack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mat.setup import Team, team_of
from messages.team_group import READERS
from tests.bot_under_test import HERE, BotUnderTest, with_clinic
from tests.fakes.slack_world import (
    ADMIN,
    GUEST,
    LEAD,
    MEMBER,
    OPTIONAL_SCOPES,
    REQUIRED_SCOPES,
    ROBOT,
    TEAM,
    TEAM_CHANNEL,
    Person,
)

FRONT_DESK = {"id": "S0FRONT01", "handle": "front-desk", "name": "Front <desk>", "users": [LEAD.id, GUEST.id, ROBOT.id]}
CROWD = [f"U0CROWD{n:03}" for n in range(51)]


@pytest.fixture
async def clinic(bot: BotUnderTest) -> BotUnderTest:
    await with_clinic(bot)
    world = bot.slack.world
    world.groups = [
        FRONT_DESK,
        {"id": "S0GUESTS1", "handle": "guests", "name": "Guests", "users": [GUEST.id]},
        {"id": "S0CROWD01", "handle": "all-staff", "name": "All staff", "users": CROWD},
    ]
    world.people |= {user: Person(user, user.lower()) for user in CROWD}
    await bot.bot.directory.load()
    return bot


async def form(bot: BotUnderTest, user: Person = LEAD) -> Any:
    return await bot.press("mat:team:group", await bot.slash("team", user=LEAD), user=user)


async def add(bot: BotUnderTest, group: str, role: str = "peer") -> Any:
    return await bot.submit((await form(bot)).view, {"group": group, "role": role}, user=LEAD)


async def team(bot: BotUnderTest) -> Team:
    async with bot.bot.desk.work.reading() as books:
        there = await books.clinics.get(TEAM, HERE.id)
        assert there is not None
        return team_of(await books.at(there).roster.all())


def said(view: Mapping[str, Any]) -> str:
    return str(view["blocks"][0]["text"]["text"])


async def test_everybody_of_a_group_who_can_hold_the_role_gets_it(clinic: BotUnderTest) -> None:
    shown = (await form(clinic)).view
    offered = [option["text"]["text"] for option in shown["blocks"][0]["element"]["options"]]
    assert offered == ["@all-staff · All staff", "@front-desk · Front <desk>", "@guests · Guests"]
    before = await team(clinic)
    answer = await add(clinic, FRONT_DESK["id"])
    after = await team(clinic)
    assert after.roles["peer"] == (*before.roles.get("peer", ()), LEAD.id)
    assert {**after.roles, "peer": ()} == {**before.roles, "peer": ()}
    assert said(answer.view).endswith("Left out: 2, because guests, apps and people who have left hold no role.")
    again = await add(clinic, FRONT_DESK["id"])
    assert "held it already" in said(again.view)
    assert await team(clinic) == after


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("S0GUESTS1", "Nobody in @guests can hold a role"),
        ("S0CROWD01", "@all-staff has 51 people, and I put at most 50"),
    ],
)
async def test_a_group_that_cannot_be_added_changes_nothing(clinic: BotUnderTest, group: str, sentence: str) -> None:
    before = await team(clinic)
    answer = await add(clinic, group)
    assert sentence in answer.body["errors"]["group"]
    assert await team(clinic) == before


async def test_a_group_that_went_while_the_form_was_open_is_refused(clinic: BotUnderTest) -> None:
    shown = (await form(clinic)).view
    clinic.slack.world.groups = []
    await clinic.bot.directory.load()
    answer = await clinic.submit(shown, {"group": FRONT_DESK["id"], "role": "peer"}, user=LEAD)
    assert "I no longer see that user group" in answer.body["errors"]["group"]


async def test_without_the_optional_scope_the_form_says_so(clinic: BotUnderTest) -> None:
    clinic.slack.world.groups = []
    clinic.slack.world.scopes = REQUIRED_SCOPES | (OPTIONAL_SCOPES - {"usergroups:read"})
    assert clinic.bot.directory.groups()
    await clinic.bot.directory.load()
    assert clinic.slack.calls[-1].outcome == "missing_scope"


async def test_a_workspace_without_groups_gets_a_way_out(bot: BotUnderTest) -> None:
    await with_clinic(bot)
    shown = (await form(bot)).view
    assert "I see no user group here" in said(shown)
    assert "submit" not in shown


def notices(bot: BotUnderTest) -> list[str]:
    return [one.text for one in bot.slack.world.messages_in(TEAM_CHANNEL) if "Who reads concerns" in one.text]


async def test_a_group_reads_concerns_by_name_and_staff_are_told_once(clinic: BotUnderTest) -> None:
    clinic.slack.world.groups = [{**FRONT_DESK, "users": [ADMIN.id, *FRONT_DESK["users"]]}]
    await clinic.bot.directory.load()
    before = await team(clinic)
    for _ in range(2):
        answer = await add(clinic, FRONT_DESK["id"], READERS)
        await clinic.bot.delivery.courier.tick()
    after = await team(clinic)
    assert set(after.readers) == {*before.readers, ADMIN.id}
    assert (after.roles, after.leads, after.digest) == (before.roles, before.leads, before.digest)
    assert "did so already" in said(answer.view)
    (told,) = notices(clinic)
    assert all(f"<@{user}>" in told for user in after.readers)
    assert f"<@{ADMIN.id}>" in str((await clinic.slash("concern")).view)
    assert (await clinic.slash("inbox", user=ADMIN)).view is not None


async def test_who_joins_the_group_later_reads_nothing(clinic: BotUnderTest) -> None:
    await add(clinic, FRONT_DESK["id"], READERS)
    clinic.slack.world.groups = [{**FRONT_DESK, "users": [ADMIN.id]}]
    await clinic.bot.directory.load()
    answer = await clinic.slash("inbox", user=ADMIN)
    assert answer.view is None
    assert "people named to read concerns" in answer.text


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("S0GUESTS1", "Nobody in @guests"),
        ("S0CROWD01", "With @all-staff, 53 people would read concerns, and 20 is the most"),
    ],
)
async def test_a_group_that_cannot_read_concerns_changes_nothing(
    clinic: BotUnderTest, group: str, sentence: str
) -> None:
    before = await team(clinic)
    answer = await add(clinic, group, READERS)
    assert sentence in answer.body["errors"]["group"]
    assert await team(clinic) == before
    await clinic.bot.delivery.courier.tick()
    assert notices(clinic) == []


async def test_only_leads_add_groups(clinic: BotUnderTest) -> None:
    answer = await form(clinic, MEMBER)
    assert answer.view is None
