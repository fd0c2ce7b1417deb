"""Block Kit pieces as plain dicts, with every person's text escaped and Slack's limits held in one place.

Plain dicts on purpose: `/mat status` spends most of its time here (docs/decisions/0002-plain-blocks.md).
Parameters called `mrkdwn` are markup of ours: put people's words through `escape` first. Parameters called `plain`
become `plain_text`, which Slack never reads as markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from html import escape as _html_escape
from json.encoder import encode_basestring as _quoted
from typing import Any

from mat.message import Block, Message, View
from messages.aloud import aloud

# Slack's reference, read 2026-05; the budget for a whole message is undocumented (posts fail from about 11,300).
BLOCKS_PER_MESSAGE = 50
BLOCKS_PER_VIEW = 100
SECTION_TEXT = 3000
HEADER_TEXT = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
VIEW_TITLE = 24
PLACEHOLDER = 150
LABEL = 2000
CONTEXT_ELEMENTS = 10
ACTION_ELEMENTS = 25
MESSAGE_TEXT = 4000
MESSAGE_BUDGET = 10_000
PRIVATE_METADATA = 3000
PLAIN_INPUT = 3000

NOTICE = "notice"


def escape(text: str) -> str:
    """A person's words, safe inside mrkdwn: `<!channel>` and `<@U1>` come out as characters, NUL is dropped."""
    return _html_escape(text.replace("\x00", ""), quote=False)


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cut_escaped(text: str, limit: int) -> str:
    """Like `cut`, for escaped text: never leaves half an entity such as `&am` behind."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    ampersand = head.rfind("&", max(0, len(head) - 5))
    if ampersand != -1 and ";" not in head[ampersand:]:
        head = head[:ampersand]
    return head.rstrip() + "…"


def pack(**fields: str) -> str:
    r"""The value of a button: short names and ids only, never a person's words.

    Characters stay as they are: an emoji written as `\ud83d\ude00` would take twelve of the few that Slack allows.
    """
    return "{" + ",".join([f"{_quoted(name)}:{_quoted(fields[name])}" for name in fields]) + "}"


def unpack(value: str) -> dict[str, str]:
    """What `pack` put in; an empty dict for anything else, because a value may be forged or years old."""
    try:
        fields = json.loads(value)
    except (ValueError, TypeError, RecursionError):
        return {}
    return {_storable(k): _storable(v) for k, v in fields.items()} if isinstance(fields, dict) else {}


def _storable(value: object) -> str:
    """Without NUL and half characters, which no database takes."""
    return str(value).replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(text.replace("\x00", "") or " ", limit), "emoji": True}


def mrkdwn(text: str, limit: int = SECTION_TEXT) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": cut_escaped(text, limit)}


# -- blocks ---------------------------------------------------------------------------------------------------------


def header(plain_text: str) -> Block:
    return {"type": "header", "text": plain(plain_text, HEADER_TEXT)}


def section(markup: str, *, accessory: Block | None = None, block_id: str | None = None) -> Block:
    block: dict[str, Any] = {"type": "section", "text": mrkdwn(markup)}
    if accessory is not None:
        block["accessory"] = accessory
    if block_id:
        block["block_id"] = block_id
    return block


def plain_section(plain_text: str) -> Block:
    """A section that shows a person's words exactly as they are, never as markup."""
    return {"type": "section", "text": plain(plain_text, SECTION_TEXT)}


def context(*markup: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in markup[:CONTEXT_ELEMENTS]]}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block, block_id: str | None = None) -> Block:
    block: dict[str, Any] = {"type": "actions", "elements": list(elements[:ACTION_ELEMENTS])}
    if block_id:
        block["block_id"] = block_id
    return block


# -- elements -------------------------------------------------------------------------------------------------------


