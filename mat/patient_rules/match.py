"""What a rule of the guard is, and the few things that all rules share.

Every pattern is bounded, so that no text takes longer than its length warrants. A pattern begins with a set of characters or
with plain words, because `re` looks for those fast; what must not stand before it is asked behind that first character
(`[0-9](?<![0-9].)`) or, for words, by `words`. What stands around a match is looked up on the `Page`, which goes through
the text once for each pattern, however many matches ask. Patterns read small letters, but for names, which are told by capitals.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from mat.reading import Reading

NEAR = 60
"""Characters within which two things belong together."""

UNIT = (
    r"(?:%|mg|mcg|ml|g\b|units?|hours?|hrs?\b|minutes?|mins?\b|days?|weeks?|months?|years?|dollars|people"
    r"|patients|clients|members"
    r"|visits|encounters|calls|claims|scripts|prescriptions|tablets|strips|doses|boxes|cups|cards|rows"
    r"|records|charts|lives|residents"
    r"|employees|staff|miles|words|points|steps|kits|copies|times|of\b|per\b|am\b|pm\b)"
)
"""What stands behind a number that counts or measures."""


class Match(NamedTuple):
    """Characters `start` to `end` of a reading, and what they look like."""

    kind: str
    start: int
    end: int


def words(pattern: str) -> re.Pattern[str]:
    """A pattern that never begins inside a word. Whether a word can begin is asked first: at most places none can."""
    return re.compile(rf"(?<![A-Za-z])(?=[A-Za-z(])(?:{pattern})")


@dataclass(frozen=True, slots=True)
class Words:
    """Some of several vocabularies that are looked for in one pass, by their names in the pattern."""

    pattern: re.Pattern[str]
    names: tuple[str, ...]


def together(**vocabularies: str) -> re.Pattern[str]:
    """Several vocabularies, told apart by name; where two have the same word, the first one gets it. No groups inside."""
    return words("|".join(f"(?P<{name}>{pattern})" for name, pattern in vocabularies.items()))


Vocabulary = re.Pattern[str] | Words


class Page:
    """One text while it is examined: `text` as it reads, `lower` in small letters, and where words stand in it."""

    __slots__ = ("_ends", "_passes", "_starts", "days", "has_digits", "has_letters", "lower", "text")

    def __init__(self, reading: Reading) -> None:
        self.text = reading.text
        self.lower = reading.lower
        self.has_digits = DIGIT.search(reading.lower) is not None
        self.has_letters = LETTER.search(reading.lower) is not None
        self.days: list[re.Match[str]] | None = None
        self._starts: dict[Vocabulary, list[int]] = {}
        self._passes: dict[re.Pattern[str], dict[str, list[int]]] = {}
        self._ends: dict[re.Pattern[str], frozenset[int]] = {}

    def says(self, *parts: str) -> bool:
        """Whether one of these stands anywhere: the quickest question of all."""
        return any(part in self.lower for part in parts)

    def starts(self, vocabulary: Vocabulary) -> list[int]:
        """Where these words begin, in order; empty where there are none."""
        starts = self._starts.get(vocabulary)
        if starts is None:
            starts = self._starts[vocabulary] = self._looked_for(vocabulary)
        return starts

    def _looked_for(self, vocabulary: Vocabulary) -> list[int]:
        if isinstance(vocabulary, re.Pattern):
            return [match.start() for match in vocabulary.finditer(self.lower)]
        found = self._passes.get(vocabulary.pattern)
        if found is None:
            found = self._passes[vocabulary.pattern] = {}
            for match in vocabulary.pattern.finditer(self.lower):
                found.setdefault(match.lastgroup or "", []).append(match.start())
        return sorted(chain.from_iterable(found.get(name, ()) for name in vocabulary.names))

    def has(self, vocabulary: Vocabulary, start: int, end: int) -> bool:
        """Whether one of these words begins at `start` or later and before `end`."""
        starts = self.starts(vocabulary)
        place = bisect_left(starts, start)
        return place < len(starts) and starts[place] < end

    def beside(self, vocabulary: Vocabulary, match: re.Match[str], reach: int = NEAR) -> bool:
        """Whether one of these words stands near a match, on either side."""
        return self.has(vocabulary, match.start() - reach, match.end() + reach)

    def behind(self, vocabulary: re.Pattern[str], place: int) -> bool:
        """Whether one of these words ends at this place."""
        ends = self._ends.get(vocabulary)
        if ends is None:
            ends = self._ends[vocabulary] = frozenset(found.end() for found in vocabulary.finditer(self.lower))
        return place in ends


DIGIT = re.compile("[0-9]")
LETTER = re.compile("[a-z]")
Rule = Callable[[Page], Iterator[Match]]


def digits_in(text: str) -> str:
    return "".join(DIGIT.findall(text))
