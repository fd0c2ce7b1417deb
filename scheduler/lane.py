"""One lane and its only owner: everything on the way of its posts to Slack.

A post is composed; its intent is committed; Slack is called; the outcome is committed. Whatever is found in state sending
had its answer lost, by a crash or by the network, and is looked for before it goes again. Posts of several channels are on the
wire at the same time; in one channel the next goes when the one before has its outcome.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

from mat.delivery import Post
from scheduler import outcomes
from scheduler.composing import Composed
from scheduler.doubts import Doubts
from scheduler.pace import Pace, place_of, workspace_of
from scheduler.parts import Parts
from scheduler.places import Places
from scheduler.settling import Settling

log = logging.getLogger("mat.scheduler")

PAGE = 200
GROUP = 100
"""So many posts are composed and intended together; few, so that the words are fresh when they go."""

LOOKS_AT_ONCE = 10
PATIENCE = 1.0
"""Seconds that the sending waits for looks; most have ended by then."""


class Lane:
    """Everything its owner remembers of a lane; a new owner reads from the store what it needs to know.

    `epoch`: in which the owner took it, None where one process has all lanes.
    """

    def __init__(self, number: int, parts: Parts, *, epoch: int | None = None) -> None:
        self.number = number
        self.epoch = epoch
        self._parts = parts
        self._clock = parts.clock
        self._waits = parts.waits
        self._doubts = Doubts(parts.sender.poster, parts.work, parts.waits)
        self._pace = Pace(timedelta(seconds=parts.waits.channel_gap), parts.limits.a_minute)
        self._places = Places(self._pace, self._doubts, parts.clock)
        self._settling = Settling(parts.journal, epoch)
        self._wires: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._failed: list[BaseException] = []
        self._next_sweep: datetime | None = None
        self._looked_at = parts.clock()
        self._stopping = False
        self._queueing = False
        self._steps = 0

    def stop(self) -> None:
        """Nothing more is begun; what is on the wire ends."""
        self._stopping = True

    @property
    def at_rest(self) -> bool:
        """Whether nothing of this lane is under way, in doubt or yet to be stored."""
        return not (self._wires or self._settling.unstored or self._doubts.posts())

    def moves(self, before: int) -> tuple[bool, int]:
        """Whether it moved since it had taken so many steps, and how many it has now. Queueing for a wire is no standstill."""
        return self._queueing or self._steps != before, self._steps

    def next_at(self) -> datetime | None:
        """When there is something to do next for what waits in memory: a look, or a place that is free again."""
        # As of the turn's first look: what opened since then was passed over, and must not wait for the next pulse.
        found = [self._doubts.next_look(), self._places.opens_at(self._looked_at)]
        return min(filter(None, found), default=None)

    def is_due(self, now: datetime) -> bool:
        """Whether what it waited for has come. It looks then, if only to find that nothing is left to do."""
        at = self.next_at()
        return at is not None and at <= now

    async def turn(self) -> None:
        """Everything that can be done now, to its end. Raises the first thing that went wrong."""
        try:
            await self.begin()
            await self.ended()
        except BaseException:
            self.drop()
            raise
        if self._failed:
            raise self._failed.pop(0)

    async def begin(self) -> bool:
        """Looks for what is in doubt and puts on the wire what may go now, without waiting for what comes of it.

        Gives whether there was a post at all.
        """
        self._failed.clear()
        self._steps += 1
        now = self._clock()
        self._pace.tidy(now)
        await self._settling.again()
        await self._sweep(now)
        await self._look(now)
        return await self._send_ready()

    async def _look(self, now: datetime) -> None:
        """Beside the sending where it takes long: the history of one channel may be slow, and no other waits for it."""
        if self._looking is None or self._looking.done():
            look_at = self._doubts.next_look()
            if look_at is None or look_at > now:
                return
            self._looking = self._start(self._look_for_all(now))
        await asyncio.wait({self._looking}, timeout=PATIENCE)

    async def _look_for_all(self, now: datetime) -> None:
        try:
            at_once = min(LOOKS_AT_ONCE, self._parts.limits.at_once)
            await self._doubts.look(now, self._settling.settle, at_once, lambda: not self._stopping)
        except BaseException as problem:
            self._note(problem)
            raise

    def drop(self) -> None:
        """Lets go of what is on the wire: the process ends, and the next one will look for it."""
        for task in self._wires:
            task.cancel()

    async def ended(self) -> None:
        """Waits for what is on the wire."""
        while self._wires:
            await asyncio.wait(self._wires)

    # -- sending ----------------------------------------------------------------------------------------------------

    async def _send_ready(self) -> bool:
        """What is most urgent first. A post whose place is held keeps its turn; nothing overtakes it in its channel."""
        self._places.begin()
        closed: frozenset[str] = frozenset()
        page: deque[Post] = deque()
        last: Post | None = None
        more = True
        while more or page:
            # Room first, then the look: more may be planned in between, and what goes together costs least.
            slots = await self._room(len(page) or GROUP)
            group: list[Post] = []
            try:
                if self._stopping or self._failed:
                    break
                if not page:
                    now = self._clock()
                    if last is None:
                        self._looked_at = now
                    # What was closed for an earlier page stays so: what opens meanwhile must not let a later post pass.
                    closed |= self._pace.closed(now)
                    page.extend(await self._page(now, last, closed))
                    more = len(page) >= PAGE
                    last = page[-1] if page else last
                group = self._taken(page, slots)
            finally:
                for _ in range(slots - len(group)):
                    self._parts.slots.release()
            if group:
                self._start(self._send_group(group))
        return last is not None

    async def _room(self, wanted: int) -> int:
        """Waits for one place in hand at least; how many it got, to be used or released."""
        self._queueing = True
        try:
            return await self._parts.slots.several(min(wanted, GROUP))
        finally:
            self._queueing = False
            self._steps += 1

    async def _page(self, now: datetime, last: Post | None, closed: frozenset[str]) -> Sequence[Post]:
        async with self._parts.work.reading() as books:
            return await books.outbox.ready_in(self.number, now, PAGE, after=last, without=closed)

    def _taken(self, page: deque[Post], slots: int) -> list[Post]:
        """At most so many of a page that may go; they are in hand from now on."""
        group: list[Post] = []
        while page and len(group) < slots:
            if self._places.take(post := page.popleft()):
                group.append(post)
        return group

    async def _send_group(self, group: Sequence[Post]) -> None:
        """Composes and intends together what goes now, then puts each on a wire of its own."""
        going: set[str] = set()
        try:
            async with self._parts.desks:
                composed, outcomes_ = await self._parts.sender.compose(group, self._pace.busy_since)
            for outcome in outcomes_:
                await self._settling.settle(outcome)
            fit = [one for one in composed if self._places.follow(one.post)]
            for one in await self._parts.sender.intend(fit, self.epoch):
                going.add(one.post.id)
                self._start(self._send(one))
        except BaseException as problem:  # before its slot is free again, so that nothing begins in between
            self._note(problem)
            raise
        finally:
            for post in group:
                if post.id not in going:
                    self._places.give_back(post)
                    self._parts.slots.release()

    async def _send(self, composed: Composed) -> None:
        intent = composed.post
        try:
            tried = await self._parts.sender.post(composed)
            if tried is None:
                self._doubts.add(intent, self._clock())
            else:
                if tried.holds is not None:
                    self._pace.hold(tried.holds, tried.post.not_before)
                await self._settling.settle(tried.post)
        except BaseException as problem:
            self._note(problem)
            raise
        finally:
            self._places.went(intent)
            self._parts.slots.release()

    def _start(self, wire: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(wire)
        self._wires.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._wires.discard(task)
        self._steps += 1
        if not task.cancelled():
            task.exception()

    def _note(self, problem: BaseException) -> None:
        if isinstance(problem, asyncio.CancelledError):
            return
        self._failed.append(problem)
        if isinstance(problem, Exception):
            log.error("wire-failed", extra={"kind": f"lane-{self.number}", "type": type(problem).__name__})
        else:
            # The process ends here.
            self._stopping = True
            self.drop()

    # -- after a crash ----------------------------------------------------------------------------------------------

    async def _sweep(self, now: datetime) -> None:
        """At the start, and now and then: what is in state sending and not in our hands had its answer lost."""
        if self._next_sweep is not None and now < self._next_sweep:
            return
        ours = {*self._places, *self._settling.unstored}
        async with self._parts.work.reading() as books:
            in_doubt = await books.outbox.in_doubt(self.number)
            put_off = () if self._next_sweep else await books.outbox.put_off_in(self.number, now)
        ours |= {*self._places, *self._settling.unstored}
        for post in in_doubt:
            if post.id not in ours and post not in self._doubts:
                self._doubts.add(post, now)
        for post in put_off:
            if post.error != outcomes.NOT_COMPOSED:
                place = workspace_of(post) if outcomes.holds_workspace(post) else place_of(post)
                self._pace.hold(place, post.not_before)
        self._next_sweep = now + timedelta(seconds=self._waits.sweep)
