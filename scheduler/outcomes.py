"""What becomes of a post after a try. Pure: outbox row in, outbox row out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mat.delivery import Post, PostState
from mat.ports import Posted

MOST_TRIES = 8
RATE_LIMITED = "ratelimited"
NO_OUTCOME = "no-outcome"
NOT_COMPOSED = "not-composed"
TOKEN_REFUSED = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
"""What Slack says of a token, and so of everything in its workspace: nothing of the post itself."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait for what, in seconds. Arguments, so that proofs can shorten them.

    `looks`: when to look in the history for a post of unknown outcome, after it was sent. `blind`: how long to wait before it
    is posted again where the history cannot be read. `channel_gap`: between two posts to one channel. `unnamed_wait`: after a
    429 that names no time. `token_again`: until a token that was refused is tried again. A try that failed is repeated after
    `first_retry`, then three times as long, at most `last_retry`.

    Of several processes: `heartbeat`: how often one shows that it lives. `stalled`: after so long without a sign its lanes are
    taken over; longer than a call of Slack may take. `lease`: how long a lease lasts that is not renewed.
    """

    looks: tuple[float, ...] = (2, 5, 15)
    blind: float = 60
    look_again: float = 15
    look_again_at_most: float = 300
    channel_gap: float = 1
    unnamed_wait: float = 30
    token_again: float = 120
    first_retry: float = 10
    last_retry: float = 3600
    sweep: float = 60
    heartbeat: float = 5
    stalled: float = 25
    lease: float = 15


def sending(post: Post, now: datetime, attempts: int) -> Post:
    """The intent, committed before Slack is called. `attempts`: the tries so far, with this one."""
    return replace(post, state=PostState.SENDING, attempts=attempts, intent_at=now, error="")


def sent(post: Post, posted: Posted, now: datetime) -> Post:
    return replace(post, state=PostState.SENT, sent_channel=posted.channel, sent_ts=posted.ts, sent_at=now, error="")


def slowed(post: Post, seconds: float | None, now: datetime, waits: Waits, jitter: float) -> Post:
    """Slack asked to wait: no try was used up. `jitter`: 0 to 1, so that lanes do not all come back at once."""
    wait = waits.unnamed_wait if seconds is None else seconds
    later = now + timedelta(seconds=wait + jitter * min(5, 1 + wait / 10))
    return replace(
        post,
        state=PostState.PENDING,
        attempts=post.attempts - 1,
        intent_at=None,
        not_before=later,
        error=RATE_LIMITED,
    )


def token_refused(post: Post, code: str, now: datetime, waits: Waits, jitter: float) -> Post:
    """Slack does not take the workspace's token: the post waits for as long as it is of use, and no try was used up."""
    later = now + timedelta(seconds=waits.token_again * (1 + jitter / 10))
    return replace(
        post, state=PostState.PENDING, attempts=post.attempts - 1, intent_at=None, not_before=later, error=code
    )


def holds_workspace(post: Post) -> bool:
    """Whether what put this post off is about its whole workspace."""
    return post.error == RATE_LIMITED or post.error in TOKEN_REFUSED


def put_off(post: Post, code: str, now: datetime, waits: Waits, jitter: float) -> Post:
    """A try that failed and left nothing behind: later again, or dead after the last."""
    if post.attempts >= MOST_TRIES:
        return dead(post, code)
    wait = min(waits.last_retry, waits.first_retry * 3 ** max(0, post.attempts - 1))
    later = now + timedelta(seconds=wait * (1 + jitter / 10))
    return replace(post, state=PostState.PENDING, intent_at=None, not_before=later, error=code)


def looked_for_in_vain(post: Post, now: datetime) -> Post:
    """The history was read and the post is not there: it goes again, or is dead after the last try."""
    if post.attempts >= MOST_TRIES:
        return dead(post, NO_OUTCOME)
    return replace(post, state=PostState.PENDING, intent_at=None, not_before=now, error=NO_OUTCOME)


def could_not_look(post: Post, now: datetime) -> Post:
    """The history cannot be read: the post goes once more, marked as perhaps a repeat, and then no more."""
    if post.repeat:
        return replace(post, state=PostState.UNKNOWN, error=NO_OUTCOME)
    return replace(post, state=PostState.PENDING, intent_at=None, not_before=now, repeat=True, error=NO_OUTCOME)


def dead(post: Post, code: str) -> Post:
    return replace(post, state=PostState.DEAD, error=code)


def dropped(post: Post, reason: str) -> Post:
    return replace(post, state=PostState.DROPPED, error=reason)
