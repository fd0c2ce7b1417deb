"""The guard against patient detail: looks at a text before it is kept and again before it is posted.

What names a patient for certain blocks; what only may do so warns. It catches common identifiers; it does not make a text
safe. It needs no model and no network, and its time grows with the length of the text and nothing else.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from mat.joined import joined
from mat.patient_rules import HARD, SOFT
from mat.patient_rules.match import Match, Page, Rule
from mat.reading import Reading, read, without_links
from mat.unbroken import unbroken

MOST_FOUND = 20


class Decision(StrEnum):
    OK = "ok"
    WARN = "warn"
    BLOCK = "block"


class Found(NamedTuple):
    """One place that looks like patient detail: characters `start` to `end` (exclusive) of the text as it was typed."""

    kind: str
    start: int
    end: int


class Verdict(NamedTuple):
    """What to do with a text, and why: `found` in the order of the text."""

    verdict: Decision
    found: tuple[Found, ...] = ()


KIND_IN_WORDS = {
    "ssn": "a Social Security number",
    "record-number": "a record number",
    "phone": "a phone number",
    "e-mail": "an e-mail address",
    "birth-date": "a birth date",
    "address": "a street address",
    "name": "a patient's name",
    "event-date": "the date of something that happened to a patient",
    "place": "a patient's room or bed",
    "only-one": "a description that fits only one person",
    "age": "a patient's age",
    "result": "a patient's test result",
    "other": "something that belongs to one patient",
}
"""Each kind of finding as it is named to the writer."""


def examine(text: str) -> Verdict:
    """The verdict on a text of any length. Pure; the same text always gives the same verdict."""
    reading = joined(unbroken(without_links(read(text))))
    page = Page(reading)
    hard = _matches(HARD, page)
    found = _found(reading, hard or _matches(SOFT, page))
    decision = Decision.BLOCK if hard else Decision.WARN if found else Decision.OK
    return Verdict(decision, found)


def certain(text: str) -> tuple[Found, ...]:
    """What in a text would block it, in its order; quicker than `examine`, for texts of ours with people's words in them."""
    reading = joined(unbroken(without_links(read(text))))
    return _found(reading, _matches(HARD, Page(reading)))


def _found(reading: Reading, matches: list[Match]) -> tuple[Found, ...]:
    spans = reading.originals([(one.start, one.end) for one in matches])
    return tuple(Found(one.kind, *span) for one, span in zip(matches, spans, strict=True))


def _matches(rules: tuple[Rule, ...], page: Page) -> list[Match]:
    """What the rules find, in the order of the text, each place once and no more than are worth showing."""
    kept: list[Match] = []
    for rule in rules:
        for match in islice(rule(page), MOST_FOUND):
            if all(match.end <= other.start or match.start >= other.end for other in kept):
                kept.append(match)
    return sorted(kept, key=lambda match: match.start)
