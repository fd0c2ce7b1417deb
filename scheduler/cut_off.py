"""What posts tell of tokens and channels that Slack takes no more, for those who run the bot."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from mat.clinic import Clinic
from mat.delivery import Post, PostState
from mat.ports import Books
from messages import audit as wording
from messages.notice import is_person
from scheduler.outcomes import TOKEN_REFUSED

CHANNEL_GONE = frozenset({"channel_not_found", "is_archived", "not_in_channel", "restricted_action"})
A_DAY = timedelta(days=1)

Alarm = tuple[str, str]
"""What it is about, as a fixed word with ids, and the sentence."""


async def refused_workspaces(books: Books) -> frozenset[str]:
    """Where posts wait because Slack does not take the token."""
    return await books.outbox.waiting_after(TOKEN_REFUSED)


async def alarms_of(books: Books, refused: Collection[str], now: datetime) -> list[Alarm]:
    """One for each workspace in `refused`, and for each channel for which a post of the last day was given up.

    The workspace stands between colons, so that the records of alarms go when the workspace does.
    """
    gone = [post for post in await books.outbox.troubled() if _has_no_channel(post, now)]
    if not refused and not gone:
        return []
    clinics = [clinic for clinic in await books.clinics.all() if clinic.ready]
    return [*_of_tokens(refused, clinics), *_of_channels(gone, clinics)]


def _has_no_channel(post: Post, now: datetime) -> bool:
    told = post.state is PostState.DEAD and post.error in CHANNEL_GONE
    return told and post.due_at >= now - A_DAY and not is_person(post.target)


def _of_tokens(refused: Collection[str], clinics: Iterable[Clinic]) -> list[Alarm]:
    names: dict[str, list[str]] = {workspace: [] for workspace in sorted(refused)}
    for clinic in clinics:
        if clinic.workspace in names:
            names[clinic.workspace].append(clinic.name)
    return [(f"token:{workspace}:", wording.cut_off(there or [workspace])) for workspace, there in names.items()]


def _of_channels(gone: Iterable[Post], clinics: Iterable[Clinic]) -> list[Alarm]:
    names = {(clinic.workspace, clinic.id): clinic.name for clinic in clinics}
    found: dict[str, str] = {}
    for post in gone:
        name = names.get((post.workspace, post.clinic), post.clinic)
        found[f"channel:{post.workspace}:{post.target}"] = wording.channel_gone(name, post.target, post.error)
    return list(found.items())
