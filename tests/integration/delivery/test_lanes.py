"""Many channels at once: each in its order, each workspace at its pace, and never more on the wire than allowed."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

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
    """Gives others a turn while a post is on the wire; `most`: how many were at once."""

    now: int = 0
    most: int = 0

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        self.now += 1
        self.most = max(self.most, self.now)
        for _ in range(5):
            await asyncio.sleep(0)
        self.now -= 1
        return await super().post(target, message, key=key, name=name, thread_ts=thread_ts)


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
