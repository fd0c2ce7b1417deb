"""What Slack would refuse in a message, a modal or a Home: every rule of its Block Kit reference that our pieces can break.

JSON schemas say what each piece may hold; the functions below say what a schema cannot: what is unique, what needs what,
how much fits altogether. `slack_sdk`'s own models are asked as well, as a second opinion.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from messages import block_kit

Schema = dict[str, Any]

ID = 255
VIEW_BYTES = 250_000
FIELD_TEXT = 2000
MARKDOWN_TEXT = 12_000
MESSAGE, MODAL, HOME = "message", "modal", "home"

PLACES = {
    "section": {
        "button", "image", "overflow", "static_select", "multi_static_select", "users_select", "multi_users_select",
        "conversations_select", "multi_conversations_select", "channels_select", "multi_channels_select", "datepicker",
        "timepicker", "radio_buttons", "checkboxes",
    },
    "actions": {
        "button", "overflow", "static_select", "users_select", "conversations_select", "channels_select", "datepicker",
        "timepicker", "datetimepicker", "radio_buttons", "checkboxes",
    },
    "input": {
        "static_select", "multi_static_select", "users_select", "multi_users_select", "conversations_select",
        "multi_conversations_select", "channels_select", "multi_channels_select", "datepicker", "timepicker",
        "datetimepicker", "radio_buttons", "checkboxes", "plain_text_input", "number_input", "email_text_input",
        "url_text_input", "file_input", "rich_text_input",
    },
    "context": {"image", "mrkdwn", "plain_text"},
}  # fmt: skip
ONLY_IN = {"table": {MESSAGE}, "markdown": {MESSAGE}, "plan": {MESSAGE}, "task_card": {MESSAGE}, "alert": {MODAL}}


def string(limit: int, at_least: int = 1) -> Schema:
    return {"type": "string", "minLength": at_least, "maxLength": limit}


def record(required: str, **properties: Schema) -> Schema:
    return {"type": "object", "required": required.split(), "properties": properties, "additionalProperties": False}


def listed(item: Schema, most: int, least: int = 1) -> Schema:
    return {"type": "array", "items": item, "minItems": least, "maxItems": most}


def plain(limit: int) -> Schema:
    return record("type text", type={"const": "plain_text"}, text=string(limit), emoji=FLAG)


def text(limit: int) -> Schema:
    markup = record("type text", type={"const": "mrkdwn"}, text=string(limit), verbatim=FLAG)
    return {"if": {"properties": {"type": {"const": "mrkdwn"}}}, "then": markup, "else": plain(limit)}


def element(kind: str, *required: str, **properties: Schema) -> Schema:
    known: dict[str, Schema] = {"type": {"const": kind}, "action_id": string(ID)}
    return record(" ".join(("type", *required)), **(known | properties))


FLAG: Schema = {"type": "boolean"}
ANY: Schema = {}
CONFIRM = record(
    "title text confirm deny",
    title=plain(100),
    text=text(300),
    confirm=plain(30),
    deny=plain(30),
    style={"enum": ["primary", "danger"]},
)
PLACEHOLDER = plain(block_kit.PLACEHOLDER)
OPTION = record(
    "text value",
    text=text(block_kit.OPTION_TEXT),
    value=string(block_kit.OPTION_VALUE),
    description=text(75),
    url=string(3000),
)
OPTIONS = listed(OPTION, block_kit.OPTIONS)
GROUPS = listed(record("label options", label=plain(75), options=OPTIONS), 100)
DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
TIME: Schema = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"}
PICKED = listed(string(ID), 100)
COMMON: dict[str, Schema] = {"confirm": CONFIRM, "focus_on_load": FLAG, "placeholder": PLACEHOLDER}
MANY: dict[str, Schema] = COMMON | {"max_selected_items": {"type": "integer", "minimum": 1}}
FILTER = record(
    "",
    include=listed({"enum": ["im", "mpim", "private", "public"]}, 4),
    exclude_external_shared_channels=FLAG,
    exclude_bot_users=FLAG,
)
CONVERSATIONS: dict[str, Schema] = {"default_to_current_conversation": FLAG, "filter": FILTER}
CHOSEN: dict[str, Schema] = {"confirm": CONFIRM, "focus_on_load": FLAG}
TYPED: dict[str, Schema] = {
    "initial_value": string(3000, 0),
    "placeholder": PLACEHOLDER,
    "focus_on_load": FLAG,
    "dispatch_action_config": ANY,
}
LENGTHS: dict[str, Schema] = {
    "min_length": {"type": "integer", "minimum": 0, "maximum": 3000},
    "max_length": {"type": "integer", "minimum": 1, "maximum": 3000},
}

ELEMENTS: dict[str, Schema] = {
    "button": element(
        "button",
        "text",
        text=plain(block_kit.BUTTON_TEXT),
        value=string(block_kit.BUTTON_VALUE),
        url=string(3000),
        style={"enum": ["primary", "danger"]},
        confirm=CONFIRM,
        accessibility_label=string(75),
    ),
    "image": record("type alt_text", type=ANY, image_url=string(3000), alt_text=string(2000), slack_file=ANY),
    "overflow": element("overflow", "options", options=listed(OPTION, 5), confirm=CONFIRM),
    "static_select": element("static_select", options=OPTIONS, option_groups=GROUPS, initial_option=OPTION, **COMMON),
    "multi_static_select": element(
        "multi_static_select", options=OPTIONS, option_groups=GROUPS, initial_options=OPTIONS, **MANY
    ),
    "users_select": element("users_select", initial_user=string(ID), **COMMON),
    "multi_users_select": element("multi_users_select", initial_users=PICKED, **MANY),
    "conversations_select": element(
        "conversations_select", initial_conversation=string(ID), response_url_enabled=FLAG, **CONVERSATIONS, **COMMON
    ),
    "multi_conversations_select": element(
        "multi_conversations_select", initial_conversations=PICKED, **CONVERSATIONS, **MANY
    ),
    "channels_select": element("channels_select", initial_channel=string(ID), response_url_enabled=FLAG, **COMMON),
    "multi_channels_select": element("multi_channels_select", initial_channels=PICKED, **MANY),
    "datepicker": element("datepicker", initial_date=DATE, **COMMON),
    "timepicker": element("timepicker", initial_time=TIME, timezone=string(100), **COMMON),
    "datetimepicker": element("datetimepicker", initial_date_time={"type": "integer"}, **CHOSEN),
    "radio_buttons": element("radio_buttons", "options", options=listed(OPTION, 10), initial_option=OPTION, **CHOSEN),
    "checkboxes": element(
        "checkboxes", "options", options=listed(OPTION, 10), initial_options=listed(OPTION, 10), **CHOSEN
    ),
    "plain_text_input": element("plain_text_input", multiline=FLAG, **LENGTHS, **TYPED),
    "number_input": element(
        "number_input",
        "is_decimal_allowed",
        is_decimal_allowed=FLAG,
        min_value=string(50),
        max_value=string(50),
        **TYPED,
    ),
    "email_text_input": element("email_text_input", **TYPED),
    "url_text_input": element("url_text_input", **TYPED),
}
TYPE_SEEN: Schema = {"type": "object", "required": ["type"]}


def block(kind: str, required: str = "", **properties: Schema) -> Schema:
    return record(f"type {required}", type={"const": kind}, block_id=string(ID), **properties)


BLOCKS: dict[str, Schema] = {
    "section": block(
        "section",
        text=text(block_kit.SECTION_TEXT),
        fields=listed(text(FIELD_TEXT), 10),
        accessory=TYPE_SEEN,
        expand=FLAG,
    )
    | {"anyOf": [{"required": ["text"]}, {"required": ["fields"]}]},
    "divider": block("divider"),
    "header": block("header", "text", text=plain(block_kit.HEADER_TEXT), level={"type": "integer"}),
    "context": block("context", "elements", elements=listed(TYPE_SEEN, block_kit.CONTEXT_ELEMENTS)),
    "actions": block("actions", "elements", elements=listed(TYPE_SEEN, block_kit.ACTION_ELEMENTS)),
    "input": block(
        "input",
        "label element",
        label=plain(block_kit.LABEL),
        element=TYPE_SEEN,
        optional=FLAG,
        hint=plain(block_kit.LABEL),
        dispatch_action=FLAG,
    ),
    "image": block(
        "image", "alt_text", image_url=string(3000), alt_text=string(2000), title=plain(2000), slack_file=ANY
    ),
    "markdown": block("markdown", "text", text=string(MARKDOWN_TEXT)),
    "table": block("table", "rows", rows=listed(listed(TYPE_SEEN, 20), 100), column_settings=listed(ANY, 20)),
    "rich_text": block("rich_text", "elements", elements=listed(TYPE_SEEN, 1000)),
    "alert": block("alert", "text", text=text(block_kit.SECTION_TEXT), level=string(10)),
    "plan": block("plan", "title", title=string(1000), tasks=listed(TYPE_SEEN, 50)),
    "task_card": block(
        "task_card", "task_id title status", task_id=ANY, title=ANY, status=ANY, details=ANY, output=ANY, sources=ANY
    ),
}
VIEWS: dict[str, Schema] = {
    MODAL: record(
        "type title blocks",
        type=ANY,
        title=plain(block_kit.VIEW_TITLE),
        submit=plain(block_kit.VIEW_TITLE),
        close=plain(block_kit.VIEW_TITLE),
        blocks=listed(TYPE_SEEN, block_kit.BLOCKS_PER_VIEW),
        private_metadata=string(block_kit.PRIVATE_METADATA, 0),
        callback_id=string(ID),
        external_id=string(ID),
        clear_on_close=FLAG,
        notify_on_close=FLAG,
        submit_disabled=FLAG,
    ),
    HOME: record(
        "type blocks",
        type=ANY,
        blocks=listed(TYPE_SEEN, block_kit.BLOCKS_PER_VIEW),
        private_metadata=string(block_kit.PRIVATE_METADATA, 0),
        callback_id=string(ID),
        external_id=string(ID),
    ),
}
CHECKS = {id(schema): Draft202012Validator(schema) for group in (ELEMENTS, BLOCKS, VIEWS) for schema in group.values()}


def message_faults(words: str, blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with a message. Ours always has a text beside its blocks: a screen reader and a phone need it."""
    faults = [] if words.strip() else ["a message needs a text"]
    if len(words) > block_kit.MESSAGE_TEXT:
        faults.append(f"text is longer than {block_kit.MESSAGE_TEXT}")
    if len(blocks) > block_kit.BLOCKS_PER_MESSAGE:
        faults.append(f"more than {block_kit.BLOCKS_PER_MESSAGE} blocks")
    if sum(len(one) for one in texts(blocks)) > block_kit.MESSAGE_BUDGET:
        faults.append(f"the blocks hold more than {block_kit.MESSAGE_BUDGET} characters of text")
    if sum(one.get("type") == "table" for one in blocks) > 1:
        faults.append("more than one table")
    return faults + block_faults(blocks, MESSAGE)


