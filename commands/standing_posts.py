"""Posts that stand in a channel and are kept true when something changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from commands.desk import Desk
from mat.agenda import reminder_report
from mat.clinic import Clinic
from mat.delivery import PostKind
from mat.message import Message
from mat.ports import Books, Later
from messages.left_out import postable
from messages.reminder import reminder

MOST_TRIES = 3
REMINDER_STANDS = timedelta(days=7)
"""After a week the next reminder has come, or nothing was due."""

Compose = Callable[[Books], Awaitable[Message | None]]


async def keep_true(desk: Desk, channel: str, ts: str, compose: Compose) -> None:
    """Updates a message until it shows what stands in the store: of two people at once, the slower must not undo the other."""
    shown: Message | None = None
    for _ in range(MOST_TRIES):
        async with desk.work.reading() as books:
            message = await compose(books)
        if message is None or message == shown:
            return
        await desk.poster.update(channel, ts, postable(message))
        shown = message


def reminder_of(desk: Desk, clinic: Clinic) -> Later:
    """Work for after the answer: this week's reminder in the team's channel shows how things stand."""
    return partial(_refresh_reminder, desk, clinic)


async def _refresh_reminder(desk: Desk, clinic: Clinic) -> None:
    now = desk.clock()
    async with desk.work.reading() as books:
        post = await books.outbox.last_sent(clinic, PostKind.WEEKLY_REMINDER, before=now)
    since = post.sent_at if post else None
    if post is None or since is None or now - since > REMINDER_STANDS:
        return

    async def as_it_stands(books: Books) -> Message:
        return reminder(await reminder_report(books.at(clinic), clinic, desk.playbook, now, done_since=since))

    await keep_true(desk, post.sent_channel, post.sent_ts, as_it_stands)
