"""`preview <post>`: a post as it would read now, printed and not sent."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from html import unescape

from bot.build import Bot, build_bot
from bot.console_poster import ConsolePoster
from bot.naming import clinic_meant, of_series, post_meant
from bot.reasons import in_words
from bot.settings import read_settings
from mat.delivery import Post
from scheduler.ahead import extra_copies
from scheduler.composing import NotWanted
from scheduler.timetable import TIMETABLE


def preview(post: str, *, clinic: str) -> int:
    post_meant(post)  # wrong use is said before any records are opened
    settings = read_settings()

    async def run() -> None:
        async with build_bot(settings) as bot:
            await previewed(bot, post, clinic, lambda line: sys.stdout.write(f"{line}\n"))

    asyncio.run(run())
    return 0


async def previewed(bot: Bot, words: str, name: str, write: Callable[[str], object]) -> None:
    """Writes the post once for each huddle it is about, and says to whom it goes. Raises `WrongUse` or `NothingToSend`."""
    kind, title = post_meant(words)
    desk = bot.desk
    console = ConsolePoster(write, desk.clock)
    now = desk.clock()
    async with desk.work.reading() as books:
        clinic = clinic_meant(await books.clinics.all(), name)
        series = await books.at(clinic).huddles.series()
        copies = await extra_copies(books, clinic, kind, now=now, new_id=desk.new_id, rehearsal=True)
        alike: dict[str, list[Post]] = {}
        for post in of_series(copies, title, series, clinic):
            alike.setdefault(post.subject, []).append(post)
        for posts in alike.values():
            to = ", ".join(post.target for post in posts)
            try:
                composed = await bot.delivery.compositor.compose(books, posts[0], now, rehearsal=True)
            except NotWanted as no:
                write(f"The {TIMETABLE[kind].title} would not be sent now: {in_words(no.reason)}.")
            else:
                await console.post(to, composed.message, key=posts[0].id)
                write(f"  Read aloud: {unescape(composed.message.text)}")
