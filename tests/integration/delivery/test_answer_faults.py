"""Every way in which Slack's answer to a post can go wrong, over real HTTP: one copy, or a dead letter that somebody sees.

And no call before its time, and the order in a channel kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from shutil import copy

import aiohttp
import pytest

from bot.slack_client import SlackClient
from bot.slack_poster import SlackPoster
from mat.delivery import Post, PostKind, PostState
from tests.fakes import slack_world as world
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import NO_FAULT, Fault
from tests.integration.delivery.house import CHANNEL, CLINIC, FAR_AWAY, House
from tests.proof_table import Proof
from tests.stores import open_work

SECOND = timedelta(seconds=1)
UNNAMED_WAIT = 30.0
MOST_STEPS = 500
SHORT = aiohttp.ClientTimeout(total=0.4)
OTHER = world.PRIVATE_CHANNEL
LOST = (
    world.RESET_BEFORE,
    world.RESET_AFTER,
    world.TEXT_500,
    world.TEXT_500_AFTER,
    world.HTML_503,
    replace(world.HTML_503, name="503 html after storing", stored=True),
    world.HANGS_BEFORE,
    world.HANGS_AFTER,
    world.TRUNCATED,
)
WAITS = {"1": 1.0, "30": 30.0, "3600": 3600.0, None: UNNAMED_WAIT, "abc": UNNAMED_WAIT}
LIMITED = tuple(replace(world.slow_down(value), name=f"429 {value}") for value in WAITS)
REFUSED = (world.refuses("is_archived"), world.refuses("invalid_blocks"))
TOKEN = (world.refuses("token_revoked"), world.refuses("account_inactive"))
ALL = (*LOST, *LIMITED, *REFUSED, *TOKEN)
SECONDS = dict(zip((fault.name for fault in LIMITED), WAITS.values(), strict=True))


@dataclass(frozen=True, slots=True)
class Line:
    """A clinic whose posts go over HTTP to a fake Slack on the same clock."""

    house: House
    slack: FakeSlack

    async def send(self, targets: list[str]) -> list[Post]:
        """One post to each target, a millisecond apart; gives how they ended."""
        posts = [self._post(number, target) for number, target in enumerate(targets)]
        await self.house.add(*posts)
        for _ in range(MOST_STEPS):
            await self.house.pulse()
            ahead = await self._ahead()
            if ahead is None:
                return [await self.house.post(post.id) for post in posts]
            # Awake in between too: what may not go yet must not go.
            now = self.house.clock()
            for moment in (now + (ahead - now) / 2, ahead - SECOND / 10):
                if moment > now + SECOND:
                    self.house.clock.jump_to(moment)
                    await self.house.pulse()
            self.house.clock.jump_to(ahead)
        raise AssertionError("it never ends")

    def _post(self, number: int, target: str) -> Post:
        kind = PostKind.WEEKLY_REMINDER if target == CHANNEL else PostKind.NOTICE
        made = self.house.note(target, f"Post {number}", kind=kind)
        return replace(made, due_at=made.due_at + number * SECOND / 1000)

    async def _ahead(self) -> datetime | None:
        """When there is something to do next; None where all has its end."""
        async with self.house.work.reading() as books:
            waiting = await books.outbox.unsettled(FAR_AWAY)
        now = self.house.clock()
        looks = [] if (look := self.house.courier.next_look()) is None else [look]
        # What may go but for its place is what the courier waits for.
        put_off = (post.not_before for post in waiting if post.state is PostState.PENDING and post.not_before > now)
        later = [*looks, *put_off]
        return max(min(later, default=now), now + SECOND) if waiting else None

    async def faults(self, posts: list[Post]) -> list[str]:
        """What is wrong with how the posts ended, and with when they went."""
        standing = [str(m.metadata["event_payload"]["key"]) for m in self.slack.world.messages]
        copies, seen = Counter(standing), {post.id for post in await self.house.troubled()}
        found = [
            f"{post.note} is {post.state} ({post.error}) and stands {copies[post.id]} times"
            for post in posts
            if (post.state, copies[post.id], post.id in seen)
            not in {(PostState.SENT, 1, False), (PostState.DEAD, 0, True)}
        ]
        for target in {post.target for post in posts}:
            wanted = [post.id for post in posts if post.target == target and copies[post.id]]
            if [key for key in standing if key in wanted] != wanted:
                found.append(f"out of order in {target}")
        return [*found, *self._hasty()]

    def _hasty(self) -> list[str]:
        """Calls made while Slack had asked the workspace to wait."""
        found, until = [], 0.0
        for call in self.slack.called("chat.postMessage"):
            found += [f"a call {until - call.at:.1f} s early"] if call.at < until else []
            until = max(until, call.at + SECONDS.get(call.outcome, 0.0))
        return found


Opens = Callable[..., AbstractAsyncContextManager[Line]]


@pytest.fixture
def line(sqlite_template: Path, tmp_path: Path) -> Opens:
    """`line(*faults)`: a store of its own, and a Slack where these befall the posts, one after the other."""
    numbers = count()

    @asynccontextmanager
    async def opened(*faults: Fault) -> AsyncIterator[Line]:
        file = copy(sqlite_template, tmp_path / f"{next(numbers)}.db")
        async with open_work(f"sqlite:///{file}") as work:
            house = House(work)
            house.composers[PostKind.WEEKLY_REMINDER] = house.composers[PostKind.DIGEST]
            await house.furnish(clinic=replace(CLINIC, tracks=()))
            async with FakeSlack(house.clock) as slack, aiohttp.ClientSession(timeout=SHORT) as session:
                client = SlackClient(world.BOT_TOKEN, base_url=slack.url, session=session, retry_handlers=[])
                house.start(poster=SlackPoster(client))
                slack.order("chat.postMessage", *faults)
                yield Line(house, slack)

    return opened


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name)
async def test_after_one_fault_everything_stands_once_and_in_order(line: Opens, fault: Fault) -> None:
    async with line(fault) as one:
        posts = await one.send([CHANNEL, CHANNEL, OTHER, CHANNEL])
        assert await one.faults(posts) == []
        lost = {PostState.DEAD: 1} if fault in REFUSED else {}
        assert Counter(post.state for post in posts) == {PostState.SENT: 4 - len(lost)} | lost


@pytest.mark.parametrize(
    "fault", [world.RESET_BEFORE, world.TEXT_500, world.HTML_503, world.HANGS_BEFORE], ids=lambda fault: fault.name
)
async def test_a_fault_that_does_not_end_ends_as_a_dead_letter_that_the_lead_hears_of(
    line: Opens, fault: Fault
) -> None:
    async with line(*[fault] * 8) as one:
        posts = await one.send([CHANNEL, CHANNEL])
        assert await one.faults(posts) == []
        assert [post.state for post in posts] == [PostState.DEAD, PostState.SENT]
        await one.house.pulse(3)
        assert any("I could not send the weekly reminder" in message.text for message in one.slack.world.messages)


async def at_random(line: Opens, seed: int) -> list[str]:
    """Twenty posts to two channels, and every second answer goes wrong."""
    chance = Random(seed)
    faults = [chance.choice(ALL) if chance.random() < 0.5 else NO_FAULT for _ in range(30)]
    async with line(*faults) as one:
        posts = await one.send([chance.choice((CHANNEL, OTHER)) for _ in range(20)])
        return [f"seed {seed}: {fault}" for fault in await one.faults(posts)]


@pytest.mark.parametrize("seed", range(2))
async def test_faults_at_random(line: Opens, seed: int) -> None:
    assert await at_random(line, seed) == []


@pytest.mark.proof
async def test_faults_at_random_at_length(line: Opens, proof: Proof) -> None:
    found = [fault for seed in range(100, 160) for fault in await at_random(line, seed)]
    proof("of 1,200 posts, every second answer wrong: lost, twice, early or out of order", len(found), "0")
    assert found == []
