"""Slack's payloads, read into an `Ask` and the name of what was pressed. Nothing else looks into a payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.asking import Ask, Surface
from messages import block_kit as kit

Payload = Mapping[str, Any]


def _workspace(body: Payload) -> str:
    team = body.get("team")
    return str(body.get("team_id") or (team.get("id") if isinstance(team, Mapping) else "") or "")


def _user(body: Payload) -> str:
    user = body.get("user")
    return str(body.get("user_id") or (user.get("id") if isinstance(user, Mapping) else user) or "")


def _name(action_id: str) -> str:
    """`mat:milestone:done#3` → `milestone:done`."""
    return action_id.removeprefix("mat:").partition("#")[0]


def command(body: Payload, *, word: str, words: str) -> Ask:
    return Ask(
        workspace=_workspace(body),
        user=_user(body),
        surface=Surface.COMMAND,
        channel=str(body.get("channel_id") or ""),
        line=f"{word} {words}".strip(),
        words=words,
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
    )


def action(body: Payload) -> tuple[Ask, str]:
    """A press or a choice. Several actions never come at once from our blocks; the first counts."""
    pressed: Payload = next(iter(body.get("actions") or []), {})
    container = body.get("container") or {}
    message = body.get("message") or {}
    view = body.get("view") or {}
    channel = body.get("channel") or {}
    value = kit.unpack(str(pressed.get("value") or "")) or kit.unpack(str(view.get("private_metadata") or ""))
    ask = Ask(
        workspace=_workspace(body),
        user=_user(body),
        surface=_surface(container, view),
        channel=str(channel.get("id") or container.get("channel_id") or ""),
        value=value | _in_option(pressed),
        chosen=_chosen(pressed),
        values=kit.visible_values(view.get("state") or {}),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        view_id=str(view.get("id") or ""),
        message_ts=str(message.get("ts") or container.get("message_ts") or ""),
    )
    return ask, _name(str(pressed.get("action_id") or ""))


def _surface(container: Payload, view: Payload) -> Surface:
    if view:
        return Surface.HOME if view.get("type") == "home" else Surface.MODAL
    return Surface.PRIVATE if container.get("is_ephemeral") else Surface.MESSAGE


def _chosen(pressed: Payload) -> str:
    option = pressed.get("selected_option")
    if isinstance(option, Mapping):
        return str(option.get("value") or "")
    keys = ("selected_user", "selected_conversation", "selected_date", "selected_time")
    return next((str(pressed[key]) for key in keys if pressed.get(key)), "")


def _in_option(pressed: Payload) -> dict[str, str]:
    """An option of an overflow or select may carry packed fields, as a button does."""
    return kit.unpack(_chosen(pressed)) if str(_chosen(pressed)).startswith("{") else {}


def submission(body: Payload) -> tuple[Ask, str]:
    view = body.get("view") or {}
    ask = Ask(
        workspace=_workspace(body),
        user=_user(body),
        surface=Surface.MODAL,
        value=kit.unpack(str(view.get("private_metadata") or "")),
        values=kit.visible_values(view.get("state") or {}),
        trigger=str(body.get("trigger_id") or ""),
        view_id=str(view.get("id") or ""),
    )
    return ask, _name(str(view.get("callback_id") or ""))


def shortcut(body: Payload) -> tuple[Ask, str]:
    channel = body.get("channel") or {}
    message = body.get("message") or {}
    ask = Ask(
        workspace=_workspace(body),
        user=_user(body),
        surface=Surface.SHORTCUT,
        channel=str(channel.get("id") or ""),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        message_text=str(message.get("text") or ""),
    )
    return ask, _name(str(body.get("callback_id") or ""))


def home(body: Payload) -> Ask | None:
    """The person who opened Home; None where they opened the messages tab."""
    event = body.get("event") or {}
    if event.get("tab") not in (None, "home"):
        return None
    return Ask(workspace=_workspace(body), user=str(event.get("user") or ""), surface=Surface.HOME)
