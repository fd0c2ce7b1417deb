"""Dead letters: what may go again, and as what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mat.delivery import Post, PostKind, PostState
from mat.letters import again, dropped, may_go_again
from messages.letters import already, decided, given_up, named

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
DEAD = Post(
    "p1",
    "T1",
    "north",
    PostKind.HUDDLE_AGENDA,
    "h1",
    "C1",
    NOW,
    NOW,
    3,
    local_at=datetime(2027, 1, 4, 9),
    state=PostState.DEAD,
    attempts=8,
    intent_at=NOW,
    error="is_archived",
)


def test_a_dead_letter_waits_as_if_new_and_keeps_its_hour() -> None:
    later = NOW + timedelta(hours=1)
    assert again(DEAD, later) == replace(
        DEAD, state=PostState.PENDING, not_before=later, attempts=0, intent_at=None, error=""
    )


def test_one_of_unknown_outcome_is_marked_as_a_repeat() -> None:
    assert again(replace(DEAD, state=PostState.UNKNOWN), NOW).repeat
    assert not again(DEAD, NOW).repeat


@pytest.mark.parametrize("state", PostState)
def test_only_what_was_given_up_goes_again(state: PostState) -> None:
    assert may_go_again(replace(DEAD, state=state)) is (state in {PostState.DEAD, PostState.UNKNOWN})
    assert already(state).text


def test_what_is_too_late_and_what_concerns_have_never_go_again() -> None:
    assert not may_go_again(replace(DEAD, error="too-late"))
    assert not may_go_again(replace(DEAD, kind=PostKind.CONCERN_BATCH))
    assert not may_go_again(replace(DEAD, kind=PostKind.CONCERN_NOW))


def test_dropped_is_an_outcome() -> None:
    assert (dropped(DEAD).state, dropped(DEAD).error) == (PostState.DROPPED, "dropped-by-hand")


def test_the_notice_offers_what_can_help() -> None:
    def offered(post: Post) -> list[str]:
        return [button["action_id"] for button in given_up("I could not send it.", post).blocks[-1]["elements"]]

    assert offered(DEAD) == ["mat:post:retry", "mat:post:drop"]
    assert offered(replace(DEAD, error="too-late")) == ["mat:post:drop"]


def test_a_post_is_named_by_its_kind_and_its_hour() -> None:
    assert named(DEAD) == "huddle agenda of Mon, January 4, 9:00 AM"
    assert named(replace(DEAD, kind=PostKind.NOTICE, local_at=None)) == "notice"
    assert decided(DEAD, "U1", again=True).text.startswith("The huddle agenda of Mon, January 4, 9:00 AM: ")
