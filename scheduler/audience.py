"""Whom a post goes to."""

from __future__ import annotations

from collections.abc import Mapping

from mat.clinic import Clinic, Duty
from mat.delivery import Post
from mat.ports import AdminsOf, ClinicBooks
from scheduler.timetable import DUTIES, TIMETABLE, Audience


def chosen(clinic: Clinic, people: Mapping[Duty, tuple[str, ...]], audience: Audience) -> tuple[str, ...]:
    """Like `targets`, from rows that have been read already."""
    if audience is Audience.TEAM_CHANNEL:
        return (clinic.channel,) if clinic.channel else ()
    return people.get(DUTIES[audience], ())


async def targets(books: ClinicBooks, clinic: Clinic, audience: Audience) -> tuple[str, ...]:
    """The channel, or the people of this moment; empty where none is chosen yet."""
    if audience is Audience.TEAM_CHANNEL:
        return (clinic.channel,) if clinic.channel else ()
    return await books.roster.people_with(DUTIES[audience])


async def leads(books: ClinicBooks, clinic: Clinic, admins: AdminsOf) -> tuple[str, ...]:
    """Whom trouble is told to: the leads, else whoever looks after the workspace, else the team's channel."""
    found = await books.roster.people_with(Duty.LEAD) or tuple(admins(clinic.workspace))
    return found or await targets(books, clinic, Audience.TEAM_CHANNEL)


async def target_now(books: ClinicBooks, clinic: Clinic, post: Post) -> str:
    """Where a post goes at the moment of sending, empty where nobody wants it: the channel may have changed, a reader left.

    A notice goes where it was meant to go.
    """
    audience = TIMETABLE[post.kind].audience
    if audience is Audience.LEADS:
        return post.target
    wanted = await targets(books, clinic, audience)
    if audience is Audience.TEAM_CHANNEL:
        return next(iter(wanted), "")
    return post.target if post.target in wanted else ""
