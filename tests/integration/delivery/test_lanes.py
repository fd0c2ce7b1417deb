"""Many channels at once: each in its order, each workspace at its pace, and never more on the wire than allowed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from mat.delivery import Post, PostState
from mat.lanes import lane_of
from mat.message import Message
from mat.ports import Posted
from scheduler.pace import Limits
from store.work import SqlWork
from tests.fakes.memory_poster import MemoryPoster
from tests.integration.delivery.house import CLINIC, House

SECOND = timedelta(seconds=1)


@dataclass
class BusyPoster(MemoryPoster):
    """Gives others a turn while a post is on the wire; `most`: how many were at once. `passes`: called for each."""

    now: int = 0
    most: int = 0
    passes: Callable[[], None] = lambda: None

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        self.now += 1
        self.most = max(self.most, self.now)
        self.passes()
        for _ in range(5):
            await asyncio.sleep(0)
        self.now -= 1
        return await super().post(target, message, key=key, name=name, thread_ts=thread_ts)


@dataclass
class SlowHistory(MemoryPoster):
    """A history that answers when it is let. `now` and `most`: how many looks are under way, and were at once."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    now: int = 0
    most: int = 0

    async def find(self, channel: str, key: str, since: datetime) -> Posted | None:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.let.wait()
            await asyncio.sleep(0)
        finally:
            self.now -= 1
        return await super().find(channel, key, since)


async def house_in_doubt(work: SqlWork, channels: int) -> tuple[House, SlowHistory, list[Post]]:
    """A process that has found a post in each channel whose answer nobody heard; all stand in Slack."""
    house = House(work)
    house.clock.jump_to(house.clock() + SECOND)
    poster = SlowHistory(house.clock)
    house.poster, house.limits = poster, Limits(a_minute=100_000, at_once=200, window=0)
    house.start()
    await house.furnish()
    lost = [replace(post, state=PostState.SENDING, intent_at=house.clock()) for post in notes(house, channels, each=1)]
    await house.add(*lost)
    for post in lost:
        await poster.post(post.target, Message("0"), key=post.id)
    await house.courier.hand_out()
    await asyncio.sleep(0.1)
    house.clock.jump_to(house.clock() + 3 * SECOND)
    return house, poster, lost


async def handed_out_until(house: House, posts: list[Post]) -> None:
    for _ in range(400):
        await house.courier.hand_out()
        await asyncio.sleep(0.02)
        if set(await house.states(*posts)) == {PostState.SENT}:
            return
    raise AssertionError(await house.states(*posts))


async def test_a_slow_history_holds_up_its_channels_and_no_other(work_on_sqlite: SqlWork) -> None:
    house, poster, lost = await house_in_doubt(work_on_sqlite, channels=30)
    here, elsewhere = house.note("C0000", "behind"), house.note("C0ELSE001", "elsewhere")
    await house.add(here, elsewhere)
    await handed_out_until(house, [elsewhere])
    assert poster.texts("C0000") == ["0"], "nothing passes what is in doubt"
    poster.let.set()
    await handed_out_until(house, [*lost, here])
    assert 2 <= poster.most <= 10
    assert poster.texts("C0000") == ["0", "behind"]
    assert len(poster.looks) == len(lost), "each was looked for once"
    house.courier.stop()
    await house.courier.close(1)


async def test_who_is_to_stop_begins_no_more_looks(work_on_sqlite: SqlWork) -> None:
    house, poster, lost = await house_in_doubt(work_on_sqlite, channels=30)
    await house.courier.hand_out()
    await asyncio.sleep(0.1)
    house.courier.stop()
    poster.let.set()
    await house.courier.close(5)
    assert 2 <= len(poster.looks) <= 10
    assert (await house.states(*lost)).count(PostState.SENT) == len(poster.looks)


async def busy_house(work: SqlWork, limits: Limits) -> tuple[House, BusyPoster]:
    house = House(work)
    poster = BusyPoster(house.clock)
    house.poster, house.limits = poster, limits
    house.start()
    await house.furnish()
    return house, poster


def notes(house: House, channels: int, each: int, workspace: str = CLINIC.workspace) -> list[Post]:
    made = []
    for number in range(each):
        for channel in range(channels):
            post = house.note(f"C{channel:04d}", f"{number}", due_at=house.clock() - (each - number) * SECOND)
            made.append(replace(post, workspace=workspace, lane=lane_of(workspace)))
    return made


async def test_many_channels_go_at_once_each_in_its_order(work_on_sqlite: SqlWork) -> None:
    house, poster = await busy_house(work_on_sqlite, Limits(a_minute=100_000, at_once=8, window=0))
    posts = notes(house, channels=30, each=3)
    await house.add(*posts)
    await house.pulse(4)
    assert 2 <= poster.most <= 8
    assert set(await house.states(*posts)) == {PostState.SENT}
    for channel in range(30):
        assert poster.texts(f"C{channel:04d}") == ["0", "1", "2"]


async def test_a_workspace_gets_its_posts_a_minute_and_others_do_not_wait_for_it(work_on_sqlite: SqlWork) -> None:
    house, poster = await busy_house(work_on_sqlite, Limits(a_minute=60, at_once=8, window=0))
    await house.add(*notes(house, channels=150, each=1))
    # Of the same lane, due after all of them.
    other = next(f"T{n}" for n in range(10_000) if lane_of(f"T{n}") == lane_of(CLINIC.workspace) and f"T{n}" != "T0")
    async with house.work.writing() as books:
        await books.clinics.save(replace(CLINIC, workspace=other))
        await books.commit()
    late = replace(house.note("C9999"), workspace=other, lane=lane_of(other))
    await house.add(late)
    await house.pulse()
    assert (await house.post(late.id)).state is PostState.SENT
    await house.pulse(130)
    times = sorted(attempt.at for attempt in poster.attempts if attempt.target != "C9999")
    a_minute = [sum(start <= at < start + 60 * SECOND for at in times) for start in times]
    assert max(a_minute) <= 60
    assert len(times) >= 0.95 * 130


