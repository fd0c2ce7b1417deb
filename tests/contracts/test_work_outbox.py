"""The outbox, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mat.delivery import Post, PostKind, PostState
from mat.ports import Work
from tests.contracts.test_work_schedules import AGENDA, DIGEST, LOCAL, occurrence_of, post_of
from tests.stores import BIRCH, MAPLE, NOW, keep

POST = post_of(occurrence_of(AGENDA))
NOTICE = Post("n1", "T1", "maple", PostKind.NOTICE, "", "U1", NOW, NOW, 3, note="The channel is archived. 🙂")


@pytest.fixture(autouse=True)
async def clinics(work: Work) -> None:
    await keep(work, MAPLE, BIRCH)


async def test_schedules_are_due_in_order_and_from_their_instant_on(work: Work) -> None:
    later = replace(AGENDA, id="d3", next_at=NOW + timedelta(minutes=1))
    earlier = replace(AGENDA, id="d4", clinic="birch", next_at=NOW - timedelta(minutes=1))
    async with work.writing() as books:
        for schedule in (AGENDA, DIGEST, later):
            await books.at(MAPLE).schedules.put(schedule)
        await books.at(BIRCH).schedules.put(earlier)
        await books.commit()
    async with work.writing() as books:
        assert await books.planning.due(NOW - timedelta(hours=1), 10, PostKind) == ()
        assert [one.schedule for one in await books.planning.due(NOW, 10, PostKind)] == [earlier, AGENDA]
        assert [one.schedule for one in await books.planning.due(NOW, 1, PostKind)] == [earlier]
        assert await books.outbox.next_due() == earlier.next_at


async def test_a_planned_schedule_moves_on_and_may_end(work: Work) -> None:
    async with work.writing() as books:
        assert await books.outbox.next_due() is None
        await books.at(MAPLE).schedules.put(AGENDA)
        moved = replace(AGENDA, next_local=LOCAL + timedelta(days=1), next_at=NOW + timedelta(days=1))
        await books.outbox.advance(replace(moved, rule="FREQ=YEARLY"))
        assert await books.at(MAPLE).schedules.all() == (moved,), "only its next turn changes"
        await books.outbox.advance(replace(moved, since=NOW))
        assert await books.at(MAPLE).schedules.all() == (replace(moved, since=NOW),)
        await books.outbox.advance(replace(moved, next_local=None, next_at=None))
        assert await books.outbox.next_due() is None
        await books.outbox.advance(replace(moved, clinic="birch"))
        assert await books.outbox.next_due() is None


async def test_an_occurrence_is_planned_once(work: Work) -> None:
    occurrence = occurrence_of(AGENDA)
    async with work.writing() as books:
        assert await books.outbox.plan(occurrence, [POST, replace(POST, id="p2", target="U2")])
        await books.commit()
    async with work.writing() as books:
        again = replace(occurrence, id="another id")
        assert not await books.outbox.plan(again, [replace(POST, id="p3", target="U3", occurrence="another id")])
        await books.commit()
    async with work.reading() as books:
        assert {post.id for post in await books.outbox.ready(NOW, 10)} == {POST.id, "p2"}


async def test_a_post_comes_back_as_it_was_saved(work: Work) -> None:
    sent = replace(
        POST,
        state=PostState.SENT,
        attempts=2,
        intent_at=NOW,
        repeat=True,
        error="ratelimited",
        sent_channel="C1",
        sent_ts="1700000000.000100",
        sent_at=NOW + timedelta(microseconds=1500),
        not_before=NOW + timedelta(seconds=30),
    )
    async with work.writing() as books:
        await books.outbox.add(NOTICE)
        assert await books.outbox.plan(occurrence_of(AGENDA), [POST])
        assert await books.outbox.get(POST.id) == POST
        assert await books.outbox.save(sent) is True
        assert await books.outbox.get(POST.id) == sent
        assert await books.outbox.get("n1") == NOTICE
        assert await books.outbox.get("n2") is None


async def test_saving_a_post_that_is_not_there_says_so(work: Work) -> None:
    async with work.writing() as books:
        await books.outbox.add(NOTICE)
        assert await books.outbox.save(POST) is False
        assert await books.outbox.save(replace(NOTICE, workspace="T2", state=PostState.SENT)) is False
        assert await books.outbox.save(replace(NOTICE, clinic="birch", state=PostState.SENT)) is False
        assert await books.outbox.get("n1") == NOTICE


async def test_posts_without_an_occurrence_may_repeat_a_target(work: Work) -> None:
    async with work.writing() as books:
        await books.outbox.add(NOTICE)
        await books.outbox.add(replace(NOTICE, id="n2"))
        assert [post.id for post in await books.outbox.ready(NOW, 10)] == ["n1", "n2"]


async def test_ready_is_what_waits_and_whose_time_has_come_oldest_due_first(work: Work) -> None:
    async with work.writing() as books:
        for number, (due, not_before, state) in enumerate(
            [
                (0, 0, PostState.PENDING),
                (-5, 0, PostState.PENDING),
                (-9, 1, PostState.PENDING),
                (-9, 0, PostState.SENDING),
                (-9, 0, PostState.DROPPED),
            ]
        ):
            at = NOW + timedelta(minutes=due)
            wait = NOW + timedelta(minutes=not_before)
            await books.outbox.add(replace(NOTICE, id=f"n{number}", due_at=at, not_before=wait, state=state))
        assert [post.id for post in await books.outbox.ready(NOW, 10)] == ["n1", "n0"]
        assert [post.id for post in await books.outbox.ready(NOW, 1)] == ["n1"]
        assert [post.id for post in await books.outbox.ready(NOW + timedelta(minutes=1), 10)] == ["n2", "n1", "n0"]


async def test_in_doubt_and_troubled_are_found_by_state(work: Work) -> None:
    async with work.writing() as books:
        for minute, state in enumerate(PostState):
            at = NOW + timedelta(minutes=minute)
            await books.outbox.add(replace(NOTICE, id=state.value, state=state, due_at=at, intent_at=at))
        await books.outbox.add(replace(NOTICE, id="earlier", state=PostState.SENDING, intent_at=NOW))
        assert [post.id for post in await books.outbox.in_doubt()] == ["earlier", "sending"]
        assert [post.id for post in await books.outbox.troubled()] == ["dead", "unknown"]


async def test_the_post_for_an_occurrence_is_the_planned_one_that_was_sent(work: Work) -> None:
    sent = replace(POST, state=PostState.SENT, sent_at=NOW)
    extra = replace(sent, id="x1", occurrence="", extra=True, sent_at=NOW - timedelta(minutes=5))
    async with work.writing() as books:
        find = books.outbox.sent_for
        assert await books.outbox.plan(occurrence_of(AGENDA), [POST])
        await books.outbox.add(extra)
        assert await find(POST.kind, "s1", LOCAL, MAPLE) is None
        await books.outbox.save(sent)
        assert await find(POST.kind, "s1", LOCAL, MAPLE) == sent
        assert await find(POST.kind, "s1", LOCAL, BIRCH) is None
        assert await find(POST.kind, "s2", LOCAL, MAPLE) is None
        assert await find(POST.kind, "s1", LOCAL + timedelta(days=1), MAPLE) is None
        assert await find(PostKind.HUDDLE_CHECK, "s1", LOCAL, MAPLE) is None


async def test_the_last_sent_of_a_kind_that_was_due_before(work: Work) -> None:
    sent = [
        replace(NOTICE, id=f"d{day}", kind=PostKind.DIGEST, state=PostState.SENT, due_at=NOW + timedelta(days=day))
        for day in (2, 1, 3)
    ]
    async with work.writing() as books:
        last_sent = books.outbox.last_sent
        late = NOW + timedelta(days=30)
        assert await last_sent(MAPLE, PostKind.DIGEST, before=late) is None
        for post in sent:
            await books.outbox.add(post)
        await books.outbox.add(replace(sent[2], id="x", extra=True, due_at=NOW + timedelta(days=9)))
        await books.outbox.add(replace(sent[2], id="waiting", state=PostState.PENDING, due_at=NOW + timedelta(days=8)))
        assert await last_sent(MAPLE, PostKind.DIGEST, before=late) == sent[2]
        assert await last_sent(MAPLE, PostKind.DIGEST, before=sent[2].due_at) == sent[0], "not the one itself"
        assert await last_sent(BIRCH, PostKind.DIGEST, before=late) is None
        assert await last_sent(MAPLE, PostKind.NOTICE, before=late) is None


async def test_workspaces_where_posts_wait_after_an_error_are_named_and_may_be_left_out(work: Work) -> None:
    revoked = replace(NOTICE, id="n2", workspace="T2", error="token_revoked")
    await keep(work, replace(MAPLE, workspace="T2"))
    async with work.writing() as books:
        for post in (NOTICE, revoked, replace(revoked, id="n3"), replace(NOTICE, id="n4", error="ratelimited")):
            await books.outbox.add(post)
        await books.outbox.add(replace(revoked, id="n5", workspace="T3", state=PostState.DEAD))
        await books.commit()
    async with work.reading() as books:
        assert await books.outbox.waiting_after({"token_revoked", "invalid_auth"}) == {"T2"}
        assert await books.outbox.waiting_after({"token_revoked", "ratelimited"}) == {"T1", "T2"}
        assert await books.outbox.waiting_after(()) == frozenset()
        assert {post.id for post in await books.outbox.ready(NOW, 9)} == {"n1", "n2", "n3", "n4"}
        assert {post.id for post in await books.outbox.ready(NOW, 9, without={"T2"})} == {"n1", "n4"}
