"""`plan --days N`: what will be posted when, where, in each clinic's local time with its zone."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bot.settings import Settings, read_settings
from bot.stores import open_work
from mat.clinic import Clinic
from mat.ports import Clock
from mat.zones import wall_clock
from messages.block_kit import clock_time
from messages.closed_days import days as in_words
from scheduler.ahead import Coming, coming
from scheduler.timetable import TIMETABLE, Audience


def plan(*, days: int) -> int:
    settings = read_settings()
    sys.stdout.write("".join(f"{line}\n" for line in asyncio.run(planned(settings, days, lambda: datetime.now(UTC)))))
    return 0


async def planned(settings: Settings, days: int, clock: Clock) -> list[str]:
    """The lines to print. Raises like `open_work`."""
    until = clock() + timedelta(days=days)
    async with open_work(settings) as work, work.reading() as books:
        clinics = await books.clinics.all()
        found = [(clinic, await coming(books, clinic, until) if clinic.ready else None) for clinic in clinics]
        closures = [await books.at(clinic).closures.all() for clinic in clinics]
    if not found:
        return ["No clinic is set up yet, so nothing will be posted."]
    lines: list[str] = []
    for (clinic, posts), closed in zip(found, closures, strict=True):
        lines += _of_clinic(clinic, posts, days)
        first, last = (wall_clock(at, clinic.zone).date() for at in (clock(), until))
        lines += [f"  Closed {in_words(one)}: {one.label}" for one in closed.between(first, last)]
    return lines


def _of_clinic(clinic: Clinic, posts: Sequence[Coming] | None, days: int) -> Iterator[str]:
    yield f"{clinic.name} ({clinic.zone})"
    if posts is None:
        yield "  Set-up is not finished, so nothing is posted: `/mat setup` in Slack goes on with it."
        return
    if not posts:
        yield "  Nothing in the next 24 hours." if days == 1 else f"  Nothing in the next {days} days."
    wide = max((len(_moment(post.at)) for post in posts), default=0)
    for post in posts:
        yield f"  {_moment(post.at):<{wide}}  {post.title[0].upper()}{post.title[1:]}, {_where(post)}"


def _moment(at: datetime) -> str:
    return f"{at:%a %b} {at.day}, {at:%Y} {clock_time(at)} {at.tzname()}"


def _where(post: Coming) -> str:
    if not post.to:
        return "to nobody: no one is chosen for it"
    if TIMETABLE[post.kind].audience is Audience.TEAM_CHANNEL:
        return f"in the team's channel ({post.to[0]})"
    return f"by direct message to {', '.join(post.to)}"
