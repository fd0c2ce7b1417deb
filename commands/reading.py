"""Slack's payloads, read into an `Ask` and the name of what was pressed. Nothing else looks into a payload.

Whatever is missing or of another kind than Slack sends reads as nothing: a payload may be forged, and no listener may die of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.asking import Ask, Surface
from messages import block_kit as kit

Payload = Mapping[str, Any]


def _inside(body: Payload, name: str) -> Payload:
    inner = body.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _text(body: Payload, *names: str) -> str:
    """The first of these fields that holds a text."""
    for name in names:
        if isinstance(found := body.get(name), str) and found:
            return found
    return ""


def _workspace(body: Payload) -> str:
    return _text(body, "team_id") or _text(_inside(body, "team"), "id")


def _user(body: Payload) -> str:
    return _text(body, "user_id", "user") or _text(_inside(body, "user"), "id")


def typed(body: Payload) -> str:
    """What stands behind the command, as it was typed."""
    return _text(body, "text")


def _name(action_id: str) -> str:
    """`mat:milestone:done#3` → `milestone:done`."""
    return action_id.removeprefix("mat:").partition("#")[0]


def command(body: Payload, *, word: str, words: str) -> Ask:
    return Ask(
        workspace=_workspace(body),
        user=_user(body),
        surface=Surface.COMMAND,
        channel=_text(body, "channel_id"),
        line=f"{word} {words}".strip(),
        words=words,
        trigger=_text(body, "trigger_id"),
        once=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
    )


def action(body: Payload) -> tuple[Ask, str]:
    """A press or a choice. Several actions never come at once from our blocks; the first counts."""
    pressed = _pressed(body)
    container, message, view = (_inside(body, name) for name in ("container", "message", "view"))
    value = kit.unpack(_text(pressed, "value")) or kit.unpack(_text(view, "private_metadata"))
    ask = Ask(
        workspace=_workspace(body),
        user=_user(body),
        surface=_surface(container, view),
        channel=_text(_inside(body, "channel"), "id") or _text(container, "channel_id"),
        value=value | _in_option(pressed),
        chosen=_chosen(pressed),
        values=kit.visible_values(_inside(view, "state")),
        trigger=_text(body, "trigger_id"),
        once=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        view_id=_text(view, "id"),
        message_ts=_text(message, "ts") or _text(container, "message_ts"),
    )
    return ask, _name(_text(pressed, "action_id"))


def _pressed(body: Payload) -> Payload:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    return first if isinstance(first, Mapping) else {}


def _surface(container: Payload, view: Payload) -> Surface:
    if view:
        return Surface.HOME if view.get("type") == "home" else Surface.MODAL
    return Surface.PRIVATE if container.get("is_ephemeral") else Surface.MESSAGE


def _chosen(pressed: Payload) -> str:
    if option := _inside(pressed, "selected_option"):
        return _text(option, "value")
    return _text(pressed, "selected_user", "selected_conversation", "selected_date", "selected_time")


def _in_option(pressed: Payload) -> dict[str, str]:
    """An option of an overflow or select may carry packed fields, as a button does."""
    return kit.unpack(_chosen(pressed)) if _chosen(pressed).startswith("{") else {}


def submission(body: Payload) -> tuple[Ask, str]:
    view = view_of(body)
    ask = Ask(
        workspace=_workspace(body),
        user=_user(body),
        surface=Surface.MODAL,
        value=kit.unpack(_text(view, "private_metadata")),
        values=kit.visible_values(_inside(view, "state")),
        trigger=_text(body, "trigger_id"),
        once=_text(body, "trigger_id") or "".join(_text(view, name) for name in ("id", "hash")),
        view_id=_text(view, "id"),
        view_hash=_text(view, "hash"),
    )
    return ask, _name(_text(view, "callback_id"))


def view_of(body: Payload) -> Payload:
    """The modal or Home that something was done in, as Slack keeps it; empty elsewhere."""
    return _inside(body, "view")


def shortcut(body: Payload) -> tuple[Ask, str]:
    ask = Ask(
        workspace=_workspace(body),
        user=_user(body),
        surface=Surface.SHORTCUT,
        channel=_text(_inside(body, "channel"), "id"),
        trigger=_text(body, "trigger_id"),
        once=_text(body, "trigger_id"),
        response_url=_text(body, "response_url"),
        message_text=_text(_inside(body, "message"), "text"),
    )
    return ask, _name(_text(body, "callback_id"))


def home(body: Payload) -> Ask | None:
    """The person who opened Home; None where they opened the messages tab, or where nobody is named."""
    event = _inside(body, "event")
    user = _text(event, "user")
    if not user or event.get("tab") not in (None, "home"):
        return None
    return Ask(workspace=_workspace(body), user=user, surface=Surface.HOME)
