"""Marks on a post that is not what its reader expects: late, perhaps a repeat, or an extra copy."""

from __future__ import annotations

from mat.message import Message
from messages import block_kit as kit

LATE = "Sorry, this is late."
REPEAT = "(may be a repeat)"
EXTRA = "Extra copy, sent by hand; the planned one still comes."


def marked(message: Message, *marks: str) -> Message:
    """The message with its marks on top, for the eye and for the ear; unchanged where there is none."""
    if not marks:
        return message
    line = " ".join(marks)
    return kit.message(f"{line} {message.text}", [kit.context(line), *message.blocks])
