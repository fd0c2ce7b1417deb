"""What Slack sent is noted with what it did: in the same unit of work, by workspace, on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from mat.ports import Work

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


async def done(work: Work, workspace: str, what: str, *, commit: bool = True) -> bool:
    async with work.writing() as books:
        first = await books.handled.first(workspace, what, NOON)
        if commit:
            await books.commit()
    return first


async def test_a_thing_is_first_once(work: Work) -> None:
    assert [await done(work, "T1", "one") for _ in range(4)] == [True, False, False, False]
    assert await done(work, "T1", "two")


async def test_what_was_not_committed_was_not_done(work: Work) -> None:
    assert await done(work, "T1", "one", commit=False)
    assert await done(work, "T1", "one")


async def test_another_workspaces_things_are_others(work: Work) -> None:
    assert await done(work, "T1", "one")
    assert await done(work, "T2", "one")


async def test_of_several_at_once_one_is_first(work: Work) -> None:
    found = await asyncio.gather(*(done(work, "T1", "one") for _ in range(8)))
    assert sorted(found) == [False] * 7 + [True]


async def test_old_things_are_forgotten(work: Work) -> None:
    await done(work, "T1", "one")
    async with work.reading() as books:
        assert not await books.handled.stale(NOON)
        assert await books.handled.stale(NOON + timedelta(seconds=1))
    async with work.writing() as books:
        await books.handled.forget(NOON + timedelta(seconds=1))
        await books.commit()
    assert await done(work, "T1", "one")
