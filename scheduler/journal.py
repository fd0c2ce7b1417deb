"""The journal: intents and outcomes of all lanes of one process, many in one commit. That is where the speed comes from."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from mat.delivery import Post, PostState
from mat.errors import MatError
from mat.ports import Books, Clock, Work
from scheduler.outcomes import sending
from scheduler.telling import GIVEN_UP, Teller

log = logging.getLogger("mat.scheduler")

MOST = 500
IN_A_LINE = 100
UNDER_WAY = frozenset({PostState.PENDING, PostState.SENDING})


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """What one lane wants written: intents, or outcomes. `done` gets the posts that were granted.

    `epoch`: in which its owner took the lane, None where one process has all lanes.
    """

    posts: tuple[Post, ...]
    intent: bool
    epoch: int | None
    done: asyncio.Future[list[Post]]

    @property
    def lane(self) -> int:
        return self.posts[0].lane


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

    async def intend(self, posts: Sequence[Post], epoch: int | None = None) -> list[Post]:
        """Commits that these posts of one lane are about to be sent; those that may be, as they are stored now.

        Left out is what was sent, taken back or put off in the meantime, and everything where somebody else has taken the lane
        over. Raises what is wrong with the store.
        """
        return await self._put(posts, epoch, intent=True)

    async def settle(self, post: Post, epoch: int | None = None) -> None:
        """Commits what became of a post, and tells the leads where it was given up. Raises what is wrong with the store.

        Where somebody else has taken the lane over only one thing still counts: that the post stands in Slack.
        """
        await self._put([post], epoch, intent=False)

    async def _put(self, posts: Sequence[Post], epoch: int | None, *, intent: bool) -> list[Post]:
        entry = _Entry(tuple(posts), intent, epoch, asyncio.get_running_loop().create_future())
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
                news = [entry for entry in batch if not entry.intent and _is_news(entry.posts[0])]
                apart = frozenset(news)
                await self._commit([entry for entry in batch if entry not in apart])
                # Each by itself: telling reads the rows of a clinic, which somebody else may hold.
                for entry in news:
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
            _log_outcomes([post for entry in batch if not entry.intent for post in entry.posts])
            for entry in batch:
                if not entry.done.done():
                    entry.done.set_result(granted.get(entry, []))

    async def _stored(self, batch: Sequence[_Entry]) -> dict[_Entry, list[Post]]:
        """What was granted, by the entry that wanted it: of the same post an owner of before may want the same in the same batch."""
        now = self._clock()
        async with self._work.writing() as books:
            lost = await _lost(books, batch)
            intents = [entry for entry in batch if entry.intent and entry not in lost]
            wanted = {post.id: post for entry in intents for post in entry.posts}
            tries = await books.outbox.intend(tuple(wanted.values()), now) if wanted else {}
            outcomes = [
                post for entry in batch if not entry.intent for post in entry.posts if _counts(post, entry, lost)
            ]
            await self._settle(books, outcomes)
            await books.commit()
        granted = {id_: sending(wanted[id_], now, attempts) for id_, attempts in tries.items()}
        return {entry: [granted[post.id] for post in entry.posts if post.id in granted] for entry in intents}

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


async def _lost(books: Books, batch: Sequence[_Entry]) -> frozenset[_Entry]:
    """Entries of owners whose lane somebody else has taken over, another process or this one again."""
    epochs: dict[int, int] = {}
    fenced = [entry for entry in batch if entry.epoch is not None]
    for entry in fenced:
        epochs[entry.lane] = max(entry.epoch or 0, epochs.get(entry.lane, 0))
    right = await books.outbox.fenced(epochs) if epochs else ()
    lost = frozenset(entry for entry in fenced if entry.lane not in right or entry.epoch != epochs[entry.lane])
    for entry in lost:
        fields = {"kind": f"lane-{entry.lane}", "count": len(entry.posts), "state": entry.posts[0].state.value}
        log.warning("lane-lost", extra=fields)
    return lost


def _counts(post: Post, entry: _Entry, lost: frozenset[_Entry]) -> bool:
    return post.state is PostState.SENT or entry not in lost


def _is_news(post: Post) -> bool:
    """Whether somebody may have to be told."""
    return post.state in GIVEN_UP or (post.repeat and post.state is PostState.PENDING)


def _log_outcomes(posts: Sequence[Post]) -> None:
    """A line for those that are alike: at eight o'clock a line a post costs more than what is in it is worth."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for post in posts:
        alike.setdefault((post.kind.value, post.state.value, post.error), []).append(post.id)
    for (kind, state, code), ids in alike.items():
        for first in range(0, len(ids), IN_A_LINE):
            some = ids[first : first + IN_A_LINE]
            fields = {"post": " ".join(some), "count": len(some), "kind": kind, "state": state, "code": code}
            log.info("outcome", extra=fields)


def _fail(batch: Sequence[_Entry], problem: BaseException) -> None:
    for entry in batch:
        if entry.done.done():
            continue
        if isinstance(problem, asyncio.CancelledError):
            entry.done.cancel()
        else:
            entry.done.set_exception(problem)
