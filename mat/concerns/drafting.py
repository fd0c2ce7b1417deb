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
    require_topic(topic, topics)
    wanted = Release.NOW if release == Release.NOW else Release.NEXT_BATCH
    return Draft(topic, accept_words(text), wanted)


def require_topic(topic: str, topics: Collection[str]) -> None:
    """Raises ConcernNeedsTopic for what is no topic of the playbook."""
    if topic not in topics:
        raise ConcernNeedsTopic


def accept_words(text: str) -> str:
    """The words of a concern, cleaned. Raises what `accept` raises."""
    return accept(text, limit=TEXT_LIMIT, what="what gets in the way")
