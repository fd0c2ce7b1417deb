"""The Web API methods of the fake Slack: what they do to its world, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from tests.fakes.slack_limits import VIEW_BYTES, message_faults, view_faults
from tests.fakes.slack_world import (
    APP,
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    BOT_USER,
    OPTIONAL_SCOPES,
    PEOPLE,
    REQUIRED_SCOPES,
    TEAM,
    Channel,
    Person,
    PostedMessage,
    usual_channels,
)

TRIGGER_SECONDS = 3
VIEW_STACK = 3
SCOPES = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.postEphemeral": "chat:write",
    "users.list": "users:read",
    "users.info": "users:read",
    "usergroups.list": "usergroups:read",
}
NEEDS = {
    "users.info": ("user",),
    "conversations.info": ("channel",),
    "conversations.history": ("channel",),
    "chat.postMessage": ("channel",),
    "chat.update": ("channel", "ts"),
    "chat.postEphemeral": ("channel", "user"),
    "views.open": ("view", "trigger_id"),
    "views.push": ("view", "trigger_id"),
    "views.update": ("view",),
    "views.publish": ("view", "user_id"),
}
Arguments = Mapping[str, Any]
Answer = dict[str, Any]


class MethodError(Exception):
    """`ok: false`: Slack's error code, and what stands beside it."""

    def __init__(self, code: str, **beside: Any) -> None:
        self.code = code
        self.beside = beside
        super().__init__(code)


@dataclass(slots=True)
class Trigger:
    user: str
    issued_at: datetime
    view: str = ""
    used: bool = False


@dataclass(slots=True)
class World:
    """Everything the fake Slack knows. Tests read it; the methods change it."""

    clock: Callable[[], datetime]
    people: dict[str, Person] = field(default_factory=lambda: {person.id: person for person in PEOPLE})
    channels: dict[str, Channel] = field(default_factory=lambda: {one.id: one for one in usual_channels()})
    groups: list[dict[str, Any]] = field(default_factory=list)
    scopes: frozenset[str] = REQUIRED_SCOPES | OPTIONAL_SCOPES
    messages: list[PostedMessage] = field(default_factory=list)
    ephemerals: list[dict[str, Any]] = field(default_factory=list)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    views: dict[str, dict[str, Any]] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    numbers: Iterable[int] = field(default_factory=lambda: count(1))
    team: str = TEAM
    token: str = BOT_TOKEN
    app_token: str = APP_TOKEN

    def number(self) -> int:
        return next(iter(self.numbers))

    def trigger(self, user: str, *, view: str = "") -> str:
        """A new trigger id, good for three seconds and once; `view` where it comes from inside a modal."""
        name = f"{self.number()}.trigger.{user}"
        self.triggers[name] = Trigger(user, self.clock(), view)
        return name

    def forget(self) -> None:
        """Lets go of everything that was posted and shown so far, as a long test needs it."""
        for seen in (self.messages, self.ephemerals):
            seen.clear()
        for shown in (self.views, self.triggers, self.homes):
            shown.clear()

    def messages_in(self, channel: str) -> list[PostedMessage]:
        """Messages of a channel, or of a person's direct messages, oldest first."""
        wanted = {channel, f"D{channel}"}
        return [message for message in self.messages if message.channel in wanted]

    def call(self, method: str, arguments: Arguments, token: str) -> Answer:
        """Run a method; raises `MethodError` like Slack's `ok: false`."""
        run = METHODS.get(method)
        if run is None:
            raise MethodError("unknown_method", req_method=method)
        if token != (self.app_token if method == "apps.connections.open" else self.token):
            raise MethodError("invalid_auth" if token else "not_authed")
        if method in SCOPES:
            self.needs_scope(SCOPES[method])
        missing = [name for name in NEEDS.get(method, ()) if not arguments.get(name)]
        if missing:
            raise _invalid(f"missing required field: {name}" for name in missing)
        return run(self, arguments)

    def needs_scope(self, scope: str) -> None:
        if scope not in self.scopes:
            raise MethodError("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))


def _invalid(messages: Iterable[str]) -> MethodError:
    return MethodError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}" for message in messages]}
    )


def _true(arguments: Arguments, name: str) -> bool:
    return str(arguments.get(name, "")).lower() in {"1", "true"}


# -- who and where ----------------------------------------------------------------------------------------------------


