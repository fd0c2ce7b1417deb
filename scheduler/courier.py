"""The courier: outbox rows to Slack, each once as far as Slack lets us know.

A post is composed and its intent committed in one transaction; then Slack is called; then the outcome is committed. Whatever
is found in state sending had its answer lost, by a crash or by the network, and is looked for before it goes again.
"""

from __future__ import annotations

import logging
from asyncio import Event
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mat.delivery import Post, PostState
from mat.ports import AdminsOf, Clock, NewId, NotPosted, OutcomeUnknown, Poster, Refused, SlowDown, Work, nobody
from scheduler import outcomes
from scheduler.composing import Composed, Compositor, NotWanted, TooLate
from scheduler.doubts import Doubts
from scheduler.missed import TOO_LATE
from scheduler.outcomes import Waits
from scheduler.pace import Pace, place_of, workspace_of
from scheduler.telling import GIVEN_UP, Teller

BATCH = 100
FAR_AWAY = datetime(9000, 1, 1, tzinfo=UTC)
MANY = 1_000_000
WORTH_STORING = timedelta(seconds=5)
UNDER_WAY = frozenset({PostState.PENDING, PostState.SENDING})

log = logging.getLogger("mat.scheduler")


class Courier:
    """Owns all lanes of one process. `jitter` gives a number from 0 to 1; `admins`: those who look after a workspace."""

    def __init__(
        self,
        work: Work,
        poster: Poster,
        compositor: Compositor,
        *,
        clock: Clock,
        new_id: NewId,
        jitter: Callable[[], float],
        admins: AdminsOf = nobody,
        waits: Waits | None = None,
    ) -> None:
        self._work = work
        self._poster = poster
        self._compositor = compositor
        self._clock = clock
        self._jitter = jitter
        self._waits = waits or Waits()
        self._teller = Teller(new_id, admins)
        self._doubts = Doubts(poster, work, self._waits)
        self._pace = Pace(timedelta(seconds=self._waits.channel_gap))
        self._unstored: list[Post] = []
        self._next_sweep: datetime | None = None
        self._stopping = Event()

    def stop(self) -> None:
        """The tick that runs now ends after the post it is at."""
        self._stopping.set()

    def next_look(self) -> datetime | None:
        """When a post in doubt is to be looked for next; None where none is."""
        return self._doubts.next_look()

    async def tick(self) -> None:
        """Sends what may go now, and looks for what is in doubt."""
        now = self._clock()
        self._pace.tidy(now)
        await self._store_outcomes()
        await self._sweep(now)
        self._unstored += await self._doubts.resolved(now)
        await self._store_outcomes()
        await self._send_ready()

    # -- sending ----------------------------------------------------------------------------------------------------

    async def _send_ready(self) -> None:
        """Oldest due first. A post whose place is held keeps its turn; nothing overtakes it in its channel."""
        tried: set[str] = set()
        while not self._stopping.is_set():
            async with self._work.reading() as books:
                ready = await books.outbox.ready(self._clock(), BATCH)
            fresh = [post for post in ready if post.id not in tried]
            if not fresh:
                return
            for post in fresh:
                tried.add(post.id)
                if self._stopping.is_set():
                    return
                await self._send_or_hold(post)

    async def _send_or_hold(self, post: Post) -> None:
        now = self._clock()
        held_until = self._held_until(post, now)
        if held_until is None:
            await self._send(post)
        elif held_until - now > WORTH_STORING:
            # Stored so that those behind it get their turn, and so that the order survives a restart.
            await self._hold_back(post, held_until)

    async def _hold_back(self, post: Post, until: datetime) -> None:
        async with self._work.writing() as books:
            current = await books.outbox.get(post.id)
            if current is not None and current.state is PostState.PENDING:
                await books.outbox.save(replace(current, not_before=until))
                await books.commit()

    def _held_until(self, post: Post, now: datetime) -> datetime | None:
        """When the post's place is free again; None where it is free now."""
        if any(place_of(other) == place_of(post) for other in self._doubts.posts()):
            return now
        until = self._pace.free_at(post)
        return until if until is not None and until > now else None

    async def _send(self, post: Post) -> None:
        composed = await self._intend(post)
        if composed is None:
            return
        intent = composed.post
        try:
            posted = await self._poster.of(intent.workspace).post(intent.target, composed.message, key=intent.id)
        except SlowDown as failure:
            later = outcomes.slowed(intent, failure.seconds, self._clock(), self._waits, self._jitter())
            self._pace.hold(workspace_of(later), later.not_before)
            await self._settle(later)
        except NotPosted as failure:
            later = outcomes.put_off(intent, failure.code, self._clock(), self._waits, self._jitter())
            self._pace.hold(place_of(later), later.not_before)
            await self._settle(later)
        except Refused as failure:
            await self._settle(outcomes.dead(intent, failure.code))
        except OutcomeUnknown as failure:
            self._doubt(intent, failure.code)
        except Exception as problem:  # noqa: BLE001  # a mistake of ours behind the call: the post may stand there
            self._doubt(intent, type(problem).__name__)
        else:
            await self._settle(outcomes.sent(intent, posted, self._clock()))
        self._pace.took(intent, self._clock())

    def _doubt(self, intent: Post, code: str) -> None:
        log.warning("outcome-unknown", extra={"post": intent.id, "kind": intent.kind.value, "code": code})
        self._doubts.add(intent, self._clock())

    async def _intend(self, post: Post) -> Composed | None:
        """Composes and commits the intent in one transaction; None where the post does not go now."""
        now = self._clock()
        failure = ""
        async with self._work.writing() as books:
            current = await books.outbox.get(post.id)
            if current is None or current.state is not PostState.PENDING or current.not_before > now:
                return None
            try:
                composed = await self._compositor.compose(books, current, now)
            except NotWanted as no:
                await books.outbox.save(outcomes.dropped(current, no.reason))
                await books.commit()
                return None
            except TooLate:
                failure = TOO_LATE
            except Exception as problem:  # noqa: BLE001  # one poisoned row must not stop the others
                failure = type(problem).__name__
            else:
                intent = outcomes.sending(composed.post, now)
                await books.outbox.save(intent)
                await books.commit()
                return replace(composed, post=intent)
        await self._settle(self._uncomposed(current, failure, now))
        return None

    def _uncomposed(self, post: Post, failure: str, now: datetime) -> Post:
        if failure == TOO_LATE:
            return outcomes.dead(post, TOO_LATE)
        log.error("not-composed", extra={"post": post.id, "kind": post.kind.value, "type": failure})
        tried = replace(post, attempts=post.attempts + 1)
        return outcomes.put_off(tried, outcomes.NOT_COMPOSED, now, self._waits, self._jitter())

    # -- outcomes ---------------------------------------------------------------------------------------------------

    async def _settle(self, outcome: Post) -> None:
        self._unstored.append(outcome)
        await self._store_outcomes()

    async def _store_outcomes(self) -> None:
        """What cannot be stored is kept and stored with the next tick: a sent post is never sent again for that."""
        if not self._unstored:
            return
        now = self._clock()
        async with self._work.writing() as books:
            for post in self._unstored:
                current = await books.outbox.get(post.id)
                if current is None or current.state not in UNDER_WAY:
                    continue
                if post.state in GIVEN_UP:
                    await self._teller.of_trouble(books, post, now)
                if post.repeat and not current.repeat:
                    await self._teller.of_repeat(books, post, now)
                await books.outbox.save(post)
            await books.commit()
        for post in self._unstored:
            fields = {"post": post.id, "kind": post.kind.value, "state": post.state.value, "code": post.error}
            log.info("outcome", extra=fields)
        self._unstored.clear()

    # -- after a crash ----------------------------------------------------------------------------------------------

    async def _sweep(self, now: datetime) -> None:
        """At the start, and now and then: what is in state sending and not in our hands had its answer lost."""
        if self._next_sweep is not None and now < self._next_sweep:
            return
        async with self._work.reading() as books:
            in_doubt = await books.outbox.in_doubt()
            waiting = () if self._next_sweep else await books.outbox.ready(FAR_AWAY, MANY)
        for post in in_doubt:
            if post not in self._doubts:
                self._doubts.add(post, now)
        for post in waiting:
            if post.not_before > now and post.error not in {"", outcomes.NOT_COMPOSED}:
                place = workspace_of(post) if post.error == outcomes.RATE_LIMITED else place_of(post)
                self._pace.hold(place, post.not_before)
        self._next_sweep = now + timedelta(seconds=self._waits.sweep)
