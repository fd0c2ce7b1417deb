"""Several processes on one Postgres: lanes are handed out once, the dead are followed, and a late awakening does no harm."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.crew import open_crew
from bot.lane_queue import QUEUE, LaneQueue
from bot.leases import CONCERNS, HOUSEKEEPING, Leases, OnlyHolder
from mat.delivery import Post, PostState
from mat.lanes import lane_of
from mat.message import Message
from mat.ports import Posted
from scheduler.clockwork import Couriers
from scheduler.composing import Compositor
from scheduler.lane import Lane
from scheduler.outcomes import Waits, sent
from scheduler.pace import Limits
from scheduler.parts import Parts, lane_parts
from store.engine import open_engines
from store.replicas import Replicas
from store.work import SqlWork
from tests.fakes.clock import HandClock
from tests.fakes.memory_poster import MemoryPoster
from tests.integration.delivery.house import CLINIC, PLAYBOOK, House

WAITS = Waits(looks=(0.1, 0.2), sweep=0.5, channel_gap=0.01, heartbeat=0.2, stalled=1.0, lease=1.0)
LIMITS = Limits(a_minute=100_000, at_once=8)
WORKSPACES = [f"T0STREET{number}" for number in range(6)]


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class SlowPoster(MemoryPoster):
    """Takes a moment for each post."""

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        posted = await super().post(target, message, key=key, name=name, thread_ts=thread_ts)
        await asyncio.sleep(0.005)
        return posted


@dataclass
class Street:
    """Some workspaces on one store, and processes that share the work. All processes post to the same Slack."""

    url: str
    work: SqlWork
    opened: AsyncExitStack
    house: House
    poster: SlowPoster

    def parts(self) -> Parts:
        return lane_parts(
            self.work,
            self.poster,
            Compositor(self.house.composers, PLAYBOOK),
            clock=now,
            new_id=self.house.ids,
            jitter=lambda: 0.0,
            waits=WAITS,
            limits=LIMITS,
        )

    async def process(self) -> Couriers:
        crew = await self.opened.enter_async_context(open_crew(self.url, now, WAITS))
        made = crew.couriers(self.parts())
        self.opened.push_async_callback(made.close, 1)
        self.opened.callback(made.stop)
        return made

    async def posts(self, each: int) -> list[Post]:
        """So many notes to one channel of each workspace, due now."""
        made = [
            replace(
                self.house.note(f"C{workspace}", f"Note {number}"),
                workspace=workspace,
                lane=lane_of(workspace),
                due_at=now() + timedelta(milliseconds=number - 1000),
                not_before=now(),
            )
            for workspace in WORKSPACES
            for number in range(each)
        ]
        async with self.work.writing() as books:
            for workspace in WORKSPACES:
                await books.clinics.save(replace(CLINIC, workspace=workspace))
            for post in made:
                await books.outbox.add(post)
            await books.commit()
        return made

    async def until_sent(self, posts: list[Post], *processes: Couriers) -> None:
        for _ in range(600):
            for process in processes:
                await process.hand_out()
            states = await self.house.states(*posts)
            if all(state is PostState.SENT for state in states):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(Counter(states))


@pytest.fixture
async def street(postgres_main_url: str) -> AsyncIterator[Street]:
    async with AsyncExitStack() as opened:
        engines = open_engines(postgres_main_url)
        opened.push_async_callback(engines.close)
        work = SqlWork(engines)
        house = House(work)
        house.clock = HandClock(now())
        poster = SlowPoster(now)
        yield Street(postgres_main_url, work, opened, house, poster)


async def test_two_processes_share_the_lanes_and_each_post_comes_once_and_in_order(street: Street) -> None:
    one, other = await street.process(), await street.process()
    posts = await street.posts(5)
    await street.until_sent(posts, one, other)
    assert Counter(standing.key for standing in street.poster.standing) == Counter(post.id for post in posts)
    for workspace in WORKSPACES:
        assert street.poster.texts(f"C{workspace}") == [f"Note {number}" for number in range(5)]


async def test_with_nothing_under_way_a_stop_waits_for_nothing(street: Street) -> None:
    process = await street.process()
    await process.hand_out()
    process.stop()
    await asyncio.wait_for(process.close(within=3600), 60)


async def test_an_owner_without_a_sign_of_life_is_followed_and_its_posts_are_looked_for(street: Street) -> None:
    posts = await street.posts(2)
    first = posts[0]
    engines = open_engines(street.url)
    street.opened.push_async_callback(engines.close)
    replicas, parts = Replicas(engines.writer), street.parts()
    dead = LaneQueue(street.url, replicas, parts)
    await dead._app.open_async()
    street.opened.push_async_callback(dead._app.close_async)
    # It takes the lane, its post arrives in Slack, and then nothing is ever heard of it again.
    await dead._defer([first.lane])
    worker = await dead._app.job_manager.register_worker()
    assert await dead._app.job_manager.fetch_job([QUEUE], worker)
    (intent,) = await parts.journal.intend([first], await replicas.take(first.lane))
    await street.poster.post(first.target, Message(first.note), key=intent.id)
    other = await street.process()
    await street.until_sent(posts, other)
    assert Counter(standing.key for standing in street.poster.standing) == Counter(post.id for post in posts)


async def test_what_an_owner_of_yesterday_wants_is_refused_but_for_what_stands_in_slack(street: Street) -> None:
    first, second = (await street.posts(2))[:2]
    engines = open_engines(street.url)
    street.opened.push_async_callback(engines.close)
    replicas, parts = Replicas(engines.writer), street.parts()
    old = await replicas.take(first.lane)
    assert await replicas.touch(first.lane, old)
    (intent,) = await parts.journal.intend([first], old)
    new = await replicas.take(first.lane)
    assert new == old + 1
    assert not await replicas.touch(first.lane, old)
    assert await parts.journal.intend([second], old) == []
    await parts.journal.settle(replace(intent, state=PostState.PENDING), old)
    assert await street.house.states(first, second) == [PostState.SENDING, PostState.PENDING]
    await parts.journal.settle(sent(intent, Posted("C1", "1.0"), now()), old)
    assert await street.house.states(first) == [PostState.SENT]
    assert [one.id for one in await parts.journal.intend([second], new)] == [second.id]


async def test_of_two_owners_in_one_process_only_the_later_is_granted_what_both_want(street: Street) -> None:
    """A busy process may be taken for dead, and take its own lane over: then both write into the same journal."""
    first, second, *_ = await street.posts(2)
    engines = open_engines(street.url)
    street.opened.push_async_callback(engines.close)
    replicas, parts = Replicas(engines.writer), street.parts()
    earlier, later = await replicas.take(first.lane), await replicas.take(first.lane)
    for post, order in ((first, (earlier, later)), (second, (later, earlier))):
        granted = await asyncio.gather(*(parts.journal.intend([post], epoch) for epoch in order))
        assert {epoch: len(found) for epoch, found in zip(order, granted, strict=True)} == {earlier: 0, later: 1}


async def test_a_lane_of_which_nobody_heard_is_still(street: Street) -> None:
    engines = open_engines(street.url)
    street.opened.push_async_callback(engines.close)
    replicas = Replicas(engines.writer)
    await replicas.wake([3, 5])
    epoch = await replicas.take(3)
    assert set(await replicas.still(60)) == set()
    await asyncio.sleep(0.2)
    await replicas.touch(3, epoch)
    assert set(await replicas.still(0.15)) == {5}


# -- leases ---------------------------------------------------------------------------------------------------------


async def test_one_process_holds_a_lease_until_it_shows_no_sign_any_more(street: Street) -> None:
    engines = open_engines(street.url)
    street.opened.push_async_callback(engines.close)
    replicas = Replicas(engines.writer)
    one, other = (Leases(replicas, name, 0.5, now, (HOUSEKEEPING, CONCERNS)) for name in ("one", "other"))
    await one.renew()
    await other.renew()
    assert (one.held(CONCERNS), other.held(CONCERNS)) == (True, False)
    assert (one.elsewhere(CONCERNS), other.elsewhere(CONCERNS)) == (False, True)
    await asyncio.sleep(0.6)
    assert not one.held(HOUSEKEEPING), "by its own clock already, whatever the store says"
    await other.tick()
    await one.renew()
    assert (one.held(HOUSEKEEPING), other.held(HOUSEKEEPING)) == (False, True)
    await asyncio.sleep(0.7)
    assert other.held(HOUSEKEEPING), "renewed by itself"
    await other.let_go()
    await one.renew()
    assert one.held(CONCERNS)


async def test_what_is_for_one_process_comes_only_with_its_lease() -> None:
    seen: list[str] = []

    class Upkeep:
        async def tick(self) -> None:
            seen.append("tick")

    holds = False
    rounds = OnlyHolder(Upkeep(), lambda: holds)
    await rounds.tick()
    holds = True
    await rounds.tick()
    assert (seen, rounds.known_as) == (["tick"], "Upkeep")


async def test_a_lane_of_one_process_needs_no_epoch(house: House) -> None:
    await house.furnish()
    post = house.note()
    await house.add(post)
    lane = Lane(post.lane, house.courier._parts)
    assert await lane.begin()
    await lane.ended()
    assert await house.states(post) == [PostState.SENT]