def button(
    label: str,
    action: str,
    value: str = "",
    *,
    style: str | None = None,
    confirm: Block | None = None,
    url: str | None = None,
    spoken: str | None = None,
) -> Block:
    """A button. `action` is `mat:<thing>:<verb>`, with `#n` behind it where one block repeats it; `spoken` is read aloud."""
    element: dict[str, Any] = {"type": "button", "text": plain(label, BUTTON_TEXT), "action_id": action}
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if confirm is not None:
        element["confirm"] = confirm
    if url:
        element["url"] = url
    if spoken:
        element["accessibility_label"] = cut(spoken, BUTTON_TEXT)
    return element


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    return {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def option(label: str, value: str, description: str = "") -> Block:
    built: dict[str, Any] = {"text": plain(label, OPTION_TEXT), "value": value}
    if description:
        built["description"] = plain(description, OPTION_TEXT)
    return built


def choice(kind: str, action: str, options: Sequence[Block], *, initial: object = None, placeholder: str = "") -> Block:
    """A list to choose from. `kind`: static_select, multi_static_select, radio_buttons or checkboxes; `initial`: value(s)."""
    element: dict[str, Any] = {"type": kind, "action_id": action, "options": list(options[:OPTIONS])}
    wanted = {initial} if isinstance(initial, str) else set(initial) if isinstance(initial, Iterable) else set()
    chosen = [o for o in options[:OPTIONS] if o["value"] in wanted]
    if chosen:
        single = kind in {"static_select", "radio_buttons"}
        element["initial_option" if single else "initial_options"] = chosen[0] if single else chosen
    if placeholder and kind.endswith("select"):
        element["placeholder"] = plain(placeholder, PLACEHOLDER)
    return element


def text_field(
    action: str, *, initial: str = "", multiline: bool = False, max_length: int = PLAIN_INPUT, placeholder: str = ""
) -> Block:
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": action, "max_length": max_length}
    if multiline:
        element["multiline"] = True
    if initial:
        element["initial_value"] = cut(initial, max_length)
    if placeholder:
        element["placeholder"] = plain(placeholder, PLACEHOLDER)
    return element


def date_picker(action: str, *, initial: date | None = None) -> Block:
    element: dict[str, Any] = {"type": "datepicker", "action_id": action}
    if initial is not None:
        element["initial_date"] = initial.isoformat()
    return element


def time_picker(action: str, *, initial: time | None = None, zone: str = "") -> Block:
    element: dict[str, Any] = {"type": "timepicker", "action_id": action}
    if initial is not None:
        element["initial_time"] = initial.strftime("%H:%M")
    if zone:
        element["timezone"] = zone
    return element


def person_picker(action: str, *, initial: str = "") -> Block:
    element: dict[str, Any] = {"type": "users_select", "action_id": action}
    if initial:
        element["initial_user"] = initial
    return element


def people_picker(action: str, *, initial: Sequence[str] = (), at_most: int | None = None) -> Block:
    element: dict[str, Any] = {"type": "multi_users_select", "action_id": action}
    if initial:
        element["initial_users"] = list(initial)
    if at_most:
        element["max_selected_items"] = at_most
    return element


def channel_picker(action: str, *, initial: str = "") -> Block:
    """Public and private channels, never direct messages: agendas go where a team meets."""
    element: dict[str, Any] = {
        "type": "conversations_select",
        "action_id": action,
        "filter": {
            "include": ["public", "private"],
            "exclude_bot_users": True,
            "exclude_external_shared_channels": True,
        },
    }
    if initial:
        element["initial_conversation"] = initial
    return element


def field(
    label: str, element: Block, *, block_id: str, optional: bool = False, hint: str = "", dispatch: bool = False
) -> Block:
    """An input block. Read it back with `commands.form.Form`, which keeps the stored value where Slack sends null."""
    block: dict[str, Any] = {"type": "input", "block_id": block_id, "label": plain(label, LABEL), "element": element}
    if optional:
        block["optional"] = True
    if hint:
        block["hint"] = plain(hint, LABEL)
    if dispatch:
        block["dispatch_action"] = True
    return block


# -- whole surfaces -------------------------------------------------------------------------------------------------


def message(text: str, blocks: Sequence[Block]) -> Message:
    """A message; `text` is the whole of it for a screen reader or a notification, already escaped where people wrote it.

    It may be markup of ours: what is for the eye only is taken out here.
    """
    return Message(cut_escaped(aloud(text), MESSAGE_TEXT), tuple(blocks[:BLOCKS_PER_MESSAGE]))


def modal(
    title: str, callback: str, blocks: Sequence[Block], *, submit: str = "", close: str = "", metadata: str = ""
) -> View:
    """A form, or with no `submit` something to read; `close` is *Cancel* or *Close* accordingly if not given."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, VIEW_TITLE),
        "close": plain(close or ("Cancel" if submit else "Close"), VIEW_TITLE),
        "blocks": list(blocks[:BLOCKS_PER_VIEW]),
    }
    if submit:
        view["submit"] = plain(submit, VIEW_TITLE)
    if metadata:
        view["private_metadata"] = metadata
    return view


def with_notice(view: Mapping[str, Any], markup: str) -> View:
    """An open modal as Slack keeps it, with a sentence of ours on top. What was typed stays: its fields keep their ids."""
    kept = ("type", "callback_id", "title", "close", "submit", "private_metadata")
    below = [block for block in view["blocks"] if block.get("block_id") != NOTICE][: BLOCKS_PER_VIEW - 1]
    shown = {key: view[key] for key in kept if view.get(key)}
    return shown | {"blocks": [section(f":warning: {markup}", block_id=NOTICE), *below]}


def home(blocks: Sequence[Block]) -> View:
    return {"type": "home", "blocks": list(blocks[:BLOCKS_PER_VIEW])}


# -- time -----------------------------------------------------------------------------------------------------------


NOON = 12
# Not strftime's names: those follow the machine's language, and cost ten times as much.
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def clock_time(local: datetime | time) -> str:
    """`9:00 AM`, the way US clinics write it."""
    return f"{local.hour % NOON or NOON}:{local.minute:02} {'AM' if local.hour < NOON else 'PM'}"


def day(local: date) -> str:
    """`Mon, June 14`."""
    return f"{DAYS[local.weekday()]}, {MONTHS[local.month - 1]} {local.day}"


def moment(at: datetime, zone_time: datetime) -> str:
    """An instant in each reader's own zone by Slack's date token, with the clinic's time and zone as the fallback.

    `at` is aware; `zone_time` is the same instant in the clinic's zone.
    """
    fallback = f"{day(zone_time)}, {clock_time(zone_time)} {zone_time.tzname()}"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{fallback}>"


def text_bar(done: int, total: int, width: int = 10) -> str:
    """`▰▰▰▱▱`: shape, not colour, carries the meaning. One is filled from the first on, the last only when all are done."""
    filled = round(width * done / total) if total else 0
    if 0 < done < total:
        filled = min(max(filled, 1), width - 1)
    return "▰" * filled + "▱" * (width - filled)


def visible_values(view_state: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """`view.state.values`, or nothing where Slack sent none."""
    values = view_state.get("values") if isinstance(view_state, Mapping) else None
    return values if isinstance(values, Mapping) else {}
