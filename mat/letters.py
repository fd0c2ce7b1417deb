"""Dead letters: posts that were given up, and what a person decides about them. Pure: outbox row in, outbox row out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mat.delivery import Post, PostKind, PostState

GIVEN_UP = frozenset({PostState.DEAD, PostState.UNKNOWN})
TOO_LATE = "too-late"
DROPPED_BY_HAND = "dropped-by-hand"
NEVER_AGAIN = frozenset({PostKind.CONCERN_BATCH, PostKind.CONCERN_NOW})
"""Concerns come at their own hour or not at all; the next batch holds them."""


def may_go_again(post: Post) -> bool:
    """Whether sending it again can be of use to anybody."""
    return post.state in GIVEN_UP and post.kind not in NEVER_AGAIN and post.error != TOO_LATE


def again(post: Post, now: datetime) -> Post:
    """The post as it waits for its next try. One of unknown outcome may stand there already, so it is marked as a repeat."""
    return replace(
        post,
        state=PostState.PENDING,
        not_before=now,
        attempts=0,
        intent_at=None,
        error="",
        repeat=post.repeat or post.state is PostState.UNKNOWN,
    )


def dropped(post: Post) -> Post:
    """The post as nobody wants it any more."""
    return replace(post, state=PostState.DROPPED, error=DROPPED_BY_HAND)
