"""What a rule of the guard is, and the few things that all rules share.

Every pattern is bounded, so that no text takes longer than its length warrants. A pattern begins with a set of characters or
with plain words, because `re` looks for those fast; what must not stand before it is asked behind that first character
(`[0-9](?<![0-9].)`) or, for words, by `whole_words`. Patterns read the small letters of a `Reading`, but for names, which are
told by their capitals.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from mat.reading import Reading

NEAR = 60
"""Characters within which two things belong together."""

UNIT = (
    r"(?:%|mg|mcg|ml|g\b|units?|hours?|days?|weeks?|months?|dollars|people|patients|clients|visits|kits|copies|times|of\b|per\b"
    r"|am\b|pm\b)"
)
"""What stands behind a number that counts or measures."""


class Match(NamedTuple):
    """Characters `start` to `end` of a reading, and what they look like."""

    kind: str
    start: int
    end: int


Rule = Callable[[Reading], Iterator[Match]]


def whole_words(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Matches that do not begin inside a word."""
    return (match for match in pattern.finditer(text) if not text[match.start() - 1 : match.start()].isalnum())


def beside(matches: Iterable[re.Match[str]], others: Callable[[], Iterable[re.Match[str]]]) -> Iterator[re.Match[str]]:
    """Those `matches` that have one of the `others` near them; the others are looked for only when there is a match."""
    starts: list[int] | None = None
    for match in matches:
        if starts is None:
            starts = [other.start() for other in others()]
        place = bisect_left(starts, match.start() - NEAR)
        if place < len(starts) and starts[place] <= match.end() + NEAR:
            yield match
