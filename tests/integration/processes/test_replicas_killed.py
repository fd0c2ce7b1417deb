"""Several real processes on one Postgres: killed, or frozen for longer than their lanes are kept for them and woken again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot import database
from messages.marks import REPEAT
from tests.integration.processes.judging import faults_of
from tests.integration.processes.program import WAITS
from tests.integration.processes.street import POSTS_A_CLINIC, Street, street
from tests.postgres import Postgres
from tests.proof_table import Proof

LONGER = 2.0 * WAITS.stalled
A_BLINK = 0.005


@pytest.fixture
def fresh_urls(postgres: Postgres) -> Iterator[Iterator[str]]:
    """Postgres stores, as many as are asked for."""
    made: list[str] = []

    def urls() -> Iterator[str]:
        while True:
            made.append(postgres.fresh(postgres.template("main_store", database.upgrade)))
            yield made[-1]

    yield urls()
    for url in made:
        postgres.drop(url)


async def test_two_replicas_killed_a_few_times_send_everything_once(fresh_urls: Iterator[str], tmp_path: Path) -> None:
    chance = Random(3)
    async with street(next(fresh_urls), tmp_path, clinics=8, chance=chance) as one:
        await one.killed_until_done(chance, replicas=2)
        assert await faults_of(one, 8) == []
        assert one.marked() == 0
        assert one.kills > 0


async def frozen_while_sending(one: Street, chance: Random) -> int:
    """Freezes two of three owners until others have taken over, and wakes them; gives how many posts had no outcome then."""
    for _ in range(3):
        await one.processes.start()
    calls = chance.randint(5, 60)
    while len(one.slack.calls) < calls and not await one.done():  # noqa: ASYNC110 - another process calls it
        await asyncio.sleep(A_BLINK)
    asleep = chance.sample(one.processes.ids, 2)
    for pid in asleep:
        await one.processes.freeze(pid)
    on_the_wire = await one.in_state_sending()
    await asyncio.sleep(LONGER)
    for pid in asleep:
        await one.processes.wake(pid)
    await one.until_done()
    # What the woken still do shows after everything else is done.
    await asyncio.sleep(0.5)
    return on_the_wire


def more_than_once(one: Street) -> int:
    """How many stand there once more; none may stand there twice more."""
    copies = [len(standing) for standing in one.copies().values()]
    assert max(copies) <= 2
    return sum(count - 1 for count in copies)


async def test_owners_that_sleep_longer_than_their_lanes_are_kept_do_no_harm(
    fresh_urls: Iterator[str], tmp_path: Path
) -> None:
    async with street(next(fresh_urls), tmp_path, clinics=12, chance=Random(4)) as one:
        on_the_wire = await frozen_while_sending(one, Random(4))
        assert more_than_once(one) <= on_the_wire
        assert [fault for fault in await faults_of(one, 12) if "times" not in fault] == []


@pytest.mark.proof
async def test_two_hundred_kills_of_two_replicas(fresh_urls: Iterator[str], tmp_path: Path, proof: Proof) -> None:
    kills = posts = world = 0
    faults: list[str] = []
    while kills < 200:
        world += 1
        chance = Random(world)
        async with street(next(fresh_urls), tmp_path / f"{world}", clinics=40, chance=chance) as one:
            await one.killed_until_done(chance, replicas=2)
            faults += await faults_of(one, 40)
            faults += [text for text in (m.text for m in one.slack.world.messages) if REPEAT in text]
            kills, posts = kills + one.kills, posts + 40 * POSTS_A_CLINIC
    proof(f"of {posts:,} posts lost, doubled or marked in {kills} kills of two replicas on Postgres", len(faults), "0")
    assert faults == []


@pytest.mark.proof
async def test_owners_frozen_again_and_again(fresh_urls: Iterator[str], tmp_path: Path, proof: Proof) -> None:
    on_the_wire = twice = posts = 0
    faults: list[str] = []
    for world in range(5):
        async with street(next(fresh_urls), tmp_path / f"{world}", clinics=20, chance=Random(world)) as one:
            on_the_wire += await frozen_while_sending(one, Random(world))
            twice += more_than_once(one)
            posts += 20 * POSTS_A_CLINIC
            faults += [fault for fault in await faults_of(one, 20) if "times" not in fault]
    words = f"of {posts:,} posts, {on_the_wire} on the wire when two of three owners were frozen: once more"
    proof(words, twice, f"at most {on_the_wire}")
    proof("lost or out of order in these freezes", len(faults), "0")
    assert faults == []
    assert twice <= on_the_wire
