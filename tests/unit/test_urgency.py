"""Which post goes first where more waits than Slack takes, and until when each is in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mat.delivery import AT_ONCE, Post, PostKind
from mat.urgency import HEAD_START, URGENCY, in_line, in_time_until, late_after, turn_of
from scheduler.timetable import TIMETABLE

EIGHT = datetime(2027, 1, 4, 13, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_how_urgent_each_kind_is() -> None:
    """Pinned: a change of it is a change of what the bot promises."""
    assert {kind: (one.window, one.first) for kind, one in URGENCY.items()} == {
        PostKind.HUDDLE_AGENDA: (HOUR, False),
        PostKind.HUDDLE_CHECK: (30 * MINUTE, False),
        PostKind.WEEKLY_REMINDER: (HOUR, False),
        PostKind.DIGEST: (HOUR, False),
        PostKind.CONCERN_BATCH: (5 * MINUTE, True),
        PostKind.CONCERN_NOW: (5 * MINUTE, True),
        PostKind.SAID_PREVIEW: (HOUR, False),
        PostKind.SAID: (HOUR, False),
        PostKind.CLOSED_DAYS: (HOUR, False),
        PostKind.NOTICE: (15 * MINUTE, False),
    }
    assert set(URGENCY) == set(PostKind)


def test_nothing_is_in_time_when_its_use_is_over_and_the_head_start_is_longer_than_any_use() -> None:
    for kind, entry in TIMETABLE.items():
        if entry.useful_for is not None:
            assert URGENCY[kind].window <= entry.useful_for < HEAD_START


def test_an_agenda_is_in_time_until_its_huddle_begins_and_one_days_ahead_for_an_hour() -> None:
    assert in_time_until(PostKind.HUDDLE_AGENDA, EIGHT, EIGHT + 10 * MINUTE) == EIGHT + 10 * MINUTE
    assert in_time_until(PostKind.HUDDLE_AGENDA, EIGHT, EIGHT + 48 * HOUR) == EIGHT + HOUR


def test_what_is_bound_to_a_moment_goes_before_what_has_waited_for_days() -> None:
    soon = turn_of(PostKind.HUDDLE_AGENDA, EIGHT, EIGHT + 10 * MINUTE)
    ahead = turn_of(PostKind.HUDDLE_AGENDA, EIGHT, EIGHT + 48 * HOUR)
    batch = turn_of(PostKind.CONCERN_BATCH, EIGHT)
    old_digest, digest = (turn_of(PostKind.DIGEST, EIGHT - wait) for wait in (timedelta(days=7), 5 * MINUTE))
    check = turn_of(PostKind.HUDDLE_CHECK, EIGHT)
    assert AT_ONCE < batch < soon < old_digest < check < digest < ahead


def _post(kind: PostKind, number: int, target: str, due: int, begins: int = 10) -> Post:
    at = EIGHT + due * MINUTE
    turn = turn_of(kind, at, at + begins * MINUTE if kind is PostKind.HUDDLE_AGENDA else None)
    return Post(f"{number:03}", "T1", "c1", kind, "", target, at, at, 1, turn_at=turn)


def test_a_stored_post_knows_until_when_it_is_in_time() -> None:
    assert late_after(_post(PostKind.HUDDLE_AGENDA, 1, "C1", 0)) == EIGHT + 10 * MINUTE
    assert late_after(_post(PostKind.HUDDLE_AGENDA, 1, "C1", 0, begins=2880)) == EIGHT + HOUR
    assert late_after(_post(PostKind.HUDDLE_AGENDA, 1, "C1", 0, begins=0)) == EIGHT
    assert late_after(_post(PostKind.DIGEST, 1, "C1", 0)) == EIGHT + HOUR
    assert late_after(_post(PostKind.CONCERN_BATCH, 1, "C1", 0)) == EIGHT + 5 * MINUTE
    assert late_after(replace(_post(PostKind.DIGEST, 1, "C1", 0), turn_at=AT_ONCE)) == EIGHT


KINDS = st.sampled_from([PostKind.HUDDLE_AGENDA, PostKind.DIGEST, PostKind.WEEKLY_REMINDER, PostKind.NOTICE])
POSTS = st.lists(
    st.tuples(KINDS, st.sampled_from(["C1", "C2", "C3", "U1"]), st.integers(-90, 0), st.integers(0, 180)), max_size=14
).map(lambda rows: [_post(kind, n, target, due, begins) for n, (kind, target, due, begins) in enumerate(rows)])


@given(POSTS, st.integers(0, 14))
def test_whatever_waits_every_channel_keeps_its_order_and_the_most_urgent_waits_for_its_channel_only(
    posts: list[Post], limit: int
) -> None:
    by_turn = sorted(posts, key=lambda post: (post.turn_at, post.id))
    line = in_line(by_turn[:limit], posts)
    assert len({post.id for post in line}) == len(line)
    assert {post.id for post in line} >= {post.id for post in by_turn[:limit]}
    place = {post.id: number for number, post in enumerate(line)}
    for post in line:
        earlier = [other for other in posts if other.target == post.target and other.due_at < post.due_at]
        assert all(place[other.id] < place[post.id] for other in earlier), "overtaken in its channel"
    for number, post in enumerate(by_turn[:limit]):
        ahead = line[: place[post.id]]
        wanted = by_turn[: number + 1]
        assert all(
            any(other.target == due.target and other.due_at <= due.due_at for due in wanted) for other in ahead
        ), "held up by something that is neither more urgent nor before something more urgent in a channel"
