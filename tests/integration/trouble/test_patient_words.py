"""The guard at every text field: what is certain is refused where it stands, what is not is asked about, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from commands.everything import COMMANDS
from commands.guarding import NEVER_KEPT
from mat.clinic import Clinic
from tests.bot_under_test import BotUnderTest
from tests.fakes.slack_world import ADMIN, MEMBER
from tests.integration.trouble.forms import FORMS, OpenForm, huddle_going_on
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


async def test_what_was_chosen_stands_in_the_form_that_asks(bot: BotUnderTest, clinic: Clinic) -> None:
    """Not every client keeps it when a form is replaced by itself."""
    form, _ = await opened(bot, "team:closed label")
    chosen = {"first": "2030-12-24", "last": "2030-12-31", "label": MAYBE, "holidays": ["Christmas Day"]}
    elements = {b.get("block_id"): b.get("element", {}) for b in (await asked_about(bot, form, chosen))["blocks"]}
    assert (elements["first"]["initial_date"], elements["last"]["initial_date"]) == ("2030-12-24", "2030-12-31")
    assert [option["value"] for option in elements["holidays"]["initial_options"]] == ["Christmas Day"]
    form, _ = await opened(bot, "concern:raise text")
    chosen = {"topic": "caseload", "release": "now", "text": MAYBE}
    elements = {b.get("block_id"): b.get("element", {}) for b in (await asked_about(bot, form, chosen))["blocks"]}
    assert {name: elements[name]["initial_option"]["value"] for name in ("topic", "release")} == {
        "topic": "caseload",
        "release": "now",
    }


async def asked_about(bot: BotUnderTest, form: OpenForm, answers: Mapping[str, object]) -> Mapping[str, Any]:
    answer = await bot.submit(form.view, answers, user=form.user)
    assert answer.view is not None
    return answer.view


# -- words behind a command ------------------------------------------------------------------------------------------------

TYPED = {
    "asks add": "text",
    "agenda add": "text",
    "stuck pdmp:": "note",
    "drop pdmp because": "note",
    "plan add": "label",
}
"""What can be typed behind `/mat` so that the words after it are kept, and the field of the form that takes them."""
PLAN_ADD = {"block": "policies", "sentence": "It hangs in the room."}
WAYS = ("{}", "add {}", "pdmp: {}", "pdmp because {}", "pdmp {}", "policies {}")


@pytest.mark.parametrize("word", [word for word in COMMANDS if word])
async def test_no_command_keeps_words_about_a_patient(bot: BotUnderTest, clinic: Clinic, word: str) -> None:
    """Every command there is, with such words wherever a command takes any: none of them is in a store afterwards."""
    await huddle_going_on(bot)
    for way in WAYS:
        for words in (CERTAIN, MAYBE):
            for user in (MEMBER, ADMIN):
                await bot.slash(f"{word} {way.format(words)}", user=user)
    assert not [row for row in kept(bot) if PART in row or "Lopez" in row]


@pytest.mark.parametrize("line", TYPED)
async def test_words_behind_a_command_are_asked_about_in_the_form_that_takes_them(
    bot: BotUnderTest, clinic: Clinic, line: str
) -> None:
    await huddle_going_on(bot)
    field = TYPED[line]
    before = kept(bot)
    form = await bot.slash(f"{line} {MAYBE}")
    view = form.view
    assert view is not None, form.shown
    assert value(view, field) == MAYBE
    if line == "plan add":  # asked about when the form is sent
        view = (await bot.submit(view, PLAN_ADD)).view
        assert view is not None
    assert kept(bot) == before
    assert f"“{NAME}”" in str(view)
    box = next(b for b in view["blocks"] if b.get("block_id") == f"{SURE}{field}")
    yes = {f"{SURE}{field}": [box["element"]["options"][0]["value"]]}
    more = PLAN_ADD if line == "plan add" else {}
    taken = await bot.submit(view, yes | more, nulls=True)
    assert taken.body.get("response_action") == "update", taken.body
    assert any("Lopez" in row for row in kept(bot))


@pytest.mark.parametrize("line", [line for line in TYPED if line != "plan add"])
async def test_words_that_cannot_be_kept_stand_in_the_form_to_be_changed(
    bot: BotUnderTest, clinic: Clinic, line: str
) -> None:
    await huddle_going_on(bot)
    before = kept(bot)
    form = await bot.slash(f"{line} {CERTAIN}")
    assert form.view is not None
    assert value(form.view, TYPED[line]) == CERTAIN
    assert f"“{PART}”" in str(form.view)
    assert "not about a patient" not in str(form.view), "what is certain cannot be waved through"
    assert (await bot.submit(form.view, {})).body["response_action"] == "errors"
    taken = await bot.submit(form.view, {TYPED[line]: "It waits for a call"})
    assert taken.body.get("response_action") == "update"
    assert kept(bot) != before
    assert not [row for row in kept(bot) if PART in row]


# -- counting ----------------------------------------------------------------------------------------------------------------


async def test_counts_are_by_the_day_and_leave_concerns_out(bot: BotUnderTest, clinic: Clinic) -> None:
    stopped = bot.bot.desk.stopped
    for place, words in (("concern:raise text", CERTAIN), ("concern:raise text", MAYBE), ("concern:reply text", MAYBE)):
        form, field = await opened(bot, place)
        await bot.submit(form.view, {**form.answers, field: words}, user=form.user)
    tomorrow = bot.clock.now + timedelta(days=1)
    assert stopped.yesterday(tomorrow) == (0, 0)
    form, field = await opened(bot, "ask:add text")
    await bot.submit(form.view, {field: CERTAIN})
    await bot.submit(form.view, {field: MAYBE})
    await bot.slash(f"asks add {MAYBE}")
    assert stopped.yesterday(bot.clock.now) == (0, 0), "only days that are over are told"
    assert stopped.yesterday(tomorrow) == (1, 2)
    assert stopped.yesterday(tomorrow + timedelta(days=1)) == (0, 0)
