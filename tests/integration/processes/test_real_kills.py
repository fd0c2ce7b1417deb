"""Real processes, killed with SIGKILL at any moment: nothing lost, nothing twice, at most one marked repeat without the history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from shutil import copy

import pytest

from tests.integration.processes.judging import faults_of
from tests.integration.processes.street import POSTS_A_CLINIC, street
from tests.proof_table import Proof


async def test_killed_a_few_times_everything_comes_once(sqlite_url: str, tmp_path: Path) -> None:
    chance = Random(1)
    async with street(sqlite_url, tmp_path, clinics=8, chance=chance) as one:
        await one.killed_until_done(chance, replicas=1)
        assert await faults_of(one, 8) == []
        assert one.marked() == 0
        assert one.kills > 0


async def test_without_the_history_what_comes_again_is_marked(sqlite_url: str, tmp_path: Path) -> None:
    chance = Random(2)
    async with street(sqlite_url, tmp_path, clinics=6, chance=chance, history=False) as one:
        await one.killed_until_done(chance, replicas=1)
        await one.until_done()
        assert await faults_of(one, 6) == []
        assert one.kills > 0


@pytest.fixture
def fresh_url(sqlite_template: Path, tmp_path: Path) -> Callable[[int], str]:
    """The URL of the SQLite store with a number."""
    return lambda number: f"sqlite:///{copy(sqlite_template, tmp_path / f'{number}.db')}"


@pytest.mark.proof
@pytest.mark.parametrize("history", [True, False], ids=["with the history", "without the history"])
async def test_two_hundred_kills_of_real_processes(
    fresh_url: Callable[[int], str], tmp_path: Path, proof: Proof, *, history: bool
) -> None:
    kills = posts = marked = world = 0
    faults: list[str] = []
    while kills < (200 if history else 20):
        world += 1
        chance = Random(world)
        async with street(fresh_url(world), tmp_path / f"{world}", clinics=30, chance=chance, history=history) as one:
            await one.killed_until_done(chance, replicas=1)
            faults += await faults_of(one, 30)
            kills, posts, marked = kills + one.kills, posts + 30 * POSTS_A_CLINIC, marked + one.marked()
    words = "with" if history else "without"
    proof(
        f"of {posts:,} posts lost or silently doubled in {kills} kills of real processes {words} the history",
        len(faults),
        "0",
    )
    proof(
        f"marked repeats in these kills {words} the history",
        marked,
        "0" if history else "one for each post on the wire",
    )
    assert faults == []
    assert not (history and marked)
