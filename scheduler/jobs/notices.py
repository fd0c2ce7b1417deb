"""What the leads are told about posts that did not come as planned."""

from __future__ import annotations

from mat.message import Message
from messages.notice import notice
from scheduler.composing import Occasion


async def told(occasion: Occasion) -> Message:
    return notice(occasion.post.note)
