"""Every door, tried by everybody who must stay outside: one polite refusal each, and nothing changes anywhere."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

import pytest

from commands.everything import ACTIONS, COMMANDS, SHORTCUTS, VIEWS
from mat.errors import NotForGuests, NotKnownForConcerns, NotKnownYet
from mat.huddles import AgendaItem, HuddleSeries, Template
from mat.setup import first_huddle
from messages import block_kit as kit
from tests.bot_under_test import HERE, BotUnderTest, with_clinic
from tests.fakes import payloads
from tests.fakes.slack_world import GONE, GUEST, OTHER_CHANNEL, OUTSIDER, ROBOT, TEAM_CHANNEL, Person

UNKNOWN = Person("U0UNKNOWN", "nobody")
REFUSED = NotForGuests().sentence
UNKNOWN_YET = NotKnownYet().sentence
UNKNOWN_FOR_CONCERNS = NotKnownForConcerns().sentence
RAISE_A_CONCERN = {"concern", "concern:raise", "concern:lookup", "concern:answer"}
BIRCH = replace(HERE, id="birch", name="Birch Hill Clinic", channel="C0BIRCH01")
TYPED = ("words", "why", "text", "note", "label", "sentence", "title", "name", "confirm")

SENTENCES = [(GUEST, REFUSED), (OUTSIDER, REFUSED), (ROBOT, REFUSED), (UNKNOWN, UNKNOWN_YET), (GONE, UNKNOWN_YET)]
DOORS = [
    *((("command", name)) for name in sorted(COMMANDS)),
    *((("action", name)) for name in sorted(ACTIONS)),
    *((("view", name)) for name in sorted(VIEWS)),
    *((("shortcut", name)) for name in sorted(SHORTCUTS)),
]


@dataclass(frozen=True, slots=True)
class Doorway:
    """A bot with two clinics that have something of everything, and what a forged button of theirs would carry."""

    bot: BotUnderTest
    value: Mapping[str, str]


@pytest.fixture
async def doorway(bot: BotUnderTest) -> Doorway:
    await with_clinic(bot)
    now = bot.clock.now
    days = (0, 1, 2, 3, 4)
    playbook = bot.bot.desk.playbook
    series: HuddleSeries = first_huddle(HERE, playbook, Template.DAILY, days, time(9, 30), series_id="s1", now=now)
    async with bot.bot.desk.work.writing() as books:
        await books.clinics.save(BIRCH)
        at = books.at(HERE)
        await at.huddles.save_series(series)
        await at.huddles.add_item(AgendaItem("i1", "s1", "New phone tree", "U0MEMBER1", now))
        await books.commit()
    local = datetime(2027, 1, 4, 9, 30)
    value = {
        "clinic": HERE.id,
        "milestone": next(iter(playbook.milestones)),
        "series": "s1",
        "at": local.isoformat(),
        "item": "i1",
        "line": "status",
        "step": "basics",
        "block": "leadership",
    }
    # The first look-up of somebody Slack's list does not have; from then on outsiders are known.
    for person, _ in SENTENCES:
        bot.bot.directory.person(person.id)
    await bot.settle()
    return Doorway(bot, value)


def everything_stored(bot: BotUnderTest) -> dict[str, str]:
    """The rows of every database file."""
    found = {}
    for file in sorted((bot.folder / "data").glob("*.db")):
        with sqlite3.connect(file) as store:
            found[file.name] = "\n".join(store.iterdump())
    return found


def forged(doorway: Doorway, kind: str, name: str, user: Person, url: str, trigger: str) -> dict[str, Any]:
    """What Slack would send if this person got hold of the button, the form or the shortcut."""
    value = kit.pack(**doorway.value)
    if kind == "command":
        return payloads.slash_command(name, user=user, trigger=trigger, response_url=url)
    if kind == "action":
        block = kit.actions(kit.button("Forged", f"mat:{name}", value))
        return payloads.press(f"mat:{name}", ephemeral=[block], user=user, trigger=trigger, response_url=url)
    if kind == "shortcut":
        if name.endswith(":message"):
            return payloads.message_shortcut(f"mat:{name}", "Hello", user=user, trigger=trigger, response_url=url)
        return payloads.global_shortcut(f"mat:{name}", user=user, trigger=trigger)
    fields = [kit.field("Words", kit.text_field(f"mat:{b}", initial="More rooms"), block_id=b) for b in TYPED]
    view = dict(kit.modal("Forged", f"mat:{name}", fields, submit="Send", metadata=value)) | {"id": "V0FORGED1"}
    return payloads.submit(view, user=user, trigger=trigger)


async def answers_to(doorway: Doorway, kind: str, name: str, user: Person) -> list[str]:
    """Everything that reached the person, each answer as one string."""
    bot, slack = doorway.bot, doorway.bot.slack
    url, views, homes = slack.response_url(), set(slack.world.views), dict(slack.world.homes)
    posted = len(slack.world.messages)
    status, body = await bot.dispatch(forged(doorway, kind, name, user, url, slack.world.trigger(user.id)))
    assert status == 200
    got = [body] if body else []
    got += slack.answers_at(url)
    got += [view for id_, view in slack.world.views.items() if id_ not in views]
    got += [home for id_, home in slack.world.homes.items() if homes.get(id_) != home]
    assert len(slack.world.messages) == posted, "nothing is posted for them"
    return [json.dumps(one, ensure_ascii=False) for one in got]


@pytest.mark.parametrize(("user", "sentence"), SENTENCES, ids=lambda value: getattr(value, "name", ""))
async def test_every_door_refuses_politely_and_changes_nothing(doorway: Doorway, user: Person, sentence: str) -> None:
    before = everything_stored(doorway.bot)
    wrong = []
    for kind, name in DOORS:
        answers = await answers_to(doorway, kind, name, user)
        said = UNKNOWN_FOR_CONCERNS if sentence == UNKNOWN_YET and name in RAISE_A_CONCERN else sentence
        if len(answers) != 1 or said not in answers[0]:
            wrong.append((kind, name, answers))
        elif HERE.name in answers[0] or BIRCH.name in answers[0]:
            wrong.append((kind, name, ["names a clinic"]))
    assert not wrong, "\n".join(f"{k} {n}: {a}" for k, n, a in wrong)
    assert everything_stored(doorway.bot) == before


@pytest.mark.parametrize("channel", [TEAM_CHANNEL, OTHER_CHANNEL, f"D{GUEST.id}"])
async def test_where_it_is_typed_makes_no_difference(doorway: Doorway, channel: str) -> None:
    for word in sorted(COMMANDS):
        answer = await doorway.bot.slash(word, user=GUEST, channel=channel)
        assert REFUSED in answer.shown or (answer.view is not None and REFUSED in json.dumps(answer.view)), word


async def test_home_refuses_as_well(doorway: Doorway) -> None:
    home = await doorway.bot.open_home(GUEST)
    assert REFUSED in json.dumps(home, ensure_ascii=False)
    assert HERE.name not in json.dumps(home)


async def test_who_joins_and_who_becomes_a_guest_is_known_at_once_and_without_asking_slack(bot: BotUnderTest) -> None:
    await with_clinic(bot)
    asked = len(bot.slack.calls)
    await bot.dispatch(payloads.team_joined(UNKNOWN))
    assert HERE.name in (await bot.slash("status", user=UNKNOWN)).text
    await bot.dispatch(payloads.user_changed(replace(UNKNOWN, guest=True)))
    assert (await bot.slash("status", user=UNKNOWN)).text == REFUSED
    assert len(bot.slack.calls) == asked


def test_the_walk_goes_through_every_door() -> None:
    assert {kind for kind, _ in DOORS} >= {"command", "action", "view"}
    assert len(DOORS) == len(COMMANDS) + len(ACTIONS) + len(VIEWS) + len(SHORTCUTS)
