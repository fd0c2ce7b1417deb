"""Deleting a person, whoever asks for it: what is held about them goes, and their teams hear what that changes."""

from __future__ import annotations

from datetime import datetime

from mat.clinic import Clinic, Duty, Member
from mat.notices import notice_of
from mat.ports import Books, NewId
from messages import team as wording


async def forget_person(books: Books, workspace: str, user: str, *, now: datetime, new_id: NewId) -> None:
    """Where it changes who reads concerns or who leads, the team's channel is told. The caller commits."""
    own = await books.clinics.of_person(workspace, user)
    members = [(clinic, await books.at(clinic).roster.member(user)) for clinic in own if clinic.ready]
    await books.clinics.forget_person(workspace, user)
    for clinic, member in members:
        for note in await _losses(books, clinic, member) if member is not None else ():
            await books.outbox.add(notice_of(clinic, clinic.channel, note, now, new_id))


async def _losses(books: Books, clinic: Clinic, gone: Member) -> list[str]:
    roster = books.at(clinic).roster
    notes = []
    if Duty.READS_CONCERNS in gone.duties:
        notes.append(wording.readers_now(clinic, await roster.people_with(Duty.READS_CONCERNS)))
    if Duty.LEAD in gone.duties and not await roster.people_with(Duty.LEAD):
        notes.append(wording.no_lead_now(clinic))
    return notes
