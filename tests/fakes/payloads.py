"""What Slack sends, field for field: commands, buttons, forms, shortcuts and events, from all kinds of people.

A person can press only what is shown and fill in only what is offered, so `press` and `submit` take the message or view that
the bot made, find the element there, and fail where a real hand would find nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack_limits import elements
from tests.fakes.slack_world import APP, BOT_USER, MEMBER, TEAM, TEAM_CHANNEL, Person, PostedMessage

Payload = dict[str, Any]
SIGNING_SECRET = "made-up-signing-secret"
TOKEN = "made-up-verification-token"

INITIAL = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_user": "selected_user",
    "initial_users": "selected_users",
    "initial_conversation": "selected_conversation",
    "initial_conversations": "selected_conversations",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
    "initial_date_time": "selected_date_time",
}
ANSWER = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}


# -- from people ----------------------------------------------------------------------------------------------------------


def slash_command(
    text: str, *, user: Person = MEMBER, channel: str = TEAM_CHANNEL, trigger: str = "", response_url: str = ""
) -> Payload:
    """`/mat <text>` typed in a channel; `D…` for direct messages."""
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "team_domain": "made-up-clinic",
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else "mat-team",
        "user_id": user.id,
        "user_name": user.name,
        "command": "/mat",
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def press(
    name: str,
    *,
    on: PostedMessage | None = None,
    ephemeral: Sequence[Mapping[str, Any]] = (),
    view: Mapping[str, Any] | None = None,
    user: Person = MEMBER,
    channel: str = TEAM_CHANNEL,
    trigger: str = "",
    response_url: str = "",
    choose: object = None,
    ts: str = "1799071200.000100",
) -> Payload:
    """A press on the element whose action id is `name`: on a message, on the blocks of a private answer, or in a view.

    `choose`: what is picked where the element is no button. Raises `AssertionError` where no such element is shown.
    """
    blocks: Sequence[Mapping[str, Any]] = on.blocks if on else (view["blocks"] if view else ephemeral)
    found = [(block, thing) for block, thing in elements(blocks) if thing.get("action_id") == name]
    assert found, f"nothing here is called {name!r}: {[thing.get('action_id') for _, thing in elements(blocks)]}"
    block, thing = found[0]
    action = {
        "type": thing["type"],
        "action_id": name,
        "block_id": block.get("block_id", "made0"),
        "action_ts": f"{ts[:10]}.900000",
    }
    if thing["type"] == "button":
        action |= {key: thing[key] for key in ("text", "value", "style") if key in thing}
    else:
        action[ANSWER[thing["type"]]] = _picked(thing, choose)
    payload: Payload = {**_interactive("block_actions", user, trigger), "actions": [action]}
    if view is not None:
        kept = dict(view)
        return payload | {"container": {"type": "view", "view_id": kept["id"]}, "view": kept}
    where = on.channel if on else channel
    payload |= {"channel": {"id": where, "name": "mat-team"}, "response_url": response_url}
    container = {"type": "message", "message_ts": on.ts if on else ts, "channel_id": where, "is_ephemeral": on is None}
    payload["container"] = container
    if on is not None:
        payload["message"] = on.as_message(with_metadata=False)
    return payload


def filled(view: Mapping[str, Any], answers: Mapping[str, object] | None = None, *, nulls: bool = False) -> Payload:
    """`view.state.values` after a person gave `answers` (block id → what was typed or picked).

    What nobody touched keeps its initial value; with `nulls` it comes as null, as some clients send it. Raises
    `AssertionError` for a block that is not there, an option that is not offered, or a required field left empty.
    """
    answers = answers or {}
    inputs = {str(one["block_id"]): one for one in view["blocks"] if one["type"] == "input"}
    assert not set(answers) - set(inputs), f"no such fields: {set(answers) - set(inputs)}"
    values: Payload = {}
    for name, one in inputs.items():
        thing = one["element"]
        key = ANSWER[thing["type"]]
        state: Payload = {"type": thing["type"]}
        if name in answers:
            state[key] = _picked(thing, answers[name])
        else:
            state |= {short: thing[long] for long, short in INITIAL.items() if long in thing and not nulls}
            state.setdefault(key, [] if key.endswith("s") and not nulls else None)
        assert nulls or one.get("optional") or state[key], f"Slack asks for {name!r} before it sends the form"
        values[name] = {thing["action_id"]: state}
    return values


def _picked(thing: Mapping[str, Any], chosen: object) -> object:
    """What Slack sends for a choice: whole options, not just their values."""
    options = {option["value"]: option for option in thing.get("options", ())}
    key = ANSWER[thing["type"]]
    if key == "selected_option":
        assert chosen in options, f"{chosen!r} is not offered: {list(options)}"
        return options[str(chosen)]
    if key == "selected_options":
        assert isinstance(chosen, Sequence)
        return [options[str(value)] for value in chosen]
    if key == "value" and isinstance(chosen, str):
        limit = thing.get("max_length", 3000)
        assert len(chosen) <= limit, f"Slack lets nobody type more than {limit} characters here"
    return list(chosen) if isinstance(chosen, tuple | list) else chosen


def submit(
    view: Mapping[str, Any],
    answers: Mapping[str, object] | None = None,
    *,
    user: Person = MEMBER,
    trigger: str = "",
    nulls: bool = False,
) -> Payload:
    """The submit button of a modal, as `view_submission`; `view` as Slack keeps it (`FakeSlack.world.views`)."""
    whole = {**view, "state": {"values": filled(view, answers, nulls=nulls)}}
    return {**_interactive("view_submission", user, trigger), "view": whole, "response_urls": []}


def close(view: Mapping[str, Any], *, user: Person = MEMBER) -> Payload:
    """A modal closed by its cross, as `view_closed`."""
    return {**_interactive("view_closed", user, ""), "view": dict(view), "is_cleared": False}


def global_shortcut(callback: str, *, user: Person = MEMBER, trigger: str = "") -> Payload:
    """A shortcut from the lightning menu."""
    return {**_interactive("shortcut", user, trigger), "callback_id": callback, "action_ts": "1799071200.900000"}


def message_shortcut(
    callback: str,
    text: str,
    *,
    user: Person = MEMBER,
    channel: str = TEAM_CHANNEL,
    trigger: str = "",
    response_url: str = "",
    author: Person = MEMBER,
) -> Payload:
    """A shortcut from the menu of somebody's message."""
    return {
        **_interactive("message_action", user, trigger),
        "callback_id": callback,
        "action_ts": "1799071200.900000",
        "message_ts": "1799071200.000200",
        "channel": {"id": channel, "name": "mat-team"},
        "response_url": response_url,
        "message": {"type": "message", "user": author.id, "ts": "1799071200.000200", "text": text, "team": author.team},
    }


