"""What a rule of the guard is, and the text that rules look at.

The `Page` notes once where words begin, and with what, so that patterns of words are tried only where they can match; what
stands around a match is looked up there too, once for each pattern however many matches ask.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from mat.patient_rules.beginnings import LONGEST
from mat.patient_rules.patterns import Figures, Pattern, Vocabulary, Words, begun_with
from mat.reading import Reading, zeros

NEAR = 60
"""Characters within which two things belong together."""


class Match(NamedTuple):
    """Characters `start` to `end` of a reading, and what they look like."""

    kind: str
    start: int
    end: int


class Page:
    """One text while it is examined: `text` as it reads, `lower` in small letters, `zeros` with each figure of that as 0."""

    __slots__ = (
        "_ends",
        "_found",
        "_named",
        "_places",
        "_starts",
        "days",
        "has_capitals",
        "has_digits",
        "has_letters",
        "lower",
        "text",
        "zeros",
    )

    def __init__(self, reading: Reading) -> None:
        self.text = reading.text
        self.lower = reading.lower
        self.zeros = zeros(reading.lower)
        self.has_capitals = reading.text != reading.lower
        self.has_digits = "0" in self.zeros
        self.has_letters = LETTER.search(reading.lower) is not None
        self.days: list[re.Match[str]] | None = None
        self._places = _places(reading.lower)
        self._found: dict[object, list[re.Match[str]]] = {}
        self._named: dict[Words, defaultdict[str | None, list[int]]] = {}
        self._starts: dict[Vocabulary, list[int]] = {}
        self._ends: dict[Pattern, frozenset[int]] = {}

    def says(self, *parts: str) -> bool:
        """Whether one of these stands anywhere: the quickest question of all."""
        return any(part in self.lower for part in parts)

    def each(self, pattern: Pattern, text: str | None = None) -> Iterator[re.Match[str]]:
        """Every match in `lower`, or in `text`, in order. Words are tried only where one begins as they can begin."""
        text = self.lower if text is None else text
        if isinstance(pattern, Words):
            return self._each(pattern, text)
        return self._each_figure(pattern) if isinstance(pattern, Figures) else pattern.finditer(text)

    def _each(self, words: Words, text: str) -> Iterator[re.Match[str]]:
        places = self._places.get(words)
        if not places:
            return
        match, end = words.pattern.match, -1
        for place in sorted(places):
            if place >= end and (found := match(text, place)):
                end = found.end()
                yield found

    def _each_figure(self, figures: Figures) -> Iterator[re.Match[str]]:
        match = figures.pattern.match
        for found in figures.zeros.finditer(self.zeros):
            if real := match(self.lower, found.start()):
                yield real

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
        named = self._named.get(vocabulary.words)
        if named is None:
            named = self._named[vocabulary.words] = defaultdict(list)
            for match in self.each(vocabulary.words):
                named[match.lastgroup].append(match.start())
        return sorted(chain.from_iterable(named[name] for name in vocabulary.names))

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


def _places(lower: str) -> dict[Words, list[int]]:
    """Where a word stands with which these words can begin."""
    index: dict[str, list[int]] = {}
    for place in [match.start() for match in chain(WORD.finditer(lower), BRACKET.finditer(lower))]:
        beginning = lower[place : place + LONGEST]
        if beginning in index:
            index[beginning].append(place)
        else:
            index[beginning] = [place]
    places: defaultdict[Words, list[int]] = defaultdict(list)
    begun = begun_with()
    for beginning, found in index.items():
        for words in begun.get(beginning) or begun.get(beginning[:3]) or begun.get(beginning[:2]) or ():
            places[words] += found
    return places


WORD = re.compile(r"[a-z]+")
BRACKET = re.compile(r"\((?<![a-z].)b")
"""The only other character that such a word begins with; behind a letter it begins nothing."""
DIGIT = re.compile("[0-9]")
LETTER = re.compile("[a-z]")
Rule = Callable[[Page], Iterator[Match]]


def digits_in(text: str) -> str:
    return "".join(DIGIT.findall(text))
