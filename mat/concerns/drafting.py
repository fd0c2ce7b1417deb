"""What a form holds, turned into the draft that crosses over: checked, cleaned, and looked at for patient detail."""

from __future__ import annotations

from collections.abc import Collection

from mat.concerns.records import TEXT_LIMIT, Draft, Release
from mat.errors import ConcernNeedsTopic
from mat.free_text import accept


def draft(topic: str, text: str, release: str, topics: Collection[str]) -> Draft:
    """A checked draft from what a form holds; anything but `now` is released with the next batch.

    Raises ConcernNeedsTopic and what `accept` raises: ReasonNeeded, TextTooLong or TextNamesAPatient.
    """
    if topic not in topics:
        raise ConcernNeedsTopic
    wanted = Release.NOW if release == Release.NOW else Release.NEXT_BATCH
    return Draft(topic, accept(text, limit=TEXT_LIMIT, what="what gets in the way"), wanted)
