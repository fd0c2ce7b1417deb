"""The text of a message for notifications and screen readers: the same words, without the marks that are for the eye."""

from __future__ import annotations

import re

_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_CODE = re.compile(r"`([^`\n]+)`")
_DOT = re.compile(r"\s+·\s+")
_BULLET = re.compile(r"^• +", re.MULTILINE)


def aloud(markup: str) -> str:
    """`*Done:* PDMP  ·  see `/mat status`` → `Done: PDMP, see /mat status`. Mentions, dates and links stay as Slack wants them."""
    plain = _CODE.sub(r"\1", _BOLD.sub(r"\1", markup))
    return _BULLET.sub("", _DOT.sub(", ", plain))
