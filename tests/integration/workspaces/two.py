"""A bot in two workspaces, where everybody and every channel has the same id in both."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mat.clinic import Clinic
from mat.installations import Installation, Tokens
from store.token_seal import TokenSeal
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, with_clinic
from tests.fakes import payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_methods import World
from tests.fakes.slack_world import ADMIN, BOT, BOT_USER, LEAD, TEAM, TEAM_CHANNEL, Person

CEDAR = "T0CEDAR01"
SECRET = "cedars-made-up-secret"
THERE = replace(HERE, workspace=CEDAR, name="Cedar Hill Clinic")
BOTH = (HERE, THERE)


def in_team(payload: Mapping[str, Any], team: str) -> dict[str, Any]:
    """The same from another workspace."""
    moved: dict[str, Any] = json.loads(json.dumps(payload).replace(f'"{TEAM}"', f'"{team}"'))
    return moved


@dataclass(slots=True)
class Two:
    """`under_test`: the bot with its first workspace; `cedar`: what Slack holds of the second."""

    under_test: BotUnderTest
    cedar: World
    answers: list[str] = field(default_factory=list)

    def world_of(self, team: str) -> World:
        return self.cedar if team == CEDAR else self.under_test.slack.world

    async def send(self, payload: Mapping[str, Any], team: str) -> dict[str, Any]:
        status, body = await self.under_test.dispatch(in_team(payload, team))
        assert status == 200
        return body

    async def slash(self, text: str, team: str, *, user: Person = LEAD, channel: str = TEAM_CHANNEL) -> str:
        """What a person is answered, the private answers behind it and any modal, as one text."""
        slack, world = self.under_test.slack, self.world_of(team)
        url, views = slack.response_url(), set(world.views)
        trigger = world.trigger(user.id)
        typed = payloads.slash_command(text, user=user, channel=channel, trigger=trigger, response_url=url)
        body = await self.send(typed, team)
        opened = [view for name, view in world.views.items() if name not in views]
        return json.dumps([body, slack.answers_at(url), opened], ensure_ascii=False)

    async def look(self) -> None:
        await self.under_test.bot.workspaces.look()

    async def clinic(self, clinic: Clinic) -> None:
        await with_clinic(self.under_test, clinic)


def installation(bot: BotUnderTest, tokens: Tokens, *, team: str = CEDAR, admins: tuple[str, ...] = ()) -> Installation:
    sealed = TokenSeal(bot.bot.settings.key_dir).seal(team, tokens)
    return Installation(team, "Cedar", BOT, BOT_USER, admins, sealed, bot.clock())


async def install(bot: BotUnderTest, tokens: Tokens, **more: Any) -> None:
    async with bot.bot.desk.work.writing() as books:
        await books.installations.save(installation(bot, tokens, **more))
        await books.commit()
    await bot.bot.workspaces.look()


@asynccontextmanager
async def two_workspaces(folder: Path, *clinics: Clinic, **settings: Any) -> AsyncIterator[Two]:
    """`folder` holds migrated stores. `clinics`: those that are set up, both where none is named."""
    async with FakeSlack() as slack:
        cedar = slack.join(CEDAR)
        async with bot_under_test(folder, slack=slack, MAT_ADMINS=ADMIN.id, **settings) as bot:
            await install(bot, Tokens(cedar.token, cedar.app_token, SECRET), admins=(ADMIN.id,))
            for presence in bot.bot.presences:
                await presence.directory.load()
            two = Two(bot, cedar)
            for clinic in clinics or BOTH:
                await two.clinic(clinic)
            yield two
