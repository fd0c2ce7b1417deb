"""Outcomes of many posts at once, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mat.delivery import PostState
from mat.ports import Work
from tests.contracts.test_work_schedules import AGENDA, occurrence_of, post_of
from tests.stores import MAPLE, NOW, keep


async def test_many_outcomes_are_stored_together_and_a_settled_post_stays(work: Work) -> None:
    await keep(work, MAPLE)
    occurrence = occurrence_of(AGENDA)
    planned = [post_of(occurrence, f"C{n}") for n in range(5)]
    async with work.writing() as books:
        assert await books.outbox.plan(occurrence, planned)
        await books.outbox.save(replace(planned[4], state=PostState.DEAD, error="channel_not_found"))
        await books.commit()
    sent = [
        replace(post, state=PostState.SENT, sent_channel=post.target, sent_ts=f"1.{n}", sent_at=NOW)
        for n, post in enumerate((*planned[:2], planned[4]))
    ]
    later = replace(
        planned[2], not_before=NOW + timedelta(hours=1), error="ratelimited", repeat=True, note="50 %, “so”"
    )
    dead = replace(planned[3], state=PostState.DEAD, error="is_archived", attempts=8)
    foreign = replace(planned[0], workspace="T2", state=PostState.DEAD)
    async with work.writing() as books:
        await books.outbox.settle([*sent, later, dead, foreign])
        await books.commit()
    async with work.reading() as books:
        found = [await books.outbox.get(post.id) for post in planned]
    assert found == [*sent[:2], later, dead, replace(planned[4], state=PostState.DEAD, error="channel_not_found")]
