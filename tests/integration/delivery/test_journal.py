"""Many in one commit: one entry that cannot be written fails alone, and a store that is away fails all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from mat.delivery import Post, PostState
from mat.errors import StoreIsBusy
from mat.ports import Books, Posted, Work
from scheduler import journal as journal_module
from scheduler.journal import Journal
from scheduler.outcomes import dropped, sent
from scheduler.settling import Settling
from scheduler.telling import Teller
from tests.fakes.broken_work import BusyWork
from tests.integration.delivery.house import SUNDAY, House
from tests.logged import logged


class Spoiled:
    """Books, or an outbox, in which settling some posts is a mistake of ours."""

    def __init__(self, inner: Any, spoils: Callable[[Post], bool]) -> None:
        self._inner = inner
        self._spoils = spoils

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return Spoiled(found, self._spoils) if name == "outbox" else found

    async def settle(self, posts: Sequence[Post]) -> None:
        if any(self._spoils(post) for post in posts):
            raise KeyError("a mistake")
        await self._inner.settle(posts)


@dataclass
class Counting:
    """`mat.ports.Work` that counts its writing units; `spoils`: posts that cannot be settled."""

    inner: Work
    spoils: Callable[[Post], bool] = lambda _post: False
    units: int = 0

    def reading(self) -> Any:
        return self.inner.reading()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        self.units += 1
        async with self.inner.writing() as books:
            yield Spoiled(books, self.spoils)  # type: ignore[misc]  # it answers to every name of the protocol


def journal_of(house: House, work: Work, window: float = 0) -> Journal:
    return Journal(work, Teller(house.ids), clock=house.clock, window=window)


@pytest.fixture
async def posts(house: House) -> list[Post]:
    await house.furnish()
    made = [house.note(f"C{number}") for number in range(6)]
    await house.add(*made)
    return made


async def test_what_comes_together_is_committed_together(house: House, posts: list[Post]) -> None:
    work = Counting(house.work)
    journal = journal_of(house, work, window=0.001)
    granted = await asyncio.gather(*(journal.intend([post]) for post in posts))
    assert work.units == 1
    assert [one.id for (one,) in granted] == [post.id for post in posts]
    assert {(one.state, one.attempts, one.intent_at) for (one,) in granted} == {(PostState.SENDING, 1, SUNDAY)}
    assert await journal.intend(posts) == [], "nothing is granted twice"


async def test_an_intent_for_what_was_taken_back_is_not_granted(house: House, posts: list[Post]) -> None:
    gone = replace(posts[0], id="taken back")
    assert [one.id for one in await journal_of(house, house.work).intend([gone, posts[1]])] == [posts[1].id]


async def test_one_that_cannot_be_written_fails_alone(house: House, posts: list[Post]) -> None:
    work = Counting(house.work, spoils=lambda post: post.id == posts[2].id)
    journal = journal_of(house, work, window=0.001)
    ended = await asyncio.gather(*(journal.settle(dropped(post, "x")) for post in posts), return_exceptions=True)
    assert [type(one) for one in ended] == [type(None), type(None), KeyError, *[type(None)] * 3]
    states = await house.states(*posts)
    assert [state is PostState.DROPPED for state in states] == [True, True, False, True, True, True]


async def test_a_store_that_is_busy_fails_all_and_outcomes_are_kept(house: House, posts: list[Post]) -> None:
    work = BusyWork(house.work, first=1, times=1)
    journal = journal_of(house, work, window=0.001)
    settling = Settling(journal, None)
    outcomes = [sent(post, Posted("C1", "1.0"), house.clock()) for post in posts]
    ended = await asyncio.gather(*(settling.settle(outcome) for outcome in outcomes), return_exceptions=True)
    assert {type(one) for one in ended} == {StoreIsBusy}
    assert settling.unstored == {post.id for post in posts}
    await settling.again()
    assert settling.unstored == frozenset()
    assert set(await house.states(*posts)) == {PostState.SENT}


async def test_outcomes_of_one_commit_that_are_alike_are_one_line_with_every_id(
    house: House, posts: list[Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "IN_A_LINE", 3)
    journal = journal_of(house, Counting(house.work, spoils=lambda post: post.id == posts[4].id), window=0.001)
    ended = [*(sent(post, Posted("C1", "1.0"), house.clock()) for post in posts[:5]), dropped(posts[5], "x")]
    with logged("INFO") as log:
        await journal.intend(posts)
        await asyncio.gather(*map(journal.settle, ended), return_exceptions=True)
    lines = [json.loads(line) for line in log.lines.splitlines()]
    told = [(line["state"], line["code"], line["count"], line["post"].split()) for line in lines]
    assert {line["event"] for line in lines} == {"outcome"}
    assert {line["kind"] for line in lines} == {posts[0].kind.value}
    assert sorted((state, code, id_) for state, code, _, ids in told for id_ in ids) == sorted(
        (one.state.value, one.error, one.id) for one in ended if one.id != posts[4].id
    ), "what could not be stored is not told"
    assert all(count == len(ids) <= 3 for _, _, count, ids in told)


async def test_what_is_alike_and_committed_together_shares_a_line(house: House, posts: list[Post]) -> None:
    journal = journal_of(house, house.work, window=0.001)
    with logged("INFO") as log:
        await asyncio.gather(*(journal.settle(sent(post, Posted("C1", "1.0"), house.clock())) for post in posts))
    [line] = [json.loads(line) for line in log.lines.splitlines()]
    assert (line["count"], line["post"].split()) == (len(posts), [post.id for post in posts])
