"""A clinic, its people and what each of them looks after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class Word(StrEnum):
    """What this clinic calls the medicines; the programmes moved from MAT to MOUD."""

    MOUD = "MOUD"
    MAT = "MAT"


class Pace(StrEnum):
    """How much of the playbook a clinic takes on at once."""

    LIGHT = "light"
    STANDARD = "standard"
    FULL = "full"


class Duty(StrEnum):
    """What a person looks after beside their role in the improvement team."""

    LEAD = "lead"
    READS_CONCERNS = "reads-concerns"
    GETS_DIGEST = "gets-digest"


@dataclass(frozen=True, slots=True)
class Clinic:
    """One clinic. `start` is the first day of the plan; times are wall-clock times in `zone` (IANA name).

    `channel` is the team's channel, empty until chosen. `ready` turns true when set-up is finished; before that nothing is posted.
    """

    workspace: str
    id: str
    name: str
    zone: str
    start: date
    tracks: tuple[str, ...]
    word: Word = Word.MOUD
    pace: Pace = Pace.STANDARD
    channel: str = ""
    digest_at: time = time(8, 0)
    concerns_at: time = time(8, 0)
    ready: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a clinic: roles in the improvement team (playbook ids) and duties."""

    user: str
    roles: tuple[str, ...] = ()
    duties: frozenset[Duty] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What Slack says about a person: only what decides what they may do and when their morning is.

    `outsider`: of another organisation (Slack Connect). `admin`: admin or owner of the workspace. `zone`: IANA name, empty if unknown.
    """

    user: str
    name: str = ""
    bot: bool = False
    guest: bool = False
    outsider: bool = False
    admin: bool = False
    gone: bool = False
    zone: str = ""
