"""A whole bot in the test's process: real Bolt dispatch, real stores, a fake Slack behind HTTP, a clock moved by hand.

async with bot_under_test(folder) as clinic:
    answer = await clinic.slash("status")
    answer = await clinic.press("mat:milestone:done", answer)
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from slack_bolt.async_app import AsyncBoltRequest

from bot.build import Bot, build_bot
from bot.running import meet_slack
from bot.settings import Settings
from mat.clinic import Clinic, Duty
from mat.ports import Work
from tests.fakes import payloads
from tests.fakes.clock import HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_limits import message_faults, view_faults
from tests.fakes.slack_world import APP_TOKEN, BOT_TOKEN, LEAD, MEMBER, TEAM, TEAM_CHANNEL, Person, PostedMessage

HERE = Clinic(
    workspace=TEAM,
    id="maple",
    name="Maple Street Clinic",
    zone="America/New_York",
    start=date(2026, 10, 5),
    tracks=("sixbb", "moud"),
    channel=TEAM_CHANNEL,
    ready=True,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person got: the acknowledgement's body, and the private answers that came behind it."""

    body: Mapping[str, Any]
    response_url: str
    behind: tuple[Mapping[str, Any], ...] = ()
    view: Mapping[str, Any] | None = None

    @property
    def last(self) -> Mapping[str, Any]:
        return self.behind[-1] if self.behind else self.body

    @property
    def text(self) -> str:
        return str(self.last.get("text") or "")

    @property
    def blocks(self) -> list[Mapping[str, Any]]:
        return list(self.last.get("blocks") or [])

    @property
    def shown(self) -> str:
        """Everything a person reads in it, as one string."""
        return json.dumps(self.last, ensure_ascii=False)


@dataclass(slots=True)
class BotUnderTest:
    """Acts as people do. Every private answer is checked for Slack's limits and for an explicit `response_type`."""

    bot: Bot
    slack: FakeSlack
    clock: HandClock
    folder: Path
    seen: list[Answer] = field(default_factory=list)

    async def dispatch(self, payload: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        response = await self.bot.app.async_dispatch(AsyncBoltRequest(body=dict(payload), mode="socket_mode"))
        await self.settle()
        body = json.loads(response.body) if response.body else {}
        return response.status, body

    async def settle(self) -> None:
        """Waits until everything the bot does behind its answers is done."""
        await asyncio.sleep(0)
        await self.bot.tasks.drain(10)

    async def slash(self, text: str, *, user: Person = MEMBER, channel: str = TEAM_CHANNEL) -> Answer:
        url, views = self.slack.response_url(), set(self.slack.world.views)
        trigger = self.slack.world.trigger(user.id)
        payload = payloads.slash_command(text, user=user, channel=channel, trigger=trigger, response_url=url)
        status, body = await self.dispatch(payload)
        assert status == 200
        if body:
            assert body["response_type"] == "ephemeral", "a command answers its caller only"
            assert not message_faults(body.get("text") or "", body.get("blocks") or [])
        return self._answer(body, url, views)

    async def press(
        self,
        name: str,
        on: Answer | PostedMessage | Mapping[str, Any],
        *,
        user: Person = MEMBER,
        channel: str = TEAM_CHANNEL,
        choose: object = None,
    ) -> Answer:
        """A press on the element called `name`: on a private answer, a posted message, or an open view (as Slack keeps it)."""
        url, views = self.slack.response_url(), set(self.slack.world.views)
        trigger = self.slack.world.trigger(user.id)
        common = {"user": user, "trigger": trigger, "choose": choose}
        if isinstance(on, PostedMessage):
            payload = payloads.press(name, on=on, response_url=url, **common)
        elif isinstance(on, Answer):
            payload = payloads.press(name, ephemeral=on.blocks, channel=channel, response_url=url, **common)
        else:
            payload = payloads.press(name, view=on, **common)
        status, body = await self.dispatch(payload)
        assert (status, body) == (200, {}), "an action is acknowledged with nothing"
        return self._answer({}, url, views)

    async def submit(
        self,
        view: Mapping[str, Any],
        answers: Mapping[str, object] | None = None,
        *,
        user: Person = MEMBER,
        nulls: bool = False,
    ) -> Answer:
        views = set(self.slack.world.views)
        trigger = self.slack.world.trigger(user.id)
        status, body = await self.dispatch(payloads.submit(view, answers, user=user, nulls=nulls, trigger=trigger))
        assert status == 200
        if body.get("response_action") == "update":
            assert not view_faults(body["view"])
            return replace(self._answer(body, "", views), view={**view, **body["view"]})
        return self._answer(body, "", views)

    async def open_home(self, user: Person = MEMBER) -> Mapping[str, Any]:
        await self.dispatch(payloads.home_opened(user))
        return self.slack.world.homes[user.id]

    def _answer(self, body: Mapping[str, Any], url: str, views_before: set[str]) -> Answer:
        opened = [view for id_, view in self.slack.world.views.items() if id_ not in views_before]
        behind = tuple(self.slack.answers_at(url)) if url else ()
        answer = Answer(body, url, behind, opened[-1] if opened else None)
        self.seen.append(answer)
        return answer


def settings_for(folder: Path, slack: FakeSlack, **more: Any) -> Settings:
    """Settings that name only the folder and the fake Slack; the machine's environment plays no part."""
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_app_token=SecretStr(APP_TOKEN),
        slack_api_url=slack.url,
        MAT_DATA_DIR=folder / "data",
        MAT_KEY_DIR=folder / "keys",
        MAT_PORT=0,
        **more,
    )


@asynccontextmanager
async def bot_under_test(
    folder: Path, *, slack: FakeSlack | None = None, work: Work | None = None, **more: Any
) -> AsyncIterator[BotUnderTest]:
    """A bot that has met Slack and knows its people; the clockwork stands still. `folder` holds migrated stores.

    `work`: on the main store in `folder`, where it shall be another than the bot opens by itself.
    """
    own = FakeSlack() if slack is None else None
    if own is not None:
        await own.__aenter__()
    fake = slack or own
    assert fake is not None
    try:
        settings = settings_for(folder, fake, **more)
        async with build_bot(settings, clock=fake.clock, work=work) as bot:
            bot.tasks.pause = 0  # no acknowledgement goes over a line here
            await meet_slack(bot)
            await bot.directory.load()
            assert isinstance(fake.clock, HandClock)
            yield BotUnderTest(bot, fake, fake.clock, folder)
    finally:
        if own is not None:
            await own.__aexit__(None, None, None)


async def with_clinic(bot: BotUnderTest, clinic: Clinic = HERE) -> Clinic:
    """Puts a clinic into the store: LEAD leads, MEMBER is its project manager, both get digest and read concerns."""
    async with bot.bot.desk.work.writing() as books:
        await books.clinics.save(clinic)
        at = books.at(clinic)
        await at.roster.set_role("champion", [LEAD.id])
        await at.roster.set_role("project-manager", [MEMBER.id])
        await at.roster.set_duty(Duty.LEAD, [LEAD.id])
        await at.roster.set_duty(Duty.READS_CONCERNS, [LEAD.id, MEMBER.id])
        await at.roster.set_duty(Duty.GETS_DIGEST, [LEAD.id])
        await books.commit()
    return clinic
