"""The posts of one lane, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mat.delivery import AT_ONCE, Post, PostKind, PostState
from mat.ports import Work
from tests.stores import MAPLE, NOW, keep

SECOND = timedelta(seconds=1)


def note(id_: str, *, lane: int = 3, workspace: str = "T1", due: int = 0, **fields: object) -> Post:
    at = NOW + due * SECOND
    post = Post(id_, workspace, "maple", PostKind.NOTICE, "", f"C{id_}", at, NOW, lane, note=id_, turn_at=at)
    return replace(post, **fields)  # type: ignore[arg-type]


async def add(work: Work, *posts: Post) -> None:
    async with work.writing() as books:
        for post in posts:
            await books.outbox.add(post)
        await books.commit()


@pytest.fixture(autouse=True)
async def clinics(work: Work) -> None:
    await keep(work, MAPLE)


async def ids_of(work: Work, *, after: Post | None = None, without: tuple[str, ...] = (), limit: int = 9) -> list[str]:
    async with work.reading() as books:
        return [post.id for post in await books.outbox.ready_in(3, NOW, limit, after=after, without=without)]


async def test_a_lane_gives_what_may_go_in_order_and_page_by_page(work: Work) -> None:
    first, second, third = note("b", due=-2), note("a", due=-1), note("c", due=-1)
    held = note("held", workspace="T2", due=-3)
    await add(work, third, second, first, held, note("later", not_before=NOW + SECOND), note("other", lane=4))
    assert await ids_of(work) == ["held", "b", "a", "c"]
    assert await ids_of(work, limit=2) == ["held", "b"]
    assert await ids_of(work, after=first) == ["a", "c"]
    assert await ids_of(work, after=second) == ["c"]
    assert await ids_of(work, without=("T2", "T9")) == ["b", "a", "c"]
    assert await ids_of(work, after=third, without=("T2",)) == []


async def test_what_is_more_urgent_goes_first_and_takes_along_what_is_due_before_it_in_its_channel(work: Work) -> None:
    reminder = note("a", due=-9, target="C1", turn_at=NOW + 9 * SECOND)
    agenda = note("b", due=-1, target="C1", turn_at=NOW - 9 * SECOND)
    digest = note("c", due=-5, target="U1", turn_at=NOW + SECOND)
    by_hand = note("d", due=0, target="U2", turn_at=AT_ONCE)
    await add(work, reminder, agenda, digest, by_hand)
    assert await ids_of(work) == ["d", "a", "b", "c"]
    assert await ids_of(work, limit=2) == ["d", "a", "b"], "a page holds what stands before its posts in their channels"
    assert await ids_of(work, after=agenda) == ["c", "a"]
    assert await ids_of(work, after=by_hand, limit=1) == ["a", "b"]
    other = note("e", due=-9, target="C1", workspace="T2", turn_at=NOW + 99 * SECOND)
    await add(work, other)
    assert await ids_of(work, limit=2) == ["d", "a", "b"], "the same id in another workspace is another channel"


async def test_lanes_with_work_hold_what_may_go_or_had_its_answer_lost(work: Work) -> None:
    await add(
        work,
        note("a", lane=9),
        note("b", lane=9),
        note("c", lane=1, state=PostState.SENDING),
        note("d", lane=2, not_before=NOW + SECOND),
        note("e", lane=5, state=PostState.SENT),
    )
    async with work.reading() as books:
        assert await books.outbox.lanes_with_work(NOW) == (1, 9)
        assert await books.outbox.lanes_with_work(NOW + SECOND) == (1, 2, 9)


async def test_what_is_in_doubt_and_what_was_put_off_is_found_by_lane(work: Work) -> None:
    doubtful = note("a", state=PostState.SENDING, intent_at=NOW)
    off = note("b", not_before=NOW + SECOND, error="ratelimited")
    await add(work, doubtful, off, replace(doubtful, id="c", lane=4), note("d", not_before=NOW + SECOND), note("e"))
    async with work.reading() as books:
        assert await books.outbox.in_doubt(3) == (doubtful,)
        assert len(await books.outbox.in_doubt()) == 2
        assert await books.outbox.put_off_in(3, NOW) == (off,)
        assert await books.outbox.put_off_in(3, NOW + SECOND) == ()


async def test_an_intent_is_granted_where_the_post_still_waits_and_may_go(work: Work) -> None:
    waiting, tried = note("a"), note("b", attempts=2, error="ratelimited")
    await add(work, waiting, tried, note("sent", state=PostState.SENT), note("off", not_before=NOW + SECOND))
    async with work.writing() as books:
        asked = [replace(waiting, target="C2"), tried, note("sent"), note("off"), note("taken back")]
        assert await books.outbox.intend(asked, NOW) == {"a": 1, "b": 3}
        await books.commit()
    async with work.writing() as books:
        assert await books.outbox.intend([waiting], NOW) == {}
        intent = await books.outbox.get("b")
        moved = await books.outbox.get("a")
    assert intent == replace(tried, state=PostState.SENDING, attempts=3, intent_at=NOW, error="")
    assert moved is not None
    assert moved.target == "C2"


async def test_outcomes_change_what_is_under_way_and_leave_what_is_settled(work: Work) -> None:
    sending = note("a", state=PostState.SENDING, attempts=1, intent_at=NOW)
    settled = replace(sending, id="b", state=PostState.DROPPED, error="elsewhere")
    await add(work, sending, replace(sending, id="c"), settled)
    landed = {"sent_channel": "C1", "sent_ts": "1.2", "sent_at": NOW}
    sent = replace(sending, state=PostState.SENT, **landed)  # type: ignore[arg-type]
    again = replace(sending, id="c", state=PostState.PENDING, intent_at=None, not_before=NOW + SECOND, error="x")
    async with work.writing() as books:
        await books.outbox.settle([sent, again, replace(sent, id="b"), replace(sent, id="d", workspace="T9")])
        await books.commit()
    async with work.reading() as books:
        assert [await books.outbox.get(id_) for id_ in "abcd"] == [sent, settled, again, None]
