"""The kinds of patterns that rules are written in.

Every pattern is bounded, so that no text takes longer than its length warrants. A pattern begins with a set of characters or
with plain words, because `re` looks for those fast; what must not stand before it is asked behind that first character
(`[0-9](?<![0-9].)`) or, for words, by `words`. Patterns read small letters, but for names, which are told by capitals.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, cached_property

from mat.patient_rules.alternatives import by_letter
from mat.patient_rules.beginnings import SHORTEST, beginnings

UNIT = (
    r"(?:%|mg|mcg|ml|g\b|units?|hours?|hrs?\b|minutes?|mins?\b|days?|weeks?|months?|years?|dollars|people"
    r"|patients|clients|members"
    r"|visits|encounters|calls|claims|scripts|prescriptions|tablets|strips|doses|boxes|cups|cards|rows"
    r"|records|charts|lives|residents"
    r"|employees|staff|miles|words|points|steps|kits|copies|times|of\b|per\b|am\b|pm\b)"
)
"""What stands behind a number that counts or measures."""


class Words:
    """A pattern that never begins inside a word. One is equal to itself only."""

    def __init__(self, pattern: str) -> None:
        self.written = pattern
        _EVERY.append(self)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text first has what it can begin with."""
        return re.compile(rf"(?<![A-Za-z])(?:{by_letter(self.written)})")

    @cached_property
    def begin(self) -> frozenset[str]:
        """With which characters it can begin."""
        return beginnings(self.written)


class Figures:
    """A pattern that tells no figure from another. It is looked for where all are written 0: `re` finds one character fast."""

    def __init__(self, pattern: str) -> None:
        self.written = pattern

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.written)

    @cached_property
    def zeros(self) -> re.Pattern[str]:
        return re.compile(self.written.replace("0-9", "0"))


_EVERY: list[Words] = []


@cache
def begun_with() -> dict[str, list[Words]]:
    """All words by what they can begin with; behind what is shorter than the longest anything may stand."""
    begun: defaultdict[str, list[Words]] = defaultdict(list)
    for words in _EVERY:
        for one in words.begin:
            begun[one].append(words)
    for one in sorted(begun, key=len, reverse=True):
        for shorter in range(SHORTEST, len(one)):
            begun[one] += begun.get(one[:shorter], ())
    return begun


class Some:
    """Some of several vocabularies that are looked for in one pass, by their names in the pattern."""

    __slots__ = ("names", "words")

    def __init__(self, words: Words, names: tuple[str, ...]) -> None:
        self.words = words
        self.names = names


def words(pattern: str) -> Words:
    """A pattern that never begins inside a word; it begins with a plain letter or `(b`."""
    return Words(pattern)


def together(**vocabularies: str) -> Words:
    """Several vocabularies, told apart by name; where two have the same word, the first one gets it. No groups inside."""
    return words("|".join(f"(?P<{name}>{pattern})" for name, pattern in vocabularies.items()))


Vocabulary = Words | Some
Pattern = re.Pattern[str] | Words | Figures
