"""What the leads are told about posts that did not come as planned."""

from __future__ import annotations

from mat.letters import GIVEN_UP
from mat.message import Message
from messages.letters import given_up
from messages.notice import notice
from scheduler.composing import NotWanted, Occasion


async def told(occasion: Occasion) -> Message:
    """A plain notice, or one of a post that was given up, with what can be done about it."""
    post = occasion.post
    if not post.subject:
        return notice(post.note)
    letter = await occasion.books.outbox.get(post.subject)
    if letter is None or letter.state not in GIVEN_UP:
        raise NotWanted("settled")
    return given_up(post.note, letter)
