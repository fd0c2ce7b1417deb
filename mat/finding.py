"""Which milestones a person means by the words they typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mat.plan import Milestone
from mat.playbook.finding import words_of

FILLERS = frozenset({"a", "an", "and", "is", "milestone", "the"})


def matching(milestones: Iterable[Milestone], words: str) -> tuple[Milestone, ...]:
    """Exact id or label, else every word begins a word of the label or id.

    Marks around words, and words such as “the”, are no part of a name.
    """
    typed = words_of(words)
    wanted = [word for word in typed if word not in FILLERS] or typed
    if not wanted:
        return ()
    everything = tuple(milestones)
    exact = tuple(m for m in everything if words.casefold() in (m.id.casefold(), m.short.casefold()))
    return exact or tuple(m for m in everything if _all_begin(wanted, words_of(f"{m.short} {m.id}")))


def _all_begin(wanted: Sequence[str], having: Sequence[str]) -> bool:
    return all(any(word.startswith(w) for word in having) for w in wanted)


def block_of(milestones: Iterable[Milestone], words: str) -> str:
    """The id of the building block that holds all that match, empty where none does or several do."""
    blocks = {milestone.block for milestone in matching(milestones, words)}
    return blocks.pop() if len(blocks) == 1 else ""
