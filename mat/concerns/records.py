"""The records of a concern. None has a person in it, and none shows a text in its `repr`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mat.concerns.weeks import IsoWeek

TEXT_LIMIT = 3000
SENTENCE_LIMIT = 300
# Per concern, not per person: nobody's name is needed to stop a flood of answers.
ANSWERS_PER_CONCERN = 20
INBOX_PAGE = 8


class Release(StrEnum):
    """When the readers may see a concern."""

    NEXT_BATCH = "batch"
    NOW = "now"


class Status(StrEnum):
    """What became of a concern; `waiting` until a reader says otherwise."""

    WAITING = "waiting"
    HEARD = "heard"
    DOING = "doing"
    DONE = "done"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True)
class ClinicKey:
    """Whose concern: ids of a workspace and a clinic, never of a person."""

    workspace: str
    clinic: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The only thing that crosses from Slack: topic, text, and when to release it."""

    topic: str
    text: str = field(repr=False)
    release: Release = Release.NEXT_BATCH


@dataclass(frozen=True, slots=True)
class Note:
    """One turn of the conversation: a reader's reply or the submitter's answer. `text` is None when its key is gone."""

    from_reader: bool
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a receipt shows: the status, the readers' public sentence (may be empty) and their replies, oldest first."""

    status: Status
    sentence: str = field(repr=False)
    replies: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Concern:
    """A released concern as the readers see it. `text` is None when retention has destroyed its month's key.

    `batch` is the local date of its release, written 2026-11-20; `week` the ISO week (UTC) in which it arrived.
    """

    id: str
    topic: str
    status: Status
    week: IsoWeek
    batch: str
    redacted: bool
    text: str | None = field(repr=False)
    sentence: str = field(default="", repr=False)
    notes: tuple[Note, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some of a clinic's released concerns; `page` counts from 0 and is the last one where a later was asked for."""

    concerns: tuple[Concern, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One line of “You said, we did”: what became of a concern, and the readers' own public sentence. Nothing else is told."""

    status: Status
    sentence: str
