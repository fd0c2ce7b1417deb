"""Alternatives put together by their first letters find what they found before."""

from __future__ import annotations

import re

import pytest

from mat.patient_rules.alternatives import by_letter
from mat.patient_rules.care_words import CARE_WORD, HAPPENED
from mat.patient_rules.other_numbers import NUMBER_OF
from mat.patient_rules.patterns import Words
from mat.patient_rules.records import RECORD_WORD
from tests.guard_sentences import HALVES, harmless, identifying

TEXT = "\n".join(
    text for half in HALVES for text in [*harmless(half), *(one.text for one in identifying(half))]
).lower()


@pytest.mark.parametrize(
    ("pattern", "ordered"),
    [
        ("abc|abd|x", "a(?:b(?:c|d))|x"),
        ("a|ab|ac", "a(?:|b|c)"),
        (r"pts?\b|pt", r"p(?:t(?:s?\b|))"),
        ("ab?|[ab]c|ad|ae", "ab?|[ab]c|a(?:d|e)"),
        ("(?P<one>be|bo)|(?:ca|ce)d|b", "(?P<one>b(?:e|o))|(?:c(?:a|e))d|b"),
        (r"a[|)]|a\||b", r"a(?:[|)]|\|)|b"),
    ],
)
def test_how_alternatives_are_put_together(pattern: str, ordered: str) -> None:
    assert by_letter(pattern) == ordered


@pytest.mark.parametrize("words", [CARE_WORD.words, HAPPENED.words, NUMBER_OF, RECORD_WORD])
def test_the_same_is_found(words: Words) -> None:
    found = [(match.span(), match.lastgroup) for match in re.finditer(words.written, TEXT)]
    assert found
    assert [(match.span(), match.lastgroup) for match in re.finditer(by_letter(words.written), TEXT)] == found
