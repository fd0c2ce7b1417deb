"""What a post says, written at the moment it is sent from the rows of that moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from mat.clinic import Clinic
from mat.delivery import Post, PostKind
from mat.message import Message
from mat.playbook import Playbook
from mat.ports import Books, ClinicBooks
from mat.urgency import late_after
from messages import marks
from messages.left_out import postable
from scheduler.audience import target_now
from scheduler.timetable import LATE_AFTER, TIMETABLE


class NotWanted(Exception):
    """Nobody wants this post any more, or there is nothing to say. `reason`: a short word of ours, kept with the post."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class TooLate(Exception):
    """The post's use is over before it could be sent."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """All a composer may use, inside the unit of work that sends the post.

    `rehearsal`: for a preview; nothing may be changed anywhere.
    """

    books: Books
    at: ClinicBooks
    clinic: Clinic
    post: Post
    playbook: Playbook
    now: datetime
    rehearsal: bool = False


class Composer(Protocol):
    """Writes one kind of post."""

    async def __call__(self, occasion: Occasion) -> Message:
        """The message. Raises `NotWanted` where it should not be sent after all, `TooLate` where its use is over."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A message and the post it is for, with the target of this moment."""

    post: Post
    message: Message


class Compositor:
    """Composes any kind of post. `composers` has one for every kind: `ValueError` otherwise."""

    def __init__(self, composers: Mapping[PostKind, Composer], playbook: Playbook) -> None:
        lacking = [kind.value for kind in PostKind if kind not in composers]
        if lacking:
            raise ValueError(f"no composer for {', '.join(lacking)}")
        self._composers = dict(composers)
        self._playbook = playbook

    async def compose(
        self, books: Books, post: Post, now: datetime, *, busy_since: datetime | None = None, rehearsal: bool = False
    ) -> Composed:
        """Raises `NotWanted`, `TooLate`, and whatever is wrong with the rows or the composer.

        `busy_since`: from when on posts have gone to its workspace without a pause.
        """
        clinic = await books.clinics.get(post.workspace, post.clinic)
        if clinic is None:
            raise NotWanted("clinic-gone")
        if not clinic.ready and post.kind is not PostKind.NOTICE:
            raise NotWanted("clinic-not-ready")
        at = books.at(clinic)
        target = await target_now(at, clinic, post)
        if not target:
            raise NotWanted("no-longer-a-recipient")
        useful_for = TIMETABLE[post.kind].useful_for
        if useful_for is not None and now > post.due_at + useful_for:
            raise TooLate
        post = post if target == post.target else replace(post, target=target)
        occasion = Occasion(books, at, clinic, post, self._playbook, now, rehearsal)
        message = postable(await self._composers[post.kind](occasion))
        return Composed(occasion.post, marks.marked(message, *_marks(post, now, busy_since)))


def _marks(post: Post, now: datetime, busy_since: datetime | None) -> Sequence[str]:
    late = TIMETABLE[post.kind].says_late and not post.extra and is_late(post, now, busy_since)
    found = ((marks.EXTRA, post.extra), (marks.LATE, late), (marks.REPEAT, post.repeat))
    return [mark for mark, wanted in found if wanted]


def is_late(post: Post, now: datetime, busy_since: datetime | None) -> bool:
    """A post that only waited for its turn has its whole window. Whatever else held it up, a failed try too, its reader is told.

    `busy_since`: from when on posts have gone to its workspace without a pause.
    """
    soon = post.due_at + LATE_AFTER
    waited_its_turn = not post.attempts and busy_since is not None and busy_since <= soon
    return now > (max(late_after(post), soon) if waited_its_turn else soon)
