"""What stands behind `/mat`."""

from __future__ import annotations

MAX_TYPED = 4_000
"""Characters of a line that are read at all; Slack itself sends at most 4,000, others may send more."""


def split(text: str) -> tuple[str, str]:
    """The sub-command in lower case and the rest of the line: `" Done  policy draft "` → `("done", "policy draft")`."""
    # Half a character can't be written down anywhere; NUL is refused by databases.
    whole = text[:MAX_TYPED].replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    head, _, rest = " ".join(whole.split()).partition(" ")
    return head.casefold(), rest


def cut_last(words: str, last: str) -> tuple[str, bool]:
    """The words without a closing `last`, and whether it stood there: `"policies share"` → `("policies", True)`."""
    kept = words.split()
    if kept and kept[-1].casefold() == last:
        return " ".join(kept[:-1]), True
    return words, False
