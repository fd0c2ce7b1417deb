"""The text of a message for notifications and screen readers: the same words, without the marks that are for the eye."""

from __future__ import annotations

import re

# Patterns begin with the mark itself: that is searched for quickest.
# What to look for before searching, what to search, and what to say instead.
_MARKS = (
    ("*", re.compile(r"\*(?<![\w*]\*)(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    ("`", re.compile(r"`([^`\n]+)`"), r"\1"),
    ("·", re.compile(r"\s+·\s+"), ", "),
    ("•", re.compile(r"^• +", re.MULTILINE), ""),
)


def aloud(markup: str) -> str:
    """`*Done:* PDMP  ·  see `/mat status`` → `Done: PDMP, see /mat status`. Mentions, dates and links stay as Slack wants them."""
    plain = markup
    for mark, pattern, spoken in _MARKS:
        if mark in plain:
            plain = pattern.sub(spoken, plain)
    return plain