def auth_test(world: World, _arguments: Arguments) -> Answer:
    return {
        "url": "https://clinic.example.com/",
        "team": "Made-up Clinic",
        "user": "matbot",
        "team_id": world.team,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def connections_open(_world: World, _arguments: Arguments) -> Answer:
    return {}


def users_list(world: World, arguments: Arguments) -> Answer:
    people = [person for person in world.people.values() if not person.stranger]
    limit = int(arguments.get("limit") or len(people) or 1)
    cursor = str(arguments.get("cursor") or "")
    if cursor and not cursor.removeprefix("from:").isdigit():
        raise MethodError("invalid_cursor")
    begin = int(cursor.removeprefix("from:") or 0)
    more = f"from:{begin + limit}" if begin + limit < len(people) else ""
    members = [person.as_user() for person in people[begin : begin + limit]]
    return {"members": members, "response_metadata": {"next_cursor": more}}


def users_info(world: World, arguments: Arguments) -> Answer:
    person = world.people.get(arguments["user"])
    if person is None:
        raise MethodError("user_not_found")
    return {"user": person.as_user()}


def usergroups_list(world: World, arguments: Arguments) -> Answer:
    with_users = _true(arguments, "include_users")
    groups = [group if with_users else {**group, "users": []} for group in world.groups]
    return {"usergroups": groups}


def conversations_info(world: World, arguments: Arguments) -> Answer:
    channel = world.channels.get(arguments["channel"])
    if channel is None:
        raise MethodError("channel_not_found")
    world.needs_scope("groups:read" if channel.private else "channels:read")
    if channel.private and not channel.bot_in:
        raise MethodError("channel_not_found")
    return {"channel": channel.as_channel()}


def conversations_history(world: World, arguments: Arguments) -> Answer:
    name = str(arguments["channel"])
    if name.startswith("D"):
        world.needs_scope("im:history")
    else:
        channel = world.channels.get(name)
        if channel is None or (channel.private and not channel.bot_in):
            raise MethodError("channel_not_found")
        world.needs_scope("groups:history" if channel.private else "channels:history")
        if not channel.bot_in:
            raise MethodError("not_in_channel")
    oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
    shown = [
        message.as_message(with_metadata=_true(arguments, "include_all_metadata"))
        for message in reversed(world.messages_in(name))
        if oldest < float(message.ts) < latest and message.thread_ts in {"", message.ts}
    ]
    limit = int(arguments.get("limit") or 100)
    return {"messages": shown[:limit], "has_more": len(shown) > limit}


# -- messages -----------------------------------------------------------------------------------------------------------


def _checked_message(arguments: Arguments) -> tuple[str, list[dict[str, Any]]]:
    text, blocks = str(arguments.get("text") or ""), arguments.get("blocks") or []
    if not text and not blocks:
        raise MethodError("no_text")
    if not isinstance(blocks, list):
        raise MethodError("invalid_blocks_format")
    faults = message_faults(text, blocks)
    if faults:
        raise MethodError("invalid_blocks", errors=faults, response_metadata={"messages": faults})
    return text, blocks


def _target(world: World, name: str) -> str:
    """The channel a post lands in; a person's id means the direct messages with that person."""
    if name.startswith(("D", "U", "W")):
        person = world.people.get(name.removeprefix("D"))
        if person is None or person.stranger:
            raise MethodError("channel_not_found")
        if person.deleted:
            raise MethodError("account_inactive" if name.startswith("D") else "user_disabled")
        if person.bot:
            raise MethodError("cannot_dm_bot")
        return f"D{person.id}"
    channel = world.channels.get(name)
    if channel is None or (channel.private and not channel.bot_in):
        raise MethodError("channel_not_found")
    if channel.archived:
        raise MethodError("is_archived")
    if not channel.bot_in:
        raise MethodError("not_in_channel")
    return channel.id


def chat_post_message(world: World, arguments: Arguments) -> Answer:
    text, blocks = _checked_message(arguments)
    metadata = arguments.get("metadata") or {}
    if metadata and set(metadata) != {"event_type", "event_payload"}:
        raise MethodError("invalid_metadata_format")
    channel = _target(world, str(arguments["channel"]))
    ts = f"{world.clock().timestamp():.0f}.{world.number():06d}"
    message = PostedMessage(channel, ts, text, blocks, metadata, str(arguments.get("thread_ts") or ""))
    world.messages.append(message)
    return {"channel": channel, "ts": ts, "message": message.as_message(with_metadata=True)}


def chat_update(world: World, arguments: Arguments) -> Answer:
    text, blocks = _checked_message(arguments)
    channel = _target(world, str(arguments["channel"]))
    found = [m for m in world.messages_in(channel) if m.ts == arguments["ts"]]
    if not found:
        raise MethodError("message_not_found")
    found[0].text, found[0].blocks = text, blocks
    found[0].edits += 1
    return {"channel": channel, "ts": found[0].ts, "text": text}


def chat_post_ephemeral(world: World, arguments: Arguments) -> Answer:
    text, blocks = _checked_message(arguments)
    channel = world.channels[_target(world, str(arguments["channel"]))]
    if channel.people is not None and arguments["user"] not in channel.people:
        raise MethodError("user_not_in_channel")
    ts = f"{world.clock().timestamp():.0f}.{world.number():06d}"
    world.ephemerals.append(
        {"channel": channel.id, "user": arguments["user"], "ts": ts, "text": text, "blocks": blocks}
    )
    return {"message_ts": ts}


# -- views ----------------------------------------------------------------------------------------------------------------


def _checked_view(arguments: Arguments, kind: str) -> dict[str, Any]:
    view = arguments["view"]
    faults = view_faults(view) if isinstance(view, dict) else ["view is no object"]
    if any(f"larger than {VIEW_BYTES:,}" in fault for fault in faults):
        raise MethodError("view_too_large")
    if faults or view["type"] != kind:
        raise _invalid(faults or [f"not a {kind}"])
    return dict(view)


def _kept(world: World, view: Mapping[str, Any], name: str, root: str, previous: str = "") -> dict[str, Any]:
    """The view as Slack sends it back, with its own fields, and without those that a bot may not rely on."""
    whole = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "state": {"values": {}},
        **view,
        "id": name,
        "team_id": TEAM,
        "app_id": APP,
        "bot_id": BOT,
        "root_view_id": root,
        "previous_view_id": previous or None,
        "hash": f"{world.number()}.hash",
    }
    whole["blocks"] = [{"block_id": f"made{number}", **block} for number, block in enumerate(view["blocks"])]
    world.views[name] = whole
    return whole


