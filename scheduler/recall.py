"""Looking for late posts before they go: the records may be an older copy than the ones that sent them.

Put back by hand, from a snapshot of a machine or of a server, records no longer know what was sent after them, and every such post
would be due again. Slack knows: a planned post has the same name each time it is planned, and carries it in its metadata.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta
from hashlib import blake2b

from mat.delivery import Post
from mat.ports import Clock, Posted, Poster, PostFailed, Refused, SlowDown, Work
from messages.notice import is_person
from scheduler.outcomes import TOKEN_REFUSED

CLOCKS_APART = timedelta(minutes=5)
ENOUGH = 20
"""After so many late posts of a workspace that Slack does not know either, the records are taken for the newest: looks cost time."""

LOOKS = 3
"""A post whose looks fail goes without one in the end."""

log = logging.getLogger("mat.scheduler")


def name_of(post: Post) -> str:
    """What a post is: the same from records that know nothing of its first planning. Empty for what is not of the plan."""
    if not post.occurrence or post.extra or post.local_at is None:
        return ""
    parts = (post.workspace, post.clinic, post.kind.value, post.subject, post.local_at.isoformat(), post.target)
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


class Recall:
    """Of one process; only what was due before it began is looked for, each post until one look has come through."""

    def __init__(self, poster: Poster, work: Work, clock: Clock) -> None:
        self._poster = poster
        self._work = work
        self._began = clock()
        self._done: set[str] = set()
        self._missed: Counter[str] = Counter()
        self._known: set[str] = set()
        self._failures: Counter[str] = Counter()

    async def found(self, post: Post) -> Posted | None:
        """Where the post stands already; None where it does not, or nobody can say.

        Raises `SlowDown` where to ask again, and `Refused` where Slack does not take the token.
        """
        if post.due_at >= self._began or post.id in self._done or self._has_enough(post.workspace):
            return None
        posted = await self._look(post)
        self._done.add(post.id)
        if posted is None:
            self._missed[post.workspace] += 1
        elif post.workspace not in self._known:
            self._known.add(post.workspace)
            log.error("records-are-older", extra={"post": post.id, "kind": post.kind.value})
        return posted

    def _has_enough(self, workspace: str) -> bool:
        return workspace not in self._known and self._missed[workspace] >= ENOUGH

    async def _look(self, post: Post) -> Posted | None:
        channel = post.target
        if is_person(channel):
            async with self._work.reading() as books:
                channel = await books.outbox.dm_channel(post.workspace, post.target)
        if not channel:
            return None
        poster = self._poster.of(post.workspace)
        try:
            return await poster.find(channel, name_of(post) or post.id, post.due_at - CLOCKS_APART)
        except Refused as refused:
            if refused.code in TOKEN_REFUSED:
                raise
            return None
        except SlowDown:
            raise
        except PostFailed as failed:
            # Nothing was posted yet, so there is nothing to be in doubt about.
            log.warning("look-failed", extra={"post": post.id, "code": failed.code})
            self._failures[post.id] += 1
            if self._failures[post.id] < LOOKS:
                raise SlowDown(None) from None
            return None