async def test_nothing_comes_twice_where_lanes_run_on_while_new_posts_come(work_on_sqlite: SqlWork) -> None:
    house, poster = await busy_house(work_on_sqlite, Limits(a_minute=100_000, at_once=5, window=0.001))
    posts = notes(house, channels=20, each=2)
    await house.add(*posts[:20])
    for _ in range(3):
        await house.courier.hand_out()
    await house.add(*posts[20:])
    for _ in range(200):
        house.clock.jump_to(house.clock() + SECOND)
        await house.courier.hand_out()
        await asyncio.sleep(0.01)
        if set(await house.states(*posts)) == {PostState.SENT}:
            break
    house.courier.stop()
    await house.courier.close(1)
    assert Counter(attempt.key for attempt in poster.attempts) == Counter(post.id for post in posts)


async def test_what_opens_after_the_look_is_not_left_for_the_next_pulse(work_on_sqlite: SqlWork) -> None:
    """A look takes a few milliseconds. A workspace that opened meanwhile was passed over, and nothing else tells of it."""
    house, _ = await busy_house(work_on_sqlite, Limits(a_minute=60, at_once=8, window=0))
    posts = notes(house, channels=6, each=1)
    await house.add(*posts)
    lane = house.courier._lane(lane_of(CLINIC.workspace))
    await lane.turn()
    sent = (await house.states(*posts)).count(PostState.SENT)
    opens = lane.next_at()
    assert 0 < sent < len(posts)
    assert opens is not None
    assert opens > house.clock()
    house.clock.jump_to(opens - SECOND / 100)
    await lane.turn()
    house.clock.jump_to(opens + SECOND / 100)
    assert lane.next_at() == opens
    await lane.turn()
    assert (await house.states(*posts)).count(PostState.SENT) > sent


async def test_a_lane_looks_when_there_is_room_and_not_before(work_on_sqlite: SqlWork) -> None:
    """What was planned while it waited for room has its place among the rest, and does not wait for the pulse after."""
    house, _ = await busy_house(work_on_sqlite, Limits(a_minute=100_000, at_once=8, window=0))
    *planned_later, first = notes(house, channels=8, each=1)
    await house.add(first)
    lane = house.courier._lane(lane_of(CLINIC.workspace))
    slots = lane._parts.slots
    taken = await slots.several(8)
    turn = asyncio.create_task(lane.turn())
    await asyncio.sleep(0.05)
    await house.add(*planned_later)
    for _ in range(taken):
        slots.release()
    await turn
    assert set(await house.states(first, *planned_later)) == {PostState.SENT}
    assert slots._free == 8


async def test_a_lane_that_is_to_stop_while_it_waits_for_room_gives_it_back(work_on_sqlite: SqlWork) -> None:
    house, poster = await busy_house(work_on_sqlite, Limits(a_minute=100_000, at_once=8, window=0))
    await house.add(*notes(house, channels=3, each=1))
    lane = house.courier._lane(lane_of(CLINIC.workspace))
    slots = lane._parts.slots
    taken = await slots.several(8)
    turn = asyncio.create_task(lane.turn())
    await asyncio.sleep(0.05)
    lane.stop()
    for _ in range(taken):
        slots.release()
    await turn
    assert poster.attempts == []
    assert slots._free == 8


async def test_what_opens_in_the_middle_of_a_turn_is_not_left_for_the_next_pulse(
    work_on_sqlite: SqlWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was closed at a turn's first page is passed over by all its pages."""
    house, poster = await busy_house(work_on_sqlite, Limits(a_minute=60, at_once=1, window=0))
    posts = notes(house, channels=6, each=1)
    await house.add(*posts)
    lane = house.courier._lane(lane_of(CLINIC.workspace))
    await lane.turn()
    opens = lane.next_at()
    assert opens is not None
    other = next(f"T{n}" for n in range(10_000) if lane_of(f"T{n}") == lane_of(CLINIC.workspace))
    async with house.work.writing() as books:
        await books.clinics.save(replace(CLINIC, workspace=other))
        await books.commit()
    await house.add(*notes(house, channels=3, each=1, workspace=other))
    monkeypatch.setattr("scheduler.lane.PAGE", 1)
    poster.passes = lambda: house.clock.jump_to(max(house.clock(), opens) + SECOND / 100)
    await lane.turn()
    assert PostState.PENDING in await house.states(*posts)
    again = lane.next_at()
    assert again is not None
    assert again <= house.clock()


async def test_a_lane_that_waited_for_a_place_nobody_needs_any_more_waits_no_longer(work_on_sqlite: SqlWork) -> None:
    """All its posts are gone when the workspace opens again; the hour it waited for must not stay the next thing to do."""
    house, _ = await busy_house(work_on_sqlite, Limits(a_minute=60, at_once=8, window=0))
    posts = notes(house, channels=3, each=1)
    await house.add(*posts)
    await house.courier.tick()
    assert set(await house.states(*posts)) == {PostState.SENT}
    opens = house.courier.next_look()
    assert opens is not None
    house.clock.jump_to(opens + SECOND)
    await house.courier.tick()
    assert house.courier.next_look() is None
