"""Values that no hand could have sent: everything is looked up again, the answer is a sentence, and nothing is changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from commands.everything import ACTIONS, SHORTCUTS, VIEWS
from mat.clinic import Clinic
from mat.schedules import keep_schedules
from messages import block_kit as kit
from tests.bot_under_test import HERE, BotUnderTest, with_clinic
from tests.fakes import payloads
from tests.fakes.slack_world import GUEST, LEAD, MEMBER, OTHER_TEAM, PRIVATE_CHANNEL, Person
from tests.integration.trouble.forms import FORMS
from tests.integration.trouble.looking import kept

Payload = dict[str, Any]
BIRCH = replace(HERE, id="birch", name="Birch Hill Clinic", channel=PRIVATE_CHANNEL)
ABROAD = replace(HERE, workspace=OTHER_TEAM, id="cedar", name="Cedar Clinic")

IDS = (
    "milestone",
    "series",
    "item",
    "to",
    "ask",
    "change",
    "concern",
    "block",
    "step",
    "status",
    "topic",
    "pace",
    "rule",
)
LONG_AGO, FAR_AHEAD = "0001-01-01T00:00:00", "9999-12-31T23:59:59"
VALUES = {
    "nothing": "",
    "no JSON": "not json",
    "a list": "[]",
    "a number": "7",
    "a deep nest": "[" * 50_000,
    "no fields": "{}",
    "no clinic of ours": kit.pack(clinic="nowhere"),
    "a clinic of another workspace": kit.pack(clinic=ABROAD.id),
    "records inside": json.dumps({"clinic": {"a": 1}, "milestone": [1]}),
    "ids of nothing": kit.pack(clinic=HERE.id, at="2027-01-04T09:00:00", page="0", **dict.fromkeys(IDS, "../../etc")),
    "halves and NUL": '{"clinic":"maple\\u0000","milestone":"\\ud83d","series":"\\u0000","at":"\\u0000"}',
    "the beginning of time": kit.pack(clinic=HERE.id, at=LONG_AGO, page="-1", **dict.fromkeys(IDS, "ff")),
    "the end of time": kit.pack(clinic=HERE.id, at=FAR_AHEAD, page="9" * 40, **dict.fromkeys(IDS, "ff" * 999)),
    "with a zone": kit.pack(clinic=HERE.id, at="2027-01-04T09:00:00+05:00", page="٣", **dict.fromkeys(IDS, "")),
    "a line of nothing": kit.pack(clinic=HERE.id, line="../../etc", change="yes", now="", picked="yes"),
}
DOES_AS_IT_SAYS = frozenset({"privacy:forget", "go:clinic", "status:share"})
"""Need no value to be in their right: they forget or remember whoever pressed, or post what that person may see."""


def a_press(name: str, value: str, where: Payload, user: Person = LEAD) -> Payload:
    pressed = {"type": "button", "action_id": f"mat:{name}", "block_id": "b", "value": value}
    body = payloads.global_shortcut("", user=user) | {
        "type": "block_actions",
        "trigger_id": "forged",
        "actions": [pressed],
    }
    return body | where


def a_form(name: str, value: str, values: object, user: Person = LEAD) -> Payload:
    view = {"id": "V1", "type": "modal", "callback_id": f"mat:{name}", "private_metadata": value, "blocks": []}
    view |= {"title": kit.plain("A form", 24), "state": {"values": values}}
    return payloads.global_shortcut("", user=user) | {"type": "view_submission", "trigger_id": "forged", "view": view}


def on_a_message(bot: BotUnderTest) -> Payload:
    container = {"type": "message", "message_ts": "1.1", "channel_id": HERE.channel}
    return {
        "container": container,
        "channel": {"id": HERE.channel},
        "message": {"ts": "1.1"},
        "response_url": bot.slack.response_url(),
    }


def in_private(bot: BotUnderTest) -> Payload:
    placed = on_a_message(bot)
    return placed | {"container": placed["container"] | {"is_ephemeral": True}}


def in_a_modal(_: BotUnderTest) -> Payload:
    return {
        "view": {"id": "V1", "type": "modal", "blocks": [], "private_metadata": "{}"},
        "container": {"type": "view"},
    }


PLACES = (on_a_message, in_private, in_a_modal)


@pytest.fixture
async def scheduled(bot: BotUnderTest, clinic: Clinic) -> BotUnderTest:
    """Saving hours that did not change plans what is planned already."""
    async with bot.bot.desk.work.writing() as books:
        await books.clinics.save(ABROAD)
        await keep_schedules(books.at(clinic), clinic, bot.clock.now)
        await books.commit()
    return bot


@pytest.mark.parametrize("value", VALUES.values(), ids=list(VALUES))
async def test_no_button_takes_a_forged_value(scheduled: BotUnderTest, value: str) -> None:
    before = kept(scheduled)
    for name in sorted(ACTIONS.keys() - DOES_AS_IT_SAYS):
        where = PLACES[len(name) % len(PLACES)](scheduled)
        assert await scheduled.dispatch(a_press(name, value, where)) == (200, {})
        told = scheduled.slack.answers_at(where["response_url"]) if "response_url" in where else []
        assert all(answer["response_type"] == "ephemeral" for answer in told)
        assert "went wrong" not in str(told), name
        assert told or "response_url" not in where, f"{name} says nothing"
    assert kept(scheduled) == before


@pytest.mark.parametrize("value", VALUES.values(), ids=list(VALUES))
async def test_no_form_takes_a_forged_value(scheduled: BotUnderTest, value: str) -> None:
    before = kept(scheduled)
    for name in VIEWS:
        status, body = await scheduled.dispatch(
            a_form(name, value, {"text": {"mat:text": {"type": "plain_text_input"}}})
        )
        assert status == 200
        assert body.get("response_action") in {"errors", "update"}, name
        assert "went wrong" not in str(body), name
    assert kept(scheduled) == before


TWISTED: Mapping[str, Callable[[Payload], object]] = {
    "numbers": lambda one: dict.fromkeys(one, 7),
    "lists": lambda one: {key: [7, None, {"value": 7}] for key in one},
    "records": lambda one: {key: {"value": {"value": 7}} for key in one},
    "odd words": lambda one: dict.fromkeys(one, "\x00\ud83d"),
    "options of nothing": lambda one: {key: {"value": "nowhere", "text": 7} for key in one},
    "lists of options of nothing": lambda one: {key: [{"value": "nowhere"}] for key in one},
    "no element": lambda _: None,
    "no record": lambda _: ["x"],
}


@pytest.mark.parametrize("name", FORMS)
async def test_values_of_another_kind_count_as_untouched(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    form = await FORMS[name](bot)
    for twist in TWISTED.values():
        payload = payloads.submit(form.view, form.answers, user=form.user, trigger="forged")
        for fields in payload["view"]["state"]["values"].values():
            fields |= {action: twist(state) for action, state in fields.items()}
        status, body = await bot.dispatch(payload)
        assert status == 200
        assert body.get("response_action") in {"errors", "update"}
        assert "went wrong" not in str(body)


async def test_a_form_without_its_values_is_answered(bot: BotUnderTest, clinic: Clinic) -> None:
    for name in VIEWS:
        for state in (None, [], "x", {"values": None}, {"values": []}, {"values": {"": {}}}, {"values": {"a": 1}}):
            payload = a_form(name, kit.pack(clinic=HERE.id), {})
            payload["view"]["state"] = state
            status, body = await bot.dispatch(payload)
            assert status == 200
            assert body.get("response_action") in {"errors", "update"}
            assert "went wrong" not in str(body), (name, state)


@pytest.mark.parametrize("picked", ["U1> <!channel", "<@U1>", "u0member1", "U0NOBODY9", "U0ROBOT01", "U0GONE001"])
async def test_a_milestone_goes_to_a_person_slack_knows(bot: BotUnderTest, clinic: Clinic, picked: str) -> None:
    form = await FORMS["milestone:give"](bot)
    before = kept(bot)
    payload = payloads.submit(form.view, {"owner": LEAD.id}, user=form.user, trigger="forged")
    payload["view"]["state"]["values"]["owner"]["mat:owner"]["selected_user"] = picked
    _, body = await bot.dispatch(payload)
    assert "owner" in body["errors"]
    assert kept(bot) == before


# -- payloads with holes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["user", "team", "container", "channel", "message", "response_url", "trigger_id"])
async def test_a_payload_with_a_hole_is_acknowledged_and_does_no_harm(
    bot: BotUnderTest, clinic: Clinic, missing: str
) -> None:
    before = kept(bot)
    value = kit.pack(clinic=HERE.id, milestone="di-tracking-pdmp")
    for payload in (a_press("milestone:done", value, on_a_message(bot), GUEST), a_form("ask:add", value, {}, GUEST)):
        for broken in ({}, None):
            assert (await bot.dispatch({**payload, missing: broken}))[0] == 200
        payload.pop(missing, None)
        assert (await bot.dispatch(payload))[0] == 200
    assert kept(bot) == before


@pytest.mark.parametrize("name", ["nobody:knows", "", ":", "milestone", "milestone:done:now"])
async def test_unknown_names_are_answered_with_what_to_do(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    where = in_private(bot)
    assert await bot.dispatch(a_press(name, "", where)) == (200, {})
    (told,) = bot.slack.answers_at(where["response_url"])
    assert "older version of me" in told["text"]
    status, body = await bot.dispatch(a_form(name, "", {}))
    assert (status, body["response_action"]) == (200, "update")
    assert "older version of me" in str(body)


async def test_a_name_without_our_mark_is_answered_too(bot: BotUnderTest, clinic: Clinic) -> None:
    where = in_private(bot)
    payload = a_press("", "", where)
    payload["actions"][0]["action_id"] = "Xy1z"
    assert await bot.dispatch(payload) == (200, {})
    assert "older version of me" in bot.slack.answers_at(where["response_url"])[0]["text"]


@pytest.mark.parametrize("callback", ["mat:nobody:knows", "stranger"])
async def test_an_unknown_shortcut_opens_the_sentence(bot: BotUnderTest, clinic: Clinic, callback: str) -> None:
    assert callback not in SHORTCUTS
    trigger = bot.slack.world.trigger(MEMBER.id)
    assert (await bot.dispatch(payloads.global_shortcut(callback, trigger=trigger)))[0] == 200
    (view,) = bot.slack.world.views.values()
    assert "older version of me" in str(view["blocks"])


@pytest.mark.parametrize("kind", ["app_home_opened", "user_change", "team_join"])
@pytest.mark.parametrize("user", [None, "", [], {}, {"id": ""}, {"id": 7, "profile": 7}], ids=repr)
async def test_events_with_missing_fields_are_passed_over(
    bot: BotUnderTest, clinic: Clinic, kind: str, user: object
) -> None:
    status, _ = await bot.dispatch(payloads.event({"type": kind, "user": user}))
    assert status == 200
    assert "43" in (await bot.slash("status")).text


# -- other clinics ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in FORMS if not n.startswith("setup:")])
async def test_a_form_of_one_clinic_changes_nothing_of_another(bot: BotUnderTest, clinic: Clinic, name: str) -> None:
    """LEAD and MEMBER belong to Maple alone. The form is re-labelled for Birch, and for a clinic of another workspace."""
    for other in (BIRCH, ABROAD):
        async with bot.bot.desk.work.writing() as books:
            await books.clinics.save(other)
            await books.commit()
    form = await FORMS[name](bot)
    before = kept(bot)
    # Every colleague may raise a concern at any clinic of the workspace.
    for other in (ABROAD,) if name.startswith("concern:") else (BIRCH, ABROAD):
        payload = payloads.submit(form.view, form.answers, user=form.user, trigger="forged")
        fields = json.loads(payload["view"]["private_metadata"]) | {"clinic": other.id}
        payload["view"]["private_metadata"] = json.dumps(fields)
        status, body = await bot.dispatch(payload)
        assert status == 200
        assert "Nothing was changed" in str(body), body
        assert kept(bot) == before


async def test_things_of_another_clinic_are_not_found_here(bot: BotUnderTest, clinic: Clinic) -> None:
    """The clinic is the person's own, the thing in it another's."""
    await with_clinic(bot, BIRCH)
    at_birch = {"channel": PRIVATE_CHANNEL}
    await bot.slash("asks add a bigger room", **at_birch)
    async with bot.bot.desk.work.reading() as books:
        (ask,) = await books.at(BIRCH).asks.open()
    async with bot.bot.desk.work.writing() as books:
        await books.clinics.forget_person(HERE.workspace, GUEST.id)
        await books.commit()
    before = kept(bot)
    where = in_private(bot)
    await bot.dispatch(a_press("ask:take", kit.pack(clinic=HERE.id, ask=ask.id), where))
    assert "no longer here" in bot.slack.answers_at(where["response_url"])[0]["text"]
    assert kept(bot) == before
