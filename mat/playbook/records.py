"""The playbook as frozen records. Weeks count from the first day of a clinic's plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

RECURS_MONTHS: Mapping[str, int] = MappingProxyType({"monthly": 1, "quarterly": 3, "half-yearly": 6, "yearly": 12})
EVIDENCE = ("source", "found", "inferred")
PLACES = ("slack", "ehr", "spoken")
SEVERITIES = ("block", "warn")


@dataclass(frozen=True, slots=True)
class About:
    """What the playbook is. `content_as_of`: year and month of the last review, as in 2026-05."""

    content_as_of: str = ""
    disclaimer: str = ""
    no_patients: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an item comes from. `url` is empty where only somebody's copy can be read; then it is cited by title."""

    id: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A role in the improvement team; `source` is a source id."""

    id: str
    title: str
    does: str
    source: str


@dataclass(frozen=True, slots=True)
class Track:
    """One of the two programs. `short` is for lists, `aliases` are other words people type."""

    id: str
    title: str
    short: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A span of the plan, from `start_week` up to `end_week`."""

    id: str
    title: str
    start_week: int
    end_week: int


@dataclass(frozen=True, slots=True)
class Block:
    """A building block. `track` is a track id, `short` is for lists, `aliases` are other words people type."""

    id: str
    track: str
    title: str
    short: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaybookMilestone:
    """A shipped milestone. `track`, `stage`, `block`, `role` and `source` are ids; `description` is what done means.

    `recurs`: empty, or a key of `RECURS_MONTHS`. `evidence`: "source" if the source names it, "found" if another text
    of the same program does, "inferred" if it is our reading.
    """

    id: str
    track: str
    stage: str
    block: str
    short: str
    description: str
    role: str
    start_week: int
    due_week: int
    source: str
    evidence: str
    recurs: str = ""


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A line of an agenda. `owner` is a role id.

    `where`: "slack" may be written about in the channel, "ehr" is looked up there and never written here, "spoken" is
    only said aloud.
    """

    id: str
    label: str
    minutes: int
    owner: str
    where: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """The agenda of a kind of meeting. `leader` and `attendees` are role ids, `minutes` its length.

    `minutes_before`: how long before the meeting the agenda is posted, unless the clinic chooses otherwise.
    """

    id: str
    title: str
    minutes: int
    minutes_before: int
    cadence: str
    leader: str
    attendees: tuple[str, ...]
    header: str
    items: tuple[AgendaItem, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a concern can be about: `label` in the list, `hint` under it."""

    id: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class HelpRoute:
    """Where anyone can turn in a crisis; `how` is one sentence."""

    id: str
    title: str
    how: str
    url: str


@dataclass(frozen=True, slots=True)
class LanguageRule:
    """Words the bot avoids, and what it says instead.

    `severity`: "block" is never said; "warn" is not in our own texts, and at most a private hint to a writer.
    `allow`: names in which an avoided word may stand.
    """

    avoid: tuple[str, ...]
    use: str
    severity: str
    allow: tuple[str, ...] = ()
