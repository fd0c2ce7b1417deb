"""The guard once more, before a post: words kept before the guard knew better are left out of what everybody reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from secrets import token_bytes
from typing import Any

from mat.message import Block, Message
from mat.patient_detail import KIND_IN_WORDS, Found, certain
from messages import block_kit as kit

LEFT_OUT = "(left out)"
TEXTS = frozenset({"mrkdwn", "plain_text"})
ALOUD = "accessibility_label"

# What a part of a block can be, the commonest first: every post at eight o'clock is gone through.
SHOWS_NOTHING, LISTS, MAPPINGS = (str, bool, int, type(None)), (list, tuple), (dict, Mapping)

MARKS = 5_000
_KEY = token_bytes(32)
_clean: set[bytes] = set()
"""Marks of texts, and of all texts of a message together, that were examined and are clean; nothing of the texts themselves.

At eight o'clock thousands of teams get the same words of the playbook, and examining them took half of the time of a post."""


def postable(message: Message) -> Message:
    """The message without what certainly looks like patient detail, and with a line that says so; mostly the same message."""
    texts = _texts(message.blocks, [message.text])
    whole = _mark("\0".join(texts))
    if whole in _clean:
        return message
    found = [one for text in texts if not _was_clean(text) for one in _examined(text)]
    if not found:
        _keep(whole)
        return message
    kinds = ", ".join(dict.fromkeys(KIND_IN_WORDS[one.kind] for one in found))
    line = f"I left out what looks like {kinds}. Whoever wrote it, or a lead, can change those words."
    blocks = [_masked(block) for block in message.blocks]
    return kit.message(
        f"{line} {_without(message.text)}", [kit.context(f":warning: {line}"), *blocks] if blocks else []
    )


def _mark(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=_KEY).digest()


def _was_clean(text: str) -> bool:
    return _mark(text) in _clean


def _examined(text: str) -> Sequence[Found]:
    found = certain(text)
    if not found:
        _keep(_mark(text))
    return found


def _keep(mark: bytes) -> None:
    if len(_clean) >= MARKS:
        _clean.clear()
    _clean.add(mark)


def _texts(parts: Iterable[object], found: list[str]) -> list[str]:
    """Every text that a person reads or hears, behind what was found before."""
    for part in parts:
        if isinstance(part, SHOWS_NOTHING):
            continue
        if isinstance(part, LISTS):
            _texts(part, found)
        elif isinstance(part, MAPPINGS):
            if part.get("type") in TEXTS:
                found.append(str(part.get("text", "")))
                continue
            if ALOUD in part:
                found.append(str(part[ALOUD]))
            _texts(part.values(), found)
    return found


def _masked(block: Block) -> Block:
    return {name: _inside(name, value, block) for name, value in block.items()}


def _inside(name: str, value: Any, holder: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return _masked(value)
    if isinstance(value, list | tuple):
        return [_masked(inner) if isinstance(inner, Mapping) else inner for inner in value]
    read = name == ALOUD or (name == "text" and holder.get("type") in TEXTS)
    return _without(value) if read else value


def _without(text: str) -> str:
    while found := certain(text):  # of very many it names only some
        pieces, place = [], 0
        for one in found:
            pieces += [text[place : one.start], LEFT_OUT]
            place = one.end
        text = "".join([*pieces, text[place:]])
    return text
