"""What becomes of a post after a try."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mat.delivery import Post, PostKind, PostState
from mat.ports import Posted
from scheduler import outcomes
from scheduler.outcomes import MOST_TRIES, Waits
from scheduler.pace import Pace, place_of, workspace_of

NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)
POST = Post("p1", "T1", "north", PostKind.DIGEST, "", "U1", NOW, NOW, 3)
SENDING = outcomes.sending(POST, NOW, 1)
WAITS = Waits()


def test_an_intent_counts_as_a_try() -> None:
    assert (SENDING.state, SENDING.attempts, SENDING.intent_at) == (PostState.SENDING, 1, NOW)


def test_a_sent_post_keeps_where_it_stands() -> None:
    sent = outcomes.sent(SENDING, Posted("D1", "1.2"), NOW)
    assert (sent.state, sent.sent_channel, sent.sent_ts, sent.sent_at) == (PostState.SENT, "D1", "1.2", NOW)


@pytest.mark.parametrize(
    ("seconds", "jitter", "wait"),
    [(1, 0, 1), (30, 0, 30), (3600, 0, 3600), (None, 0, 30), (3600, 1, 3605), (1, 1, 2.1)],
)
def test_a_429_waits_as_long_as_slack_says_and_is_no_try(seconds: float | None, jitter: float, wait: float) -> None:
    slowed = outcomes.slowed(SENDING, seconds, NOW, WAITS, jitter)
    assert (slowed.state, slowed.attempts, slowed.intent_at) == (PostState.PENDING, 0, None)
    assert slowed.not_before == NOW + timedelta(seconds=wait)


def test_failed_tries_come_further_and_further_apart_and_end_after_the_eighth() -> None:
    post, waits = POST, []
    while post.state is not PostState.DEAD:
        post = outcomes.put_off(outcomes.sending(post, NOW, post.attempts + 1), "gone", NOW, WAITS, jitter=0)
        waits.append((post.not_before - NOW).total_seconds())
    assert waits[:-1] == [10, 30, 90, 270, 810, 2430, 3600]
    assert (post.attempts, post.error) == (MOST_TRIES, "gone")


def test_jitter_makes_a_wait_longer_never_shorter() -> None:
    assert outcomes.put_off(SENDING, "gone", NOW, WAITS, jitter=1).not_before == NOW + timedelta(seconds=11)


def test_a_post_that_is_not_in_the_history_goes_again_until_the_last_try() -> None:
    again = outcomes.looked_for_in_vain(SENDING, NOW)
    assert (again.state, again.repeat, again.attempts) == (PostState.PENDING, False, 1)
    assert outcomes.looked_for_in_vain(replace(SENDING, attempts=MOST_TRIES), NOW).state is PostState.DEAD


def test_without_the_history_it_goes_once_more_marked_and_then_never_again() -> None:
    repeat = outcomes.could_not_look(SENDING, NOW)
    assert (repeat.state, repeat.repeat) == (PostState.PENDING, True)
    assert outcomes.could_not_look(outcomes.sending(repeat, NOW, 1), NOW).state is PostState.UNKNOWN


def test_places_are_held_apart_and_a_workspace_holds_all_of_its_own() -> None:
    pace = Pace(timedelta(seconds=1))
    other = replace(POST, target="U2")
    pace.took(POST, NOW)
    assert (pace.free_at(POST), pace.free_at(other)) == (NOW + timedelta(seconds=1), None)
    pace.hold(workspace_of(POST), NOW + timedelta(seconds=30))
    pace.hold(workspace_of(POST), NOW + timedelta(seconds=3))
    assert pace.free_at(other) == NOW + timedelta(seconds=30), "a hold never gets shorter"
    assert pace.free_at(replace(POST, workspace="T2")) is None
    pace.tidy(NOW + timedelta(seconds=5))
    assert pace.free_at(POST) == NOW + timedelta(seconds=30)
    assert place_of(POST) != place_of(other)
