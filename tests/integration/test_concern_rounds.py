"""Concerns and the clock: the daily batch, what is asked for at once, and upkeep that comes whether or not something was written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mat.clinic import Duty
from mat.concerns import ClinicKey, Draft, Release
from mat.delivery import Post, PostKind
from mat.playbook import load_playbook
from mat.ports import Work
from scheduler.composing import Occasion
from scheduler.concern_rounds import ConcernRounds
from scheduler.jobs.concerns import ConcernBatchComposer
from store.concerns.box import ConcernStore
from store.work import SqlWork
from tests.concern_store import open_box
from tests.fakes.clock import HandClock
from tests.stores import MAPLE

KEY = ClinicKey(MAPLE.workspace, MAPLE.id)
READERS = ("U0READER1", "U0READER2")


class Numbers:
    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> str:
        self.last += 1
        return f"{self.last:032x}"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def box(tmp_path: Path, clock: HandClock) -> AsyncIterator[ConcernStore]:
    async with open_box(tmp_path, now=clock.now) as opened:
        yield opened


@pytest.fixture
async def work(work_on_sqlite: SqlWork) -> SqlWork:
    async with work_on_sqlite.writing() as books:
        await books.clinics.save(MAPLE)
        await books.at(MAPLE).roster.set_duty(Duty.READS_CONCERNS, READERS)
        await books.commit()
    return work_on_sqlite


async def waiting(work: Work, now: datetime) -> list[Post]:
    async with work.reading() as books:
        return [p for p in await books.outbox.ready(now, 100) if p.kind is PostKind.CONCERN_NOW]


async def test_asked_at_once_tells_each_reader_once_and_releases(
    work: SqlWork, box: ConcernStore, clock: HandClock
) -> None:
    await box.raise_concern(Draft("workflow", "Phones ring all day", Release.NOW), KEY, clock.now)
    await box.raise_concern(Draft("workflow", "This one waits", Release.NEXT_BATCH), KEY, clock.now)
    rounds = ConcernRounds(work, box, clock=clock, new_id=Numbers())
    for _ in range(3):
        await rounds.tick()
        clock.jump_to(clock.now + timedelta(seconds=30))
    assert sorted(p.target for p in await waiting(work, clock.now)) == sorted(READERS)
    assert len((await box.listed(KEY)).concerns) == 1, "only the one that asked"


async def test_with_nothing_asked_nothing_is_written(work: SqlWork, box: ConcernStore, clock: HandClock) -> None:
    await box.raise_concern(Draft("workflow", "This one waits", Release.NEXT_BATCH), KEY, clock.now)
    await ConcernRounds(work, box, clock=clock, new_id=Numbers()).tick()
    assert not await waiting(work, clock.now)
    assert not (await box.listed(KEY)).concerns


class Kept(ConcernStore):
    """Counts upkeep."""

    times: list[datetime]

    async def keep(self, now: datetime) -> None:
        self.times.append(now)


async def test_upkeep_comes_every_five_minutes_on_the_clock_alone(work: SqlWork, box: Any, clock: HandClock) -> None:
    box.__class__, box.times = Kept, []
    rounds = ConcernRounds(work, box, clock=clock, new_id=Numbers())
    start = clock.now
    for second in range(0, 660, 10):
        clock.jump_to(start + timedelta(seconds=second))
        await rounds.tick()
    assert [(t - start).total_seconds() for t in box.times] == [0, 300, 600]
    clock.jump_to(start - timedelta(hours=1))
    await rounds.tick()
    assert len(box.times) == 4, "a clock set back does not stop it"


async def _occasion(work: SqlWork, clock: HandClock, books: Any, **changed: Any) -> Occasion:
    post = Post("p1", MAPLE.workspace, MAPLE.id, PostKind.CONCERN_BATCH, "", READERS[0], clock.now, clock.now, 0)
    extra = changed.pop("extra", False)
    return Occasion(books, books.at(MAPLE), MAPLE, replace(post, extra=extra), load_playbook(), clock.now, **changed)


async def test_the_batch_is_released_when_its_notice_is_written(
    work: SqlWork, box: ConcernStore, clock: HandClock
) -> None:
    await box.raise_concern(Draft("workflow", "Phones ring all day"), KEY, clock.now)
    compose = ConcernBatchComposer(box)
    async with work.reading() as books:
        for look in ({"rehearsal": True}, {"extra": True}):
            await compose(await _occasion(work, clock, books, **look))
            assert not (await box.listed(KEY)).concerns, "a look ahead or a copy by hand releases nothing"
        first = await compose(await _occasion(work, clock, books))
        assert len((await box.listed(KEY)).concerns) == 1
        second_reader = await compose(await _occasion(work, clock, books))
    assert first == second_reader, "the same bytes for one, many or none"
