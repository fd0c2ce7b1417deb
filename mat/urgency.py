"""How urgent each kind of post is: how long after its hour it is in time, and what goes first where more waits than Slack takes.

One workspace takes some hundreds of posts a minute. So of what waits there the post whose time is over first goes first, and
what is bound to a moment goes before what can wait, however long that has waited. In a channel the order is kept: a channel
is as urgent as the most urgent post that waits for it. See docs/decisions/0026.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from mat.delivery import AT_ONCE, Post, PostKind


@dataclass(frozen=True, slots=True)
class Urgency:
    """`window`: how long after its hour a post is in time. `first`: of little use later, so it goes before all that can wait."""

    window: timedelta
    first: bool = False


_AN_HOUR = timedelta(hours=1)

URGENCY: Mapping[PostKind, Urgency] = MappingProxyType(
    {
        # In time until its huddle begins, and first, where that is sooner than the hour.
        PostKind.HUDDLE_AGENDA: Urgency(_AN_HOUR),
        PostKind.HUDDLE_CHECK: Urgency(timedelta(minutes=30)),
        PostKind.WEEKLY_REMINDER: Urgency(_AN_HOUR),
        PostKind.DIGEST: Urgency(_AN_HOUR),
        # After ten minutes it would wait for the next day's hour.
        PostKind.CONCERN_BATCH: Urgency(timedelta(minutes=5), first=True),
        PostKind.CONCERN_NOW: Urgency(timedelta(minutes=5), first=True),
        PostKind.SAID_PREVIEW: Urgency(_AN_HOUR),
        PostKind.SAID: Urgency(_AN_HOUR),
        PostKind.CLOSED_DAYS: Urgency(_AN_HOUR),
        PostKind.NOTICE: Urgency(timedelta(minutes=15)),
    }
)

HEAD_START = timedelta(days=30)
"""By so much what goes first counts as due earlier: more than anything is of use after its hour."""


def in_time_until(kind: PostKind, due_at: datetime, begins: datetime | None = None) -> datetime:
    """The last instant at which a post due at `due_at` is in time; `begins`: when the huddle begins that it is about."""
    until = due_at + URGENCY[kind].window
    return until if begins is None else min(until, begins)


def turn_of(kind: PostKind, due_at: datetime, begins: datetime | None = None) -> datetime:
    """What posts that wait are ordered by. All instants are aware; arguments as of `in_time_until`."""
    urgency, until = URGENCY[kind], in_time_until(kind, due_at, begins)
    first = urgency.first or until - due_at < urgency.window
    return until - HEAD_START if first else until


def late_after(post: Post) -> datetime:
    """The last instant at which a stored post is in time."""
    if post.turn_at == AT_ONCE:
        return post.due_at
    # No post is in time until before its hour, so an earlier turn has the head start in it.
    return post.turn_at + HEAD_START if post.turn_at < post.due_at else post.turn_at


def in_line(soonest: Sequence[Post], others: Iterable[Post]) -> tuple[Post, ...]:
    """Posts in the order in which they go.

    `soonest`: by their turn; `others`: more that wait, in any order. Right before each of `soonest` comes what is due earlier in its
    channel, so that a post is as urgent as the most urgent one behind it; what does not stand before one of them is left out.
    """
    lines: dict[tuple[str, str], dict[str, Post]] = {}
    for post in (*soonest, *others):
        lines.setdefault((post.workspace, post.target), {})[post.id] = post
    if len(lines) == len(soonest) and not others:
        return tuple(soonest)
    waiting = {place: deque(sorted(line.values(), key=_by_hour)) for place, line in lines.items()}
    found: dict[str, Post] = {}
    for post in soonest:
        line = waiting[post.workspace, post.target]
        while line and line[0].due_at < post.due_at:
            ahead = line.popleft()
            found.setdefault(ahead.id, ahead)
        found.setdefault(post.id, post)
    return tuple(found.values())


def _by_hour(post: Post) -> tuple[datetime, str]:
    return post.due_at, post.id
