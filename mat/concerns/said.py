"""“You said, we did”: what became of concerns, in the readers' own public sentences; once a month, after a reader's yes.

Nothing of a concern crosses but its status and that sentence: no topic, no week, no count, and no order but that of the words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Protocol

from mat.concerns.records import ClinicKey, PublicLine, Status

MOST_LINES = 10
"""In one post; what is over waits for the next month. Slack has no more boxes to tick in one list."""

# What was done first: that is what the post is for.
_ORDER = (Status.DONE, Status.DOING, Status.CANNOT, Status.HEARD, Status.WAITING)


class SaidState(StrEnum):
    """What the readers have decided about one month's post."""

    OPEN = "open"
    PUT_OFF = "put-off"
    APPROVED = "approved"
    POSTED = "posted"

    @property
    def decided(self) -> bool:
        return self is not SaidState.OPEN


def month_of(day: date) -> str:
    """`2026-11`; of an aware datetime, the month in that datetime's own zone."""
    return f"{day.year:04d}-{day.month:02d}"


def in_order(lines: Iterable[PublicLine]) -> tuple[PublicLine, ...]:
    """Each once, by status and then by its own words: an order that follows from what is public, and so tells nothing else."""
    return tuple(
        sorted(set(lines), key=lambda line: (_ORDER.index(line.status), line.sentence.casefold(), line.sentence))
    )


def edition(lines: Iterable[PublicLine]) -> tuple[PublicLine, ...]:
    """The lines of one post."""
    return in_order(lines)[:MOST_LINES]


def fingerprint(lines: Sequence[PublicLine]) -> str:
    """16 hexadecimal digits that change with any word: a press on a preview approves what stood in it and nothing else."""
    words = json.dumps([[line.status.value, line.sentence] for line in lines])
    return hashlib.blake2b(words.encode(), digest_size=8).hexdigest()


class ConcernPublisher(Protocol):
    """For the readers and the clock: what may be told to everybody. Months are written `2026-11`, by the clinic's calendar."""

    async def unsaid(self, clinic: ClinicKey) -> tuple[PublicLine, ...]:
        """Public sentences of released concerns that no post has had yet as they stand now, in `in_order`."""

    async def held_back(self, clinic: ClinicKey) -> bool:
        """Whether some public sentence is not among them because too few concerns have come (`mat.concerns.digest.may_tell`)."""

    async def said_state(self, clinic: ClinicKey, month: str) -> SaidState: ...

    async def approve(self, clinic: ClinicKey, month: str, wording: Mapping[PublicLine, str]) -> bool:
        """Says yes to the month's post: these lines, each with the words to post (its own, or a reader's better ones).

        New words become the concern's public sentence. False, and nothing changed, where the month's post was approved
        before. Raises SaidChanged where one of the lines no longer stands.
        """

    async def put_off(self, clinic: ClinicKey, month: str) -> bool:
        """Not this month; the lines wait for the next. False where the month's post was approved before."""

    async def approved(self) -> tuple[tuple[ClinicKey, str], ...]:
        """Clinics and months whose post was approved and is not in the outbox yet."""

    async def handed_over(self, clinic: ClinicKey, month: str) -> None:
        """The post is in the outbox."""

    async def said(self, clinic: ClinicKey, month: str) -> tuple[PublicLine, ...]:
        """The approved lines of a month, in `in_order`; without what was deleted or whose key is gone."""

    async def said_and_done(self, clinic: ClinicKey, limit: int = 3) -> tuple[PublicLine, ...]:
        """Approved lines, newest month first, for Home."""
