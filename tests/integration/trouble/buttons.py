"""Every button that a clinic's lead is shown, each with the surface it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, Answer, BotUnderTest
from tests.fakes.slack_limits import elements
from tests.fakes.slack_world import LEAD, TEAM_CHANNEL, Person, PostedMessage
from tests.integration.trouble.forms import huddle_going_on, raised

LINES = (
    "",
    "status",
    "plan",
    "plan policies",
    "plan pace",
    "huddle",
    "agenda",
    "asks",
    "digest",
    "team",
    "privacy",
    "help",
)
MORE_LINES = ("done", "undo", "done pol", "stauts", "stuck naloxone: the pharmacy", "asks add a bigger room", "setup")
FORMS = ("inbox", "concern", "huddle add", "agenda add")


@dataclass(frozen=True, slots=True)
class Shown:
    """A button called `name` on a private answer, a message or a view."""

    name: str
    on: Answer | PostedMessage | Mapping[str, Any]
    place: str


async def lived_in(bot: BotUnderTest) -> None:
    """Something of everything, and a day's posts."""
    await huddle_going_on(bot)
    await bot.slash("asks add a second nurse")
    await bot.slash("agenda add the new fridge")
    await bot.slash("done pdmp")
    await raised(bot)
    async with bot.bot.desk.work.writing() as books:
        await keep_schedules(books.at(HERE), HERE, bot.clock.now)
        await books.commit()
    for hours in (22, 23, 24, 24 * 7):
        bot.clock.jump_to(bot.clock.now.replace(hour=13, day=4) + timedelta(hours=hours))
        await bot.bot.delivery.planner.tick()
        await bot.bot.delivery.courier.tick()


async def every_button(bot: BotUnderTest, user: Person = LEAD) -> list[Shown]:
    """One of each kind on each surface, as `user` sees them now."""
    surfaces: list[tuple[str, Answer | PostedMessage | Mapping[str, Any]]] = [
        (f"/mat {line}", await bot.slash(line, user=user)) for line in (*LINES, *MORE_LINES)
    ]
    for line in FORMS:
        answer = await bot.slash(line, user=user)
        if answer.view is not None:
            surfaces.append((f"/mat {line}", answer.view))
    surfaces.append(("Home", await bot.open_home(user)))
    surfaces += [(message.text[:20], message) for message in bot.slack.world.messages_in(TEAM_CHANNEL)]
    return [shown for place, on in surfaces for shown in _buttons(place, on)]


def _buttons(place: str, on: Answer | PostedMessage | Mapping[str, Any]) -> list[Shown]:
    blocks = on["blocks"] if isinstance(on, Mapping) else on.blocks
    names = [str(thing["action_id"]) for _, thing in elements(blocks) if thing["type"] == "button"]
    kinds = {name.partition("#")[0]: name for name in reversed(names)}
    return [Shown(name, on, place) for name in kinds.values()]
