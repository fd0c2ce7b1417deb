"""The guard at every text field: what is certain is refused where it stands, what is not is asked about, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from commands.guarding import NEVER_KEPT
from mat.clinic import Clinic
from tests.bot_under_test import BotUnderTest
from tests.integration.trouble.forms import FORMS, OpenForm
from tests.integration.trouble.looking import kept, said

CERTAIN, PART = "MRN 4471882 waits for a call", "4471882"
MAYBE, NAME = "Mr. Lopez relapsed, please call", "Mr. Lopez"
OTHER, OTHER_NAME = "Mrs. Abernathy relapsed, call", "Mrs. Abernathy"
SURE = "sure-"

GUARDED = (
    *("milestone:stuck note", "milestone:drop note", "agenda:add text", "ask:add text", "ask:notnow why"),
    *(
        "huddle:save title-daily-huddle",
        "huddle:save changed title-daily-huddle",
        "plan:add label",
        "plan:add sentence",
    ),
    *("plan:reword label", "plan:reword sentence", "setup:basics name", "team:closed label"),
    *(
        "concern:raise text",
        "concern:answer answer",
        "concern:reply text",
        "concern:status sentence",
        "concern:said-post line-0",
    ),
)
"""Form and field: all that a person's words can stand in and stay."""
COMPARED = (
    *("setup:basics zone_other", "team:zone zone_other", "privacy:delete confirm", "concern:lookup receipt"),
    *("concern:answer receipt", "concern:blackout words"),
)
"""Form and field: what is compared with something and then forgotten."""


def text_fields(view: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Block id and action id of every text field."""
    for block in view["blocks"]:
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input":
            yield block["block_id"], block["element"]["action_id"]


def value(view: Mapping[str, Any], field: str) -> str:
    return str(next(b for b in view["blocks"] if b.get("block_id") == field)["element"].get("initial_value"))


async def opened(bot: BotUnderTest, place: str) -> tuple[OpenForm, str]:
    form, _, field = place.rpartition(" ")
    return await FORMS[form](bot), field


@pytest.mark.parametrize("name", FORMS)
async def test_every_text_field_is_in_one_of_the_lists(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    """The two lists above are whole: a new field is in one of them, or this fails."""
    found = dict(text_fields((await FORMS[name](bot)).view))
    listed = {place.rpartition(" ")[2] for place in (*GUARDED, *COMPARED) if place.rpartition(" ")[0] == name}
    assert set(found) == listed
    for field, action in found.items():
        assert (action in NEVER_KEPT) == (f"{name} {field}" in COMPARED)


@pytest.mark.parametrize("place", GUARDED)
async def test_what_is_certain_is_refused_at_its_field(bot: BotUnderTest, clinic: Clinic, place: str) -> None:
    form, field = await opened(bot, place)
    before = kept(bot)
    answer = await bot.submit(form.view, {**form.answers, field: CERTAIN}, user=form.user)
    assert answer.body["response_action"] == "errors"
    assert list(answer.body["errors"]) == [field]
    assert f"“{PART}”" in answer.body["errors"][field]
    assert kept(bot) == before


@pytest.mark.parametrize("place", GUARDED)
async def test_what_may_be_is_asked_about_and_a_yes_lets_it_pass(bot: BotUnderTest, clinic: Clinic, place: str) -> None:
    form, field = await opened(bot, place)
    before = kept(bot)
    asked = await bot.submit(form.view, {**form.answers, field: MAYBE}, user=form.user)
    assert asked.body["response_action"] == "update"
    assert kept(bot) == before
    view = asked.view
    assert view is not None
    assert f"“{NAME}”" in said(asked)
    assert value(view, field) == MAYBE
    kept_as_they_were = ("callback_id", "private_metadata", "submit", "title")
    assert {key: view.get(key) for key in kept_as_they_were} == {key: form.view.get(key) for key in kept_as_they_were}

    again = await bot.submit(view, {**form.answers, field: MAYBE}, user=form.user)
    assert again.body["response_action"] == "update", "without a tick it is asked again"
    assert kept(bot) == before
    assert [b.get("block_id") for b in again.body["view"]["blocks"]] == [b.get("block_id") for b in view["blocks"]]

    box = next(b for b in view["blocks"] if b.get("block_id") == f"{SURE}{field}")
    yes = [box["element"]["options"][0]["value"]]
    other = await bot.submit(view, {**form.answers, field: OTHER, f"{SURE}{field}": yes}, user=form.user)
    assert f"“{OTHER_NAME}”" in said(other), "a yes to one name is no yes to another"
    assert kept(bot) == before

    taken = await bot.submit(view, {**form.answers, field: MAYBE, f"{SURE}{field}": yes}, user=form.user)
    assert taken.body.get("response_action") in {"update", "clear"}, taken.body
    assert "It is not about a patient" not in said(taken)
    assert kept(bot) != before
