"""What stands behind `/mat`."""

from __future__ import annotations

from mat.free_text import cleaned

MAX_TYPED = 4_000
"""Characters of a line that are read at all; Slack itself sends at most 4,000, others may send more."""


def split(text: str) -> tuple[str, str]:
    """The sub-command in lower case and the rest of the line: `" Done  policy draft "` → `("done", "policy draft")`."""
    head, _, rest = " ".join(cleaned(text[:MAX_TYPED]).split()).partition(" ")
    return head.casefold(), rest


def cut_last(words: str, last: str) -> tuple[str, bool]:
    """The words without a closing `last`, and whether it stood there: `"policies share"` → `("policies", True)`."""
    kept = words.split()
    if kept and kept[-1].casefold() == last:
        return " ".join(kept[:-1]), True
    return words, False