def _interactive(kind: str, user: Person, trigger: str) -> Payload:
    payload: Payload = {
        "type": kind,
        "token": TOKEN,
        "api_app_id": APP,
        "team": {"id": TEAM, "domain": "made-up-clinic"},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if trigger:
        payload["trigger_id"] = trigger
    return payload


# -- events ---------------------------------------------------------------------------------------------------------------


def event(inner: Mapping[str, Any], *, event_id: str = "Ev0MADEUP01", at: int = 1_799_071_200) -> Payload:
    """Any event in the envelope of the Events API. `at`: Unix seconds."""
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": APP,
        "event": dict(inner),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": at,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def home_opened(user: Person = MEMBER, *, tab: str = "home", event_id: str = "Ev0HOME0001") -> Payload:
    """Somebody opened the bot's Home (or, with `tab="messages"`, its messages)."""
    inner = {"type": "app_home_opened", "user": user.id, "channel": f"D{user.id}", "tab": tab}
    return event(inner | {"event_ts": "1799071200.000300"}, event_id=event_id)


def user_changed(user: Person, *, event_id: str = "Ev0USER0001") -> Payload:
    """A person's name, role or state changed."""
    inner = {"type": "user_change", "user": user.as_user(), "cache_ts": 1_799_071_200}
    return event(inner | {"event_ts": "1799071200.000400"}, event_id=event_id)


def team_joined(user: Person, *, event_id: str = "Ev0JOIN0001") -> Payload:
    """A new person in the workspace."""
    return event({"type": "team_join", "user": user.as_user(), "event_ts": "1799071200.000500"}, event_id=event_id)


# -- over HTTP --------------------------------------------------------------------------------------------------------------


def signed_request(
    payload: Mapping[str, Any], *, now: datetime, secret: str = SIGNING_SECRET, retry: int = 0
) -> tuple[dict[str, str], bytes]:
    """Headers and body of the signed request that Slack would send. `now`: aware; the signature holds five minutes."""
    if payload.get("type") == "event_callback":
        kind, body = "application/json", json.dumps(payload)
    elif "command" in payload:
        kind, body = "application/x-www-form-urlencoded", urlencode(payload)
    else:
        kind, body = "application/x-www-form-urlencoded", urlencode({"payload": json.dumps(payload)})
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }
    if retry:
        headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
    return headers, body.encode()