def view_faults(view: Mapping[str, Any]) -> list[str]:
    """What is wrong with a modal or a Home."""
    kind = view.get("type")
    if kind not in VIEWS:
        return [f"a view is a modal or a home, not {kind!r}"]
    faults = list(_broken(VIEWS[kind], view, "view"))
    blocks = view.get("blocks", [])
    if kind == MODAL and "submit" not in view and any(one.get("type") == "input" for one in blocks):
        faults.append("a modal with an input needs a submit button")
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        faults.append(f"the view is larger than {VIEW_BYTES:,} bytes")
    if sum(bool(one.get("focus_on_load")) for _, one in elements(blocks)) > 1:
        faults.append("more than one element wants the focus")
    return faults + block_faults(blocks, str(kind))


def block_faults(blocks: Sequence[Mapping[str, Any]], surface: str) -> list[str]:
    """What is wrong with blocks on a surface: message, modal or home."""
    faults = [fault for number, one in enumerate(blocks) for fault in _one_block(one, surface, f"blocks[{number}]")]
    repeated = Counter(one["block_id"] for one in blocks if one.get("block_id"))
    faults += [f"block_id {name!r} stands there {times} times" for name, times in repeated.items() if times > 1]
    return faults


def elements(blocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each (block, element) in order: buttons, pickers, fields."""
    for one in blocks:
        inner = [*one.get("elements", ()), one.get("accessory"), one.get("element")]
        yield from ((one, thing) for thing in inner if isinstance(thing, Mapping))


def texts(thing: object) -> Iterator[str]:
    """Every text that a reader sees in blocks, labels and options included."""
    if isinstance(thing, Mapping):
        for name, value in thing.items():
            if name in {"text", "alt_text"} and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(thing, Sequence) and not isinstance(thing, str):
        for value in thing:
            yield from texts(value)


def _one_block(one: Mapping[str, Any], surface: str, where: str) -> Iterator[str]:
    kind = str(one.get("type"))
    if kind not in BLOCKS:
        yield f"{where}: unknown type {kind!r}"
        return
    if surface not in ONLY_IN.get(kind, {surface}):
        yield f"{where}: a {kind} cannot stand in a {surface}"
    yield from _broken(BLOCKS[kind], one, where)
    names = Counter(thing["action_id"] for _, thing in elements([one]) if thing.get("action_id"))
    yield from (f"{where}: action_id {name!r} stands there twice" for name, times in names.items() if times > 1)
    for _, thing in elements([one]):
        yield from _one_element(kind, thing, f"{where}.{thing.get('type')}")
    try:
        parsed = Block.parse(dict(one))
        if parsed is not None:
            parsed.validate_json()
    except (SlackObjectFormationError, TypeError) as error:
        yield f"{where}: {error}"


def _one_element(block_kind: str, thing: Mapping[str, Any], where: str) -> Iterator[str]:
    kind = thing.get("type")
    if block_kind not in PLACES:
        return
    if kind not in PLACES[block_kind]:
        yield f"{where}: cannot stand in a {block_kind}"
    elif kind in ELEMENTS:
        yield from _broken(ELEMENTS[kind], thing, where)
        yield from _choices(thing, where)
    elif block_kind == "context":
        yield from _broken(text(block_kit.SECTION_TEXT), thing, where)


def _choices(thing: Mapping[str, Any], where: str) -> Iterator[str]:
    offered = [*thing.get("options", ()), *(o for g in thing.get("option_groups", ()) for o in g.get("options", ()))]
    if "select" in thing["type"] and "static" in thing["type"] and not offered:
        yield f"{where}: needs options"
    preset = [thing[name] for name in ("initial_option",) if name in thing] + list(thing.get("initial_options", ()))
    yield from (f"{where}: {one.get('value')!r} is preset but not offered" for one in preset if one not in offered)
    if len(thing.get("initial_value", "")) > thing.get("max_length", 3000):
        yield f"{where}: initial_value is longer than max_length"
    if thing.get("max_selected_items", 100) < len(thing.get("initial_users", ())):
        yield f"{where}: more people preset than may be picked"


def _broken(schema: Schema, thing: object, where: str) -> Iterator[str]:
    check = CHECKS.get(id(schema)) or Draft202012Validator(schema)
    for error in check.iter_errors(thing):
        yield f"{where}{error.json_path[1:]}: {error.message[:200]}"
