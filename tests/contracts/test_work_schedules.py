"""The book of schedules, on every store: what a change takes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mat.clinic import Clinic
from mat.delivery import Occurrence, OccurrenceState, Post, PostKind, PostState, Schedule
from mat.ports import Books, Work
from tests.stores import BIRCH, MAPLE, NOW, keep

LOCAL = datetime(2027, 3, 1, 8, 15)
AGENDA = Schedule(
    id="d1",
    workspace="T1",
    clinic="maple",
    kind=PostKind.HUDDLE_AGENDA,
    subject="s1",
    rule="FREQ=DAILY",
    local_start=datetime(2027, 1, 4, 8, 15),
    zone="America/Chicago",
    shift_minutes=-10,
    next_local=LOCAL,
    next_at=NOW,
)
DIGEST = replace(AGENDA, id="d2", kind=PostKind.DIGEST, subject="", next_local=None, next_at=None)


def occurrence_of(schedule: Schedule, number: int = 0) -> Occurrence:
    at = timedelta(days=number)
    return Occurrence(
        f"{schedule.id}-o{number}",
        schedule.workspace,
        schedule.clinic,
        schedule.id,
        schedule.kind,
        schedule.subject,
        LOCAL + at,
        NOW + at,
    )


def post_of(occurrence: Occurrence, target: str = "C1") -> Post:
    return Post(
        id=f"{occurrence.id}-{target}",
        workspace=occurrence.workspace,
        clinic=occurrence.clinic,
        kind=occurrence.kind,
        subject=occurrence.subject,
        target=target,
        due_at=occurrence.due_at,
        not_before=occurrence.due_at,
        lane=7,
        occurrence=occurrence.id,
        local_at=occurrence.local_at,
    )


async def _plan(books: Books, schedule: Schedule, number: int = 0, *targets: str) -> tuple[Post, ...]:
    occurrence = occurrence_of(schedule, number)
    posts = tuple(post_of(occurrence, target) for target in targets or ("C1",))
    assert await books.outbox.plan(occurrence, posts)
    return posts


@pytest.fixture
async def planned(work: Work) -> tuple[Post, ...]:
    """Two clinics; the agenda of the first is planned for one day."""
    await keep(work, MAPLE, BIRCH)
    async with work.writing() as books:
        await books.at(MAPLE).schedules.put(AGENDA)
        await books.at(MAPLE).schedules.put(DIGEST)
        posts = await _plan(books, AGENDA)
        await books.commit()
    return posts


async def test_schedules_come_back_as_they_were_put(work: Work, planned: tuple[Post, ...]) -> None:
    moved = replace(AGENDA, rule="FREQ=WEEKLY;BYDAY=MO", shift_minutes=-30, next_at=NOW + timedelta(days=3))
    async with work.writing() as books:
        assert await books.at(MAPLE).schedules.all() == (DIGEST, AGENDA)
        await books.at(MAPLE).schedules.put(moved)
        assert await books.at(MAPLE).schedules.all() == (DIGEST, moved)
        assert await books.at(BIRCH).schedules.all() == ()


async def test_a_schedule_of_another_clinic_is_refused(work: Work, planned: tuple[Post, ...]) -> None:
    async with work.writing() as books:
        with pytest.raises(ValueError, match="another clinic"):
            await books.at(BIRCH).schedules.put(AGENDA)


@pytest.mark.parametrize("how", ["put", "remove"])
async def test_what_was_planned_and_not_tried_is_taken_back(work: Work, planned: tuple[Post, ...], how: str) -> None:
    async with work.writing() as books:
        await _plan(books, DIGEST, 0, "U1")
        await _stop(books, how)
        await books.commit()
    async with work.writing() as books:
        assert await books.outbox.get(planned[0].id) is None
        assert [p.id for p in await books.outbox.ready(NOW, 9)] == ["d2-o0-U1"], "others' posts stay"
        assert await books.outbox.save(planned[0]) is False
        assert await books.outbox.plan(occurrence_of(AGENDA), ()), "its occurrence is gone too and may be planned anew"


@pytest.mark.parametrize("how", ["put", "remove"])
@pytest.mark.parametrize(
    "tried",
    [
        {"state": PostState.SENDING, "intent_at": NOW},
        {"state": PostState.SENT, "attempts": 1},
        {"state": PostState.UNKNOWN, "attempts": 1},
        {"state": PostState.DEAD, "attempts": 8},
        {"state": PostState.PENDING, "attempts": 1},
        {"state": PostState.PENDING, "intent_at": NOW},
    ],
)
async def test_what_was_tried_stays(work: Work, planned: tuple[Post, ...], how: str, tried: dict[str, object]) -> None:
    kept = replace(planned[0], **tried)  # type: ignore[arg-type]
    async with work.writing() as books:
        assert await books.outbox.save(kept) is True
        await _stop(books, how)
        await books.commit()
    async with work.writing() as books:
        assert await books.outbox.get(kept.id) == kept
        assert not await books.outbox.plan(occurrence_of(AGENDA), ()), "never planned twice"


async def test_of_an_occurrence_half_sent_only_the_waiting_posts_are_taken_back(work: Work) -> None:
    await keep(work, MAPLE)
    async with work.writing() as books:
        await books.at(MAPLE).schedules.put(AGENDA)
        first, second = await _plan(books, AGENDA, 0, "U1", "U2")
        await books.outbox.save(replace(first, state=PostState.SENT, attempts=1))
        await books.at(MAPLE).schedules.put(AGENDA)
        assert await books.outbox.get(first.id) is not None
        assert await books.outbox.get(second.id) is None
        assert not await books.outbox.plan(occurrence_of(AGENDA), ())


async def test_an_occurrence_that_was_skipped_stays_skipped(work: Work, planned: tuple[Post, ...]) -> None:
    skipped = replace(occurrence_of(AGENDA, 1), state=OccurrenceState.SKIPPED, reason="not today")
    async with work.writing() as books:
        assert await books.outbox.plan(skipped, ())
        await books.at(MAPLE).schedules.put(AGENDA)
        assert not await books.outbox.plan(occurrence_of(AGENDA, 1), ())


async def test_removing_takes_only_what_is_about_that_subject(work: Work, planned: tuple[Post, ...]) -> None:
    second = replace(AGENDA, id="d3", subject="s2")
    of_birch = replace(AGENDA, id="d4", clinic="birch")
    async with work.writing() as books:
        await books.at(MAPLE).schedules.put(second)
        await books.at(BIRCH).schedules.put(of_birch)
        await books.at(MAPLE).schedules.remove(PostKind.HUDDLE_AGENDA, "s1")
        await books.at(MAPLE).schedules.remove(PostKind.NOTICE, "")
        assert await books.at(MAPLE).schedules.all() == (DIGEST, second)
        assert await books.at(BIRCH).schedules.all() == (of_birch,)


async def test_a_change_that_is_not_committed_takes_nothing_back(work: Work, planned: tuple[Post, ...]) -> None:
    async with work.writing() as books:
        await books.at(MAPLE).schedules.remove(PostKind.HUDDLE_AGENDA, "s1")
    async with work.reading() as books:
        assert await books.outbox.get(planned[0].id) == planned[0]
        assert await books.at(MAPLE).schedules.all() == (DIGEST, AGENDA)


async def _stop(books: Books, how: str, clinic: Clinic = MAPLE) -> None:
    if how == "put":
        await books.at(clinic).schedules.put(replace(AGENDA, shift_minutes=-30))
    else:
        await books.at(clinic).schedules.remove(AGENDA.kind, AGENDA.subject)
