"""The posts of one huddle that stand in Slack, its agenda and the question whether it was held, kept true when something changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from commands.asking import Ask, Surface
from commands.desk import Desk
from commands.standing_posts import keep_true
from mat.agenda import agenda_report, meeting_of
from mat.clinic import Clinic
from mat.delivery import Post, PostKind
from mat.huddles import HuddleSeries
from mat.message import Message
from mat.ports import Books, ClinicBooks, Later
from messages.agenda import agenda
from messages.huddle_check import check


@dataclass(frozen=True, slots=True)
class About:
    """Which huddle: `local_at` is the naive local time of the series."""

    clinic: Clinic
    series: str
    local_at: datetime


Composer = Callable[[Desk, ClinicBooks, About, HuddleSeries], Awaitable[Message]]


async def agenda_message(desk: Desk, books: ClinicBooks, about: About, series: HuddleSeries) -> Message:
    """The agenda as it is posted, of this moment."""
    now = desk.clock()
    return agenda(await agenda_report(books, about.clinic, desk.playbook, series, local_at=about.local_at, now=now))


async def _check(desk: Desk, books: ClinicBooks, about: About, series: HuddleSeries) -> Message:
    return check(about.clinic, series, await meeting_of(books, series, about.local_at), desk.clock())


KINDS: dict[PostKind, Composer] = {PostKind.HUDDLE_AGENDA: agenda_message, PostKind.HUDDLE_CHECK: _check}


async def _sent(books: Books, about: About, kind: PostKind) -> Post | None:
    return await books.outbox.sent_for(kind, about.series, about.local_at, about.clinic)


async def posted(books: Books, about: About) -> bool:
    """Whether a post about the huddle stands in Slack."""
    return any([await _sent(books, about, kind) is not None for kind in KINDS])


def refreshing(desk: Desk, ask: Ask, about: About, pressed: PostKind | None = None) -> tuple[Later, ...]:
    """Work for after the answer: each post of the huddle, and the message pressed on (of kind `pressed`), shows how things stand."""
    on_message = ask.surface is Surface.MESSAGE and bool(ask.message_ts)
    return tuple(
        partial(_refresh, desk, about, kind, also)
        for kind in KINDS
        for also in [{(ask.channel, ask.message_ts)} if on_message and kind is pressed else set()]
    )


async def _refresh(desk: Desk, about: About, kind: PostKind, also: set[tuple[str, str]]) -> None:
    async with desk.work.reading() as books:
        post = await _sent(books, about, kind)
    sent = {(post.sent_channel, post.sent_ts)} if post else set()
    for channel, ts in sorted(sent | also):
        await _update(desk, about, kind, channel, ts)


async def _update(desk: Desk, about: About, kind: PostKind, channel: str, ts: str) -> None:
    async def as_it_stands(books: Books) -> Message | None:
        at = books.at(about.clinic)
        found = await at.huddles.one(about.series)
        return await KINDS[kind](desk, at, about, found) if found else None

    await keep_true(desk, channel, ts, as_it_stands)
