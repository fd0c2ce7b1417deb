"""Posts of unknown outcome: looked for in the channel's history by their key before anything is posted again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mat.delivery import Post
from mat.ports import Poster, PostFailed, Refused, Work
from messages.notice import is_person
from scheduler.outcomes import TOKEN_REFUSED, Waits, could_not_look, looked_for_in_vain, sent

CLOCKS_APART = timedelta(minutes=5)

log = logging.getLogger("mat.scheduler")

Settle = Callable[[Post], Awaitable[None]]
"""Stores what has become of a post."""


@dataclass(slots=True)
class _Doubt:
    post: Post
    since: datetime
    looks: list[datetime]
    failures: int = 0


@dataclass(slots=True)
class Doubts:
    """The posts in doubt of one lane. Each is looked for at its own times."""

    poster: Poster
    work: Work
    waits: Waits
    _open: dict[str, _Doubt] = field(default_factory=dict)

    def __contains__(self, post: object) -> bool:
        return isinstance(post, Post) and post.id in self._open

    def posts(self) -> Iterable[Post]:
        return [doubt.post for doubt in self._open.values()]

    def next_look(self) -> datetime | None:
        """When the next look is due; None where nothing is in doubt."""
        return min((doubt.looks[0] for doubt in self._open.values()), default=None)

    def add(self, post: Post, now: datetime) -> None:
        """Takes a post in state sending. Its looks count from now: until a moment ago it may have been on the wire."""
        looks = [now + timedelta(seconds=seconds) for seconds in self.waits.looks]
        self._open[post.id] = _Doubt(post, now, looks)

    async def look(self, now: datetime, settle: Settle, at_once: int, go_on: Callable[[], bool]) -> None:
        """Makes the looks that are due, so many at once and for as long as it may go on.

        Each post whose doubt is over is settled before others are looked for: the process may end. Until then it counts as in doubt,
        so that nothing passes it in its channel. Raises the first thing that went wrong.
        """
        room = asyncio.Semaphore(at_once)

        async def settled(doubt: _Doubt) -> None:
            async with room:
                outcome = await self._look(doubt, now) if go_on() else None
                if outcome is not None:
                    try:
                        await settle(outcome)
                    finally:
                        del self._open[doubt.post.id]

        due = [doubt for doubt in self._open.values() if doubt.looks[0] <= now]
        for problem in await asyncio.gather(*map(settled, due), return_exceptions=True):
            if problem is not None:
                raise problem

    async def _look(self, doubt: _Doubt, now: datetime) -> Post | None:
        post = doubt.post
        earliest = (post.intent_at or doubt.since) - CLOCKS_APART
        try:
            channel = await self._channel(post)
            found = await self.poster.of(post.workspace).find(channel, post.id, earliest) if channel else None
        except Refused as refused:
            if refused.code in TOKEN_REFUSED:
                self._look_later(doubt, now, refused.code)
                return None
            channel = ""
        except PostFailed as failure:
            self._look_later(doubt, now, failure.code)
            return None
        except Exception as problem:  # noqa: BLE001  # one doubt that cannot be looked into must not stop the lane
            self._look_later(doubt, now, type(problem).__name__)
            return None
        if not channel:
            blind_until = doubt.since + timedelta(seconds=self.waits.blind)
            doubt.looks = [blind_until]
            return could_not_look(post, now) if now >= blind_until else None
        if found is not None:
            return sent(post, found, now)
        doubt.looks = doubt.looks[1:]
        return None if doubt.looks else looked_for_in_vain(post, now)

    def _look_later(self, doubt: _Doubt, now: datetime, code: str) -> None:
        """Nothing is posted again before a look has succeeded."""
        log.warning("look-failed", extra={"post": doubt.post.id, "code": code})
        doubt.failures += 1
        wait = min(self.waits.look_again_at_most, self.waits.look_again * 2 ** (doubt.failures - 1))
        doubt.looks = [now + timedelta(seconds=wait), *doubt.looks[1:]]

    async def _channel(self, post: Post) -> str:
        """Where to look; for a person the channel of an earlier direct message, empty where there was none."""
        if not is_person(post.target):
            return post.target
        async with self.work.reading() as books:
            return await books.outbox.dm_channel(post.workspace, post.target)
