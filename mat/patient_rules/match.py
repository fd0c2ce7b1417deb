"""What a rule of the guard is, and the few things that all rules share.

Every pattern is bounded, so that no text takes longer than its length warrants. A pattern begins with a set of characters or
with plain words, because `re` looks for those fast; what must not stand before it is asked behind that first character
(`[0-9](?<![0-9].)`) or, for words, by `words`. The `Page` notes once where words begin, and with what, so that patterns of words
are tried only where they can match; what stands around a match is looked up there too, once for each pattern however many
matches ask. Patterns read small letters, but for names, which are told by capitals.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from mat.patient_rules.beginnings import LONGEST, beginnings
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


class Words:
    """A pattern that never begins inside a word, and with which characters it can begin. One is equal to itself only."""

    __slots__ = ("begin", "pattern", "short")

    def __init__(self, pattern: str) -> None:
        self.pattern = re.compile(rf"(?<![A-Za-z])(?:{pattern})")
        self.begin = beginnings(pattern)
        self.short = tuple(one for one in self.begin if len(one) < LONGEST)


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


class Page:
    """One text while it is examined: `text` as it reads, `lower` in small letters, and where words stand in it."""

    __slots__ = ("_begin", "_ends", "_found", "_short", "_starts", "days", "has_digits", "has_letters", "lower", "text")

    def __init__(self, reading: Reading) -> None:
        self.text = reading.text
        self.lower = reading.lower
        self.has_digits = DIGIT.search(reading.lower) is not None
        self.has_letters = LETTER.search(reading.lower) is not None
        self.days: list[re.Match[str]] | None = None
        self._begin = _index(reading.lower)
        self._short: dict[str, list[str]] = {}
        for one in self._begin:
            self._short.setdefault(one[:1], []).append(one)
        self._found: dict[object, list[re.Match[str]]] = {}
        self._starts: dict[Vocabulary, list[int]] = {}
        self._ends: dict[Pattern, frozenset[int]] = {}

    def says(self, *parts: str) -> bool:
        """Whether one of these stands anywhere: the quickest question of all."""
        return any(part in self.lower for part in parts)

    def each(self, pattern: Pattern, text: str | None = None) -> Iterator[re.Match[str]]:
        """Every match in `lower`, or in `text`, in order. Words are tried only where one begins as they can begin."""
        text = self.lower if text is None else text
        return self._each(pattern, text) if isinstance(pattern, Words) else pattern.finditer(text)

    def _each(self, words: Words, text: str) -> Iterator[re.Match[str]]:
        match, end = words.pattern.match, -1
        for place in self._places(words):
            if place >= end and (found := match(text, place)):
                end = found.end()
                yield found

    def _places(self, words: Words) -> list[int]:
        keys = set(words.begin & self._begin.keys())
        for one in words.short:
            keys.update(key for key in self._short.get(one[:1], ()) if key.startswith(one))
        if len(keys) == 1:
            return self._begin[next(iter(keys))]
        return sorted(chain.from_iterable(self._begin[key] for key in keys))

    def every(self, pattern: Pattern) -> list[re.Match[str]]:
        """Every match in `lower`, looked for once however many ask."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = list(self.each(pattern))
        return found

    def starts(self, vocabulary: Vocabulary) -> list[int]:
        """Where these words begin, in order; empty where there are none."""
        starts = self._starts.get(vocabulary)
        if starts is None:
            starts = self._starts[vocabulary] = self._looked_for(vocabulary)
        return starts

    def _looked_for(self, vocabulary: Vocabulary) -> list[int]:
        if isinstance(vocabulary, Words):
            return [match.start() for match in self.every(vocabulary)]
        return [match.start() for match in self.every(vocabulary.words) if match.lastgroup in vocabulary.names]

    def has(self, vocabulary: Vocabulary, start: int, end: int) -> bool:
        """Whether one of these words begins at `start` or later and before `end`."""
        starts = self.starts(vocabulary)
        place = bisect_left(starts, start)
        return place < len(starts) and starts[place] < end

    def beside(self, vocabulary: Vocabulary, match: re.Match[str], reach: int = NEAR) -> bool:
        """Whether one of these words stands near a match, on either side."""
        return self.has(vocabulary, match.start() - reach, match.end() + reach)

    def behind(self, vocabulary: Pattern, place: int) -> bool:
        """Whether one of these words ends at this place."""
        ends = self._ends.get(vocabulary)
        if ends is None:
            ends = self._ends[vocabulary] = frozenset(found.end() for found in self.every(vocabulary))
        return place in ends


def _index(lower: str) -> dict[str, list[int]]:
    """Where words begin, by their first characters."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    for match in WORD.finditer(lower):
        place = match.start()
        index[lower[place : place + LONGEST]].append(place)
    return index


Pattern = re.Pattern[str] | Words
WORD = re.compile(r"[a-z]+\(?|\((?=b)")
"""Behind a letter a bracket begins nothing."""
DIGIT = re.compile("[0-9]")
LETTER = re.compile("[a-z]")
Rule = Callable[[Page], Iterator[Match]]


def digits_in(text: str) -> str:
    return "".join(DIGIT.findall(text))
