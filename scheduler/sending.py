"""One post's way out: composed, intended, posted. What comes of the call is told apart here and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mat.delivery import Post
from mat.ports import Books, Clock, NotPosted, OutcomeUnknown, Poster, Refused, SlowDown, Work
from scheduler import outcomes
from scheduler.composing import Composed, Compositor, NotWanted, TooLate
from scheduler.journal import Journal
from scheduler.missed import TOO_LATE
from scheduler.outcomes import Waits
from scheduler.pace import Place, place_of, workspace_of
from scheduler.reading_ahead import reading_ahead
from scheduler.recall import Recall, name_of

log = logging.getLogger("mat.scheduler")


@dataclass(frozen=True, slots=True)
class Tried:
    """A post as it is to be stored after a call. `holds`: what is held until the post's `not_before`."""

    post: Post
    holds: Place | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """`jitter` gives a number from 0 to 1."""

    work: Work
    poster: Poster
    compositor: Compositor
    journal: Journal
    clock: Clock
    waits: Waits
    jitter: Callable[[], float]
    recall: Recall

    async def compose(
        self, posts: Sequence[Post], busy_since: Callable[[str], datetime | None]
    ) -> tuple[list[Composed], list[Post]]:
        """What is to go, written from the rows of this moment; and the outcomes of those that do not go.

        `busy_since`: from when on posts have gone to a workspace without a pause.
        """
        composed, settled = [], []
        async with self.work.reading() as books:
            ahead = await reading_ahead(books, posts)
            for post in posts:
                made = await self._made(ahead, post, busy_since(post.workspace))
                if isinstance(made, Composed):
                    composed.append(made)
                else:
                    settled.append(made)
        return composed, settled

    async def intend(self, composed: Sequence[Composed], epoch: int | None) -> list[Composed]:
        """Those whose intent is committed now, with the post as it is stored."""
        if not composed:
            return []
        messages = {one.post.id: one for one in composed}
        granted = await self.journal.intend([one.post for one in composed], epoch)
        return [replace(messages[intent.id], post=intent) for intent in granted]

    async def post(self, composed: Composed) -> Tried | None:
        """Calls Slack; None where nobody knows what came of it."""
        intent = composed.post
        try:
            posted = await self.recall.found(intent) or await self.poster.of(intent.workspace).post(
                intent.target, composed.message, key=intent.id, name=name_of(intent)
            )
        except SlowDown as failure:
            later = outcomes.slowed(intent, failure.seconds, self.clock(), self.waits, self.jitter())
            return Tried(later, workspace_of(later))
        except NotPosted as failure:
            later = outcomes.put_off(intent, failure.code, self.clock(), self.waits, self.jitter())
            return Tried(later, place_of(later))
        except Refused as failure:
            if failure.code not in outcomes.TOKEN_REFUSED:
                return Tried(outcomes.dead(intent, failure.code))
            later = outcomes.token_refused(intent, failure.code, self.clock(), self.waits, self.jitter())
            return Tried(later, workspace_of(later))
        except OutcomeUnknown as failure:
            code = failure.code
        except Exception as problem:  # noqa: BLE001  # a mistake of ours behind the call: the post may stand there
            code = type(problem).__name__
        else:
            return Tried(outcomes.sent(intent, posted, self.clock()))
        log.warning("outcome-unknown", extra={"post": intent.id, "kind": intent.kind.value, "code": code})
        return None

    async def _made(self, books: Books, post: Post, busy_since: datetime | None) -> Composed | Post:
        now = self.clock()
        try:
            return await self.compositor.compose(books, post, now, busy_since=busy_since)
        except NotWanted as no:
            return outcomes.dropped(post, no.reason)
        except TooLate:
            return outcomes.dead(post, TOO_LATE)
        except Exception as problem:  # noqa: BLE001  # one poisoned row must not stop the others
            fields = {"post": post.id, "kind": post.kind.value, "type": type(problem).__name__}
            log.error("not-composed", extra=fields)  # noqa: TRY400  # a traceback may quote what people wrote
            tried = replace(post, attempts=post.attempts + 1)
            return outcomes.put_off(tried, outcomes.NOT_COMPOSED, now, self.waits, self.jitter())
