"""The one line that tells a team of its closed days."""

from __future__ import annotations

from mat.message import Message
from mat.today import next_huddle
from messages.closed_days import told
from scheduler.composing import NotWanted, Occasion


async def closed_days(occasion: Occasion) -> Message:
    closure = (await occasion.at.closures.all()).get(occasion.post.subject)
    if closure is None:
        raise NotWanted("open-again")
    return told(closure, await next_huddle(occasion.at, occasion.now))
