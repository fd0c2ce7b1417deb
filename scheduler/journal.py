"""The journal: intents and outcomes of all lanes of one process, many in one commit. That is where the speed comes from."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from mat.delivery import Post, PostState
from mat.errors import MatError
from mat.ports import Books, Clock, Work
from scheduler.telling import GIVEN_UP, Teller

MOST = 500
UNDER_WAY = frozenset({PostState.PENDING, PostState.SENDING})


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one lane wants written: intents, or outcomes. `done` gets the posts that were granted."""

    posts: tuple[Post, ...]
    intent: bool
    done: asyncio.Future[list[Post]]


class Journal:
    """`window`: seconds in which entries gather before they are committed together; none where it is 0."""

    def __init__(
        self,
        work: Work,
        teller: Teller,
        *,
        clock: Clock,
        window: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._work = work
        self._teller = teller
        self._clock = clock
        self._window = window
        self._sleep = sleep
        self._waiting: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None

    async def intend(self, posts: Sequence[Post]) -> list[Post]:
        """Commits that these posts are about to be sent; those that may be, as they are stored now.

        Left out is what was sent, taken back or put off in the meantime. Raises what is wrong with the store.
        """
        return await self._put(posts, intent=True)

    async def settle(self, post: Post) -> None:
        """Commits what became of a post, and tells the leads where it was given up. Raises what is wrong with the store."""
        await self._put([post], intent=False)

    async def _put(self, posts: Sequence[Post], *, intent: bool) -> list[Post]:
        entry = _Entry(tuple(posts), intent, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="journal")
        return await entry.done

    async def _write(self) -> None:
        try:
            while self._waiting:
                if self._window:
                    await self._sleep(self._window)
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                plain = [entry for entry in batch if entry.intent or not _is_news(entry.posts[0])]
                await self._commit(plain)
                # Each by itself: telling reads the rows of a clinic, which somebody else may hold.
                for entry in batch:
                    if entry not in plain:
                        await self._commit([entry])
        finally:
            self._writing = None

    async def _commit(self, batch: Sequence[_Entry]) -> None:
        try:
            granted = await self._stored(batch) if batch else {}
        except Exception as problem:  # noqa: BLE001  # each lane hears of it, and goes on in its own way
            if len(batch) > 1 and not isinstance(problem, MatError):
                for entry in batch:
                    await self._commit([entry])
            else:
                _fail(batch, problem)
        except BaseException as end:  # the process ends, or this task: nobody may wait for ever
            _fail(batch, end)
            if isinstance(end, asyncio.CancelledError):
                raise
        else:
            for entry in batch:
                if not entry.done.done():
                    entry.done.set_result([granted[post.id] for post in entry.posts if post.id in granted])

    async def _stored(self, batch: Sequence[_Entry]) -> dict[str, Post]:
        now, granted = self._clock(), {}
        async with self._work.writing() as books:
            wanted = [post for entry in batch if entry.intent for post in entry.posts]
            if wanted:
                tries = await books.outbox.intend(wanted, now)
                granted = {
                    post.id: replace(post, state=PostState.SENDING, attempts=tries[post.id], intent_at=now, error="")
                    for post in wanted
                    if post.id in tries
                }
            await self._settle(books, [post for entry in batch if not entry.intent for post in entry.posts])
            await books.commit()
        return granted

    async def _settle(self, books: Books, posts: Sequence[Post]) -> None:
        for post in posts:
            if not _is_news(post):
                continue
            now, current = self._clock(), await books.outbox.get(post.id)
            if current is None or current.state not in UNDER_WAY:
                continue
            if post.state in GIVEN_UP:
                await self._teller.of_trouble(books, post, now)
            if post.repeat and not current.repeat:
                await self._teller.of_repeat(books, post, now)
        if posts:
            await books.outbox.settle(posts)


def _is_news(post: Post) -> bool:
    """Whether somebody may have to be told."""
    return post.state in GIVEN_UP or (post.repeat and post.state is PostState.PENDING)


def _fail(batch: Sequence[_Entry], problem: BaseException) -> None:
    for entry in batch:
        if entry.done.done():
            continue
        if isinstance(problem, asyncio.CancelledError):
            entry.done.cancel()
        else:
            entry.done.set_exception(problem)