def _spent_trigger(world: World, arguments: Arguments) -> Trigger:
    trigger = world.triggers.get(str(arguments["trigger_id"]))
    if trigger is None:
        raise MethodError("invalid_trigger_id")
    if trigger.used:
        raise MethodError("exchanged_trigger_id")
    if (world.clock() - trigger.issued_at).total_seconds() > TRIGGER_SECONDS:
        raise MethodError("expired_trigger_id")
    trigger.used = True
    return trigger


def views_open(world: World, arguments: Arguments) -> Answer:
    view = _checked_view(arguments, "modal")
    _spent_trigger(world, arguments)
    name = f"V{world.number():08d}"
    return {"view": _kept(world, view, name, name)}


def views_push(world: World, arguments: Arguments) -> Answer:
    view = _checked_view(arguments, "modal")
    trigger = _spent_trigger(world, arguments)
    below = world.views.get(trigger.view)
    if below is None:
        raise MethodError("not_found")
    stack = [one for one in world.views.values() if one["root_view_id"] == below["root_view_id"]]
    if len(stack) >= VIEW_STACK:
        raise MethodError("push_limit_reached")
    return {"view": _kept(world, view, f"V{world.number():08d}", below["root_view_id"], below["id"])}


def views_update(world: World, arguments: Arguments) -> Answer:
    view = _checked_view(arguments, "modal")
    external = arguments.get("external_id")
    known = [one for one in world.views.values() if external and one["external_id"] == external]
    old = known[0] if known else world.views.get(str(arguments.get("view_id")))
    if old is None:
        raise MethodError("not_found")
    if arguments.get("hash") and arguments["hash"] != old["hash"]:
        raise MethodError("hash_conflict")
    return {"view": _kept(world, view, old["id"], old["root_view_id"], old["previous_view_id"] or "")}


def views_publish(world: World, arguments: Arguments) -> Answer:
    view = _checked_view(arguments, "home")
    user = str(arguments["user_id"])
    if user not in world.people:
        raise MethodError("invalid_arguments")
    old = world.homes.get(user)
    if arguments.get("hash") and old and arguments["hash"] != old["hash"]:
        raise MethodError("hash_conflict")
    name = old["id"] if old else f"V{world.number():08d}"
    world.homes[user] = _kept(world, view, name, name)
    return {"view": world.homes[user]}


METHODS: dict[str, Callable[[World, Arguments], Answer]] = {
    "auth.test": auth_test,
    "apps.connections.open": connections_open,
    "users.list": users_list,
    "users.info": users_info,
    "usergroups.list": usergroups_list,
    "conversations.info": conversations_info,
    "conversations.history": conversations_history,
    "chat.postMessage": chat_post_message,
    "chat.update": chat_update,
    "chat.postEphemeral": chat_post_ephemeral,
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}
