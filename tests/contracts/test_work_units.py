"""Units of work, on every store: nothing without a commit, nothing lost between writers."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from mat.delivery import PostKind, Schedule
from mat.errors import StoreIsReadOnly
from mat.plan import MilestoneRow
from mat.ports import Books, Work
from tests.contracts.test_work_schedules import AGENDA, occurrence_of, post_of
from tests.stores import BIRCH, MAPLE, NOW, keep, open_work

WRITERS = 24


async def test_leaving_without_a_commit_changes_nothing(work: Work) -> None:
    async with work.writing() as books:
        await books.clinics.save(MAPLE)
        assert await books.clinics.get("T1", "maple") == MAPLE, "the unit itself sees it"
    async with work.reading() as books:
        assert await books.clinics.all() == ()


async def test_an_exception_changes_nothing_and_comes_out_as_it_is(work: Work) -> None:
    async def stumble(books: Books) -> None:
        await books.clinics.save(MAPLE)
        raise LookupError("on the way")

    with pytest.raises(LookupError, match="on the way"):
        async with work.writing() as books:
            await stumble(books)
    async with work.reading() as books:
        assert await books.clinics.all() == ()


async def test_a_unit_cancelled_half_way_changes_nothing_and_blocks_nobody(work: Work) -> None:
    saved = asyncio.Event()

    async def hang() -> None:
        async with work.writing() as books:
            await books.clinics.save(MAPLE)
            saved.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await saved.wait()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    await keep(work, BIRCH)
    async with work.reading() as books:
        assert await books.clinics.all() == (BIRCH,)


async def test_only_what_came_before_the_last_commit_is_kept(work: Work) -> None:
    async with work.writing() as books:
        await books.clinics.save(MAPLE)
        await books.commit()
        await books.clinics.save(BIRCH)
        await books.commit()
        await books.clinics.save(replace(MAPLE, name="Not kept"))
    async with work.reading() as books:
        assert await books.clinics.all() == (BIRCH, MAPLE)


async def test_a_reader_sees_what_is_committed_while_a_writer_is_at_work(work: Work) -> None:
    await keep(work, MAPLE)
    async with work.writing() as writing:
        await writing.clinics.save(replace(MAPLE, name="Not yet"))
        async with work.reading() as reading:
            assert await reading.clinics.get("T1", "maple") == MAPLE


async def test_a_reading_unit_cannot_write(work: Work) -> None:
    with pytest.raises(StoreIsReadOnly):
        async with work.reading() as books:
            await books.clinics.save(MAPLE)
    async with work.reading() as books:
        assert await books.clinics.all() == ()


async def test_writers_that_read_first_lose_nothing(main_url: str) -> None:
    """Two bots' worth of tasks count up one milestone's note and one clinic's name."""
    async with open_work(main_url, busy_ms=30_000) as one, open_work(main_url, busy_ms=30_000) as other:
        await keep(one, replace(MAPLE, name="0"))

        async def count_up(work: Work) -> None:
            async with work.writing() as books:
                row = await books.at(MAPLE).milestones.row("policies")
                await asyncio.sleep(0)
                await books.at(MAPLE).milestones.save(replace(row, note=f"{int(row.note or 0) + 1}"))
                clinic = await books.clinics.get("T1", "maple")
                assert clinic is not None
                await books.clinics.save(replace(clinic, name=f"{int(clinic.name) + 1}"))
                await books.commit()

        async def rename(work: Work) -> None:
            async with work.writing() as books:
                clinic = await books.clinics.at_channel("T1", "C1")
                assert clinic is not None
                await asyncio.sleep(0)
                await books.clinics.save(replace(clinic, name=f"{int(clinic.name) + 1}"))
                await books.commit()

        await asyncio.gather(
            *(job(work) for _ in range(WRITERS // 4) for work in (one, other) for job in (count_up, rename))
        )
        async with one.reading() as books:
            assert await books.at(MAPLE).milestones.row("policies") == MilestoneRow("policies", note=f"{WRITERS // 2}")
            assert (await books.clinics.all())[0].name == f"{WRITERS}"


async def test_two_planners_at_once_plan_an_occurrence_once(main_url: str) -> None:
    async with open_work(main_url, busy_ms=30_000) as one, open_work(main_url, busy_ms=30_000) as other:
        await keep(one, MAPLE)
        async with one.writing() as books:
            await books.at(MAPLE).schedules.put(AGENDA)
            await books.commit()

        async def plan(work: Work, number: int) -> bool:
            occurrence = replace(occurrence_of(AGENDA), id=f"o{number}")
            async with work.writing() as books:
                planned = await books.outbox.plan(occurrence, [replace(post_of(occurrence), id=f"p{number}")])
                await asyncio.sleep(0)
                await books.commit()
                return planned

        planned = await asyncio.gather(*(plan(work, n) for n, work in enumerate((one, other) * 6)))
        assert sorted(planned) == [False] * 11 + [True]
        async with one.reading() as books:
            assert len(await books.outbox.ready(NOW, 99)) == 1


async def test_a_schedule_changed_while_it_is_planned_loses_neither_the_change_nor_a_post(main_url: str) -> None:
    """Whoever comes second sees what the first has done: the new rule stands, and no post of the old one waits."""
    changed = replace(AGENDA, rule="FREQ=WEEKLY;BYDAY=MO", next_at=NOW.replace(year=2028))
    async with open_work(main_url, busy_ms=30_000) as one, open_work(main_url, busy_ms=30_000) as other:
        await keep(one, MAPLE)
        for turn in range(4):
            async with one.writing() as books:
                await books.at(MAPLE).schedules.put(AGENDA)
                await books.commit()
            jobs = [_plan_due(one, turn), _put(other, changed)]
            await asyncio.gather(*(jobs if turn % 2 else reversed(jobs)))
            async with one.reading() as books:
                assert await books.at(MAPLE).schedules.all() == (changed,)
                assert await books.outbox.ready(NOW, 9) == ()


async def test_planning_and_changing_the_same_clinic_never_block_each_other(main_url: str) -> None:
    async def plan(work: Work) -> None:
        async with work.writing() as books:
            for _ in await books.planning.due(NOW, 9, PostKind):
                await asyncio.sleep(0.02)
                await books.at(MAPLE).milestones.row("policies")
            await books.commit()

    async def change(work: Work) -> None:
        async with work.writing() as books:
            await books.at(MAPLE).milestones.row("policies")
            await asyncio.sleep(0.02)
            await books.at(MAPLE).schedules.put(AGENDA)
            await books.commit()

    async with open_work(main_url) as one, open_work(main_url) as other:
        await keep(one, MAPLE)
        await _put(one, AGENDA)
        for _ in range(3):
            await asyncio.gather(plan(one), change(other))
            await asyncio.gather(change(other), plan(one))


async def _plan_due(work: Work, turn: int) -> None:
    async with work.writing() as books:
        for schedule in [one.schedule for one in await books.planning.due(NOW, 9, PostKind)]:
            occurrence = replace(occurrence_of(schedule), id=f"o{turn}")
            await asyncio.sleep(0)
            await books.outbox.plan(occurrence, [replace(post_of(occurrence), id=f"p{turn}")])
            await books.outbox.advance(replace(schedule, next_at=NOW.replace(year=2029)))
        await books.commit()


async def _put(work: Work, schedule: Schedule) -> None:
    async with work.writing() as books:
        await books.at(MAPLE).schedules.put(schedule)
        await books.commit()
