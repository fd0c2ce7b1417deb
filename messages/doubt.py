"""How a form asks about words that may be about a patient: what was found, and a box to say that it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mat.doubts import Doubt
from mat.message import Block, View
from messages import block_kit as kit

SURE = "It is not about a patient"
LONGEST_PART = 80
KEPT = ("type", "callback_id", "title", "close", "submit", "private_metadata")


def sentence(doubt: Doubt) -> str:
    """What was found, for the place at a field. Plain text: Slack reads no markup there."""
    if doubt.certain:
        return f"This looks like {_parts(doubt)}. I hold no patient details, so nothing was saved. Please take it out and try again."
    return (
        f"This may be {_parts(doubt)}. I hold no patient details. Please change it, or tick “{SURE}” and send it again."
    )


def _parts(doubt: Doubt) -> str:
    return ", and ".join(f"{part.kind}: “{kit.cut(part.found, LONGEST_PART)}”" for part in doubt.parts)


def asked(
    view: Mapping[str, Any],
    doubts: Mapping[str, Doubt],
    typed: Mapping[str, str],
    chosen: Mapping[str, Any] | None = None,
) -> View:
    """A form as it stands, with a question around each field in `doubts` (by block id).

    `typed`: what stands in its text fields; `chosen`: `view.state.values`. Fields keep their ids, so that Slack keeps what was filled
    in; all of it is put in again, for clients that do not.
    """
    blocks: list[Block] = []
    for block in without_questions(view["blocks"]):
        name = str(block.get("block_id", ""))
        doubt = doubts.get(name)
        if doubt is not None:
            blocks.append(kit.section(f":warning: {kit.escape(sentence(doubt))}", block_id=f"{ABOUT}{name}"))
        blocks.append(_filled(block, typed[name]) if name in typed else _picked(block, (chosen or {}).get(name)))
        if doubt is not None and not doubt.certain:
            blocks.append(_box(name, doubt))
    shown = {key: view[key] for key in KEPT if view.get(key)}
    return shown | {"blocks": blocks[: kit.BLOCKS_PER_VIEW]}


INITIAL = {
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
}
"""What was chosen in an element → what it begins with."""


def _picked(block: Block, state: object) -> Block:
    """A field with what was chosen in it; as it was where nothing is known."""
    held = next(iter(state.values()), None) if isinstance(state, Mapping) else None
    if block.get("type") != "input" or not isinstance(held, Mapping):
        return block
    element = dict(block["element"])
    for key, initial in INITIAL.items():
        if held.get(key):
            element[initial] = held[key]
    offered = {option["value"]: option for option in element.get("options", ())}
    if isinstance(one := held.get("selected_option"), Mapping) and one.get("value") in offered:
        element["initial_option"] = offered[one["value"]]
    if isinstance(several := held.get("selected_options"), list):
        element.pop("initial_options", None)
        again = [offered[one["value"]] for one in several if one.get("value") in offered]
        element |= {"initial_options": again} if again else {}
    return {**block, "element": element}


ABOUT, YES = "doubt-", "sure-"
"""Block ids of the question and of the box, before the block id of the field."""


def without_questions(blocks: list[Block]) -> list[Block]:
    """A form's blocks without what was asked before."""
    return [block for block in blocks if not str(block.get("block_id", "")).startswith((ABOUT, YES))]


def _filled(block: Block, text: str) -> Block:
    element = {key: value for key, value in block["element"].items() if key != "initial_value"}
    words = kit.cut(text, element.get("max_length", kit.PLAIN_INPUT))
    return {**block, "element": element | ({"initial_value": words} if words else {})}


def _box(name: str, doubt: Doubt) -> Block:
    """Another question has another action id: Slack must not keep a tick that was meant for the one before."""
    box = kit.choice("checkboxes", f"mat:doubt:sure#{doubt.fingerprint}", [kit.option(SURE, doubt.fingerprint)])
    return kit.field("Sure?", box, block_id=f"{YES}{name}", optional=True)
