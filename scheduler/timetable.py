"""Every kind of post as data: whom it goes to, how late is too late, and what becomes of those that were missed.

A test pins this table. The rhythms are `mat.schedules`'s; a huddle's are the clinic's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from mat.clinic import Duty
from mat.delivery import PostKind
from mat.huddles import HuddleSeries


class Audience(StrEnum):
    """Where a post goes: one place the whole team sees, or each person by direct message."""

    TEAM_CHANNEL = "the team's channel"
    DIGEST_READERS = "each person who gets the digest"
    CONCERN_READERS = "each person who reads concerns"
    LEADS = "each lead"


DUTIES: Mapping[Audience, Duty] = MappingProxyType(
    {
        Audience.DIGEST_READERS: Duty.GETS_DIGEST,
        Audience.CONCERN_READERS: Duty.READS_CONCERNS,
        Audience.LEADS: Duty.LEAD,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """How one kind of post is delivered.

    `useful_for`: how long after its hour it is still worth sending; None means until the end of its huddle. Of several
    missed at most the latest is sent, and older ones are skipped and told to the leads; `merged`: the one that is sent
    covers what came before, so that older ones still within `useful_for` go into it without a word.
    `says_late`: whether a late one apologizes. `title`: what people call it, in the middle of a sentence.
    """

    audience: Audience
    title: str
    rhythm: str
    useful_for: timedelta | None
    merged: bool = False
    says_late: bool = False


TIMETABLE: Mapping[PostKind, Entry] = MappingProxyType(
    {
        PostKind.HUDDLE_AGENDA: Entry(
            Audience.TEAM_CHANNEL, "huddle agenda", "before each huddle", useful_for=None, says_late=True
        ),
        PostKind.HUDDLE_CHECK: Entry(
            Audience.TEAM_CHANNEL,
            "question “Held or not held?”",
            "15 minutes after each huddle",
            timedelta(hours=2),
            says_late=True,
        ),
        PostKind.WEEKLY_REMINDER: Entry(
            Audience.TEAM_CHANNEL, "weekly reminder", "Monday at 9:00 AM", timedelta(hours=2), says_late=True
        ),
        PostKind.DIGEST: Entry(
            Audience.DIGEST_READERS,
            "weekly digest",
            "Monday, at the digest's hour",
            timedelta(days=7),
            merged=True,
            says_late=True,
        ),
        # Never caught up: concerns come at a fixed hour or not at all, so that their time says nothing.
        PostKind.CONCERN_BATCH: Entry(
            Audience.CONCERN_READERS, "batch of concerns", "working days, at the concerns' hour", timedelta(minutes=10)
        ),
        PostKind.CONCERN_NOW: Entry(
            Audience.CONCERN_READERS, "concern released at once", "when somebody asks for it", timedelta(days=1)
        ),
        PostKind.SAID_PREVIEW: Entry(
            Audience.CONCERN_READERS,
            "preview of “You said, we did”",
            "first Tuesday of the month at 9:00 AM, and once more on the second",
            timedelta(days=3),
            merged=True,
        ),
        PostKind.SAID: Entry(
            Audience.TEAM_CHANNEL, "“You said, we did”", "once a month, when a reader has said yes", timedelta(days=7)
        ),
        PostKind.CLOSED_DAYS: Entry(
            Audience.TEAM_CHANNEL,
            "note on closed days",
            "once for each closure, the working day before",
            timedelta(days=1),
            says_late=True,
        ),
        PostKind.NOTICE: Entry(Audience.LEADS, "notice", "when something went wrong", timedelta(days=7)),
    }
)

TO_PEOPLE = frozenset(kind for kind, entry in TIMETABLE.items() if entry.audience in DUTIES)
"""Kinds that go to each person with a duty; the others go to the team's channel."""

LATE_AFTER = timedelta(minutes=2)
"""No post that comes sooner is late; how long each kind has beyond this is `mat.urgency`'s."""


def full_title(kind: PostKind, series: HuddleSeries | None) -> str:
    """What people call a post, with the name of its huddle; a person's words are in it, so escape it for markup."""
    title = TIMETABLE[kind].title
    return f"{title} for “{series.title}”" if series else title
