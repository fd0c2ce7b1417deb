"""Ways to walk through set-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.bot_under_test import BotUnderTest
from tests.fakes.slack_world import ADMIN, TEAM, TEAM_CHANNEL, Person

View = Mapping[str, Any]


def titled(view: View) -> str:
    return str(view["title"]["text"])


def field(view: View, block: str) -> Mapping[str, Any]:
    """The element of a field."""
    found: Mapping[str, Any] = next(b["element"] for b in view["blocks"] if b.get("block_id") == block)
    return found


class SettingUp:
    """One person on the way through the screens."""

    def __init__(self, bot: BotUnderTest, user: Person = ADMIN) -> None:
        self.bot = bot
        self.user = user
        self.view: View = {}

    async def start(self) -> View:
        answer = await self.bot.slash("setup", user=self.user)
        assert answer.view is not None
        self.view = answer.view
        return self.view

    async def next(self, answers: Mapping[str, object] | None = None, *, nulls: bool = False) -> dict[str, Any]:
        """Sends the open screen; what came back. The view moves on where the answer is another screen."""
        updates = len(self.bot.slack.called("views.update"))
        answer = await self.bot.submit(self.view, answers, user=self.user, nulls=nulls)
        if answer.view is not None:
            self.view = answer.view
        if len(self.bot.slack.called("views.update")) > updates:
            self.view = self.bot.slack.world.views[self.view["id"]]
        return dict(answer.body)

    async def back(self) -> View:
        await self.bot.press("mat:setup:back", self.view, user=self.user)
        self.view = self.bot.slack.world.views[self.view["id"]]
        return self.view


BASICS = {"name": "Maple Street Clinic"}
CHANNEL = {"channel": TEAM_CHANNEL}


async def clinics(bot: BotUnderTest) -> tuple[Any, ...]:
    async with bot.bot.desk.work.reading() as books:
        return await books.clinics.all(TEAM)
