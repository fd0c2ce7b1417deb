"""Telling the leads that a post did not come: in the same transaction as the outcome, and once for a spell of trouble."""

from __future__ import annotations

from datetime import datetime, timedelta

from mat.clinic import Clinic
from mat.delivery import Post, PostKind, PostState
from mat.notices import notice_of
from mat.ports import AdminsOf, Books, NewId, nobody
from messages.notice import failed, repeated
from scheduler.audience import leads
from scheduler.timetable import full_title

A_SPELL = timedelta(days=7)
GIVEN_UP = frozenset({PostState.DEAD, PostState.UNKNOWN})


class Teller:
    """`admins`: those who look after a workspace, told where a clinic has no lead, and told of every repeat."""

    def __init__(self, new_id: NewId, admins: AdminsOf = nobody) -> None:
        self._new_id = new_id
        self._admins = admins

    async def of_trouble(self, books: Books, post: Post, now: datetime) -> None:
        """A post that was given up. Call it before the post is saved. A notice that failed is told to nobody."""
        if post.kind is PostKind.NOTICE or await _told_before(books, post, now):
            return
        clinic = await books.clinics.get(post.workspace, post.clinic)
        if clinic is not None:
            note = failed(await _title(books, clinic, post), post.local_at, clinic.zone, post.target, post.error)
            for target in await leads(books.at(clinic), clinic, self._admins):
                await books.outbox.add(notice_of(clinic, target, note, now, self._new_id, about=post.id))

    async def of_repeat(self, books: Books, post: Post, now: datetime) -> None:
        """A post that goes again without knowing about the first."""
        clinic = await books.clinics.get(post.workspace, post.clinic)
        if clinic is not None and post.kind is not PostKind.NOTICE:
            note = repeated(await _title(books, clinic, post), post.target)
            for target in self._admins(clinic.workspace) or await leads(books.at(clinic), clinic, nobody):
                await books.outbox.add(notice_of(clinic, target, note, now, self._new_id))


async def _title(books: Books, clinic: Clinic, post: Post) -> str:
    series = await books.at(clinic).huddles.one(post.subject) if post.subject else None
    return full_title(post.kind, series)


async def _told_before(books: Books, post: Post, now: datetime) -> bool:
    """Whether the same trouble at the same place was given up, and so told, in the last seven days."""
    same = (post.workspace, post.clinic, post.target, post.error)
    return any(
        (p.workspace, p.clinic, p.target, p.error) == same and p.id != post.id and p.due_at > now - A_SPELL
        for p in await books.outbox.troubled()
        if p.kind is not PostKind.NOTICE
    )
