"""Words are tried only where one begins that they can begin with, and figures are looked for as zeros.

Both must find what trying them everywhere finds.
"""

from __future__ import annotations

import random
import sys

import pytest

from mat.patient_rules.beginnings import LONGEST, SHORTEST, beginnings
from mat.patient_rules.match import Page
from mat.patient_rules.patterns import Figures, Words
from mat.reading import read
from tests.guard_sentences import HALVES, harmless, identifying

PATTERNS = {
    f"{name.rpartition('.')[2]}.{constant}": value
    for name, module in sorted(sys.modules.items())
    if name.startswith("mat.patient_rules.")
    for constant, value in vars(module).items()
}
EVERY = {name: words for name, words in PATTERNS.items() if isinstance(words, Words)}
FIGURES = {name: figures for name, figures in PATTERNS.items() if isinstance(figures, Figures)}
SENTENCES = [text for half in HALVES for text in harmless(half)] + [one.text for h in HALVES for one in identifying(h)]
TEXTS = [". ".join(SENTENCES[at : at + 40]) for at in range(0, len(SENTENCES), 40)]
TEXTS += [text.upper() for text in TEXTS] + [
    "a(b.(b. ((b.b.((b",
    "d",
    "born",
    "b-day d-o-b",
    "id1id 1id",
    "\u00e9born (born",
]


@pytest.mark.parametrize(
    ("pattern", "begin"),
    [
        ("abcd|a", {"abc", "a"}),
        ("ab?c", {"abc", "ac"}),
        (r"d[ .]{0,2}o\b|\(b\.", {"do", "d ", "d.", "d o", "d.o", "(b."}),
        (r"(?!foo)[Pp]ts?\b", {"pt", "pts"}),
        (r"(?:x|yz)+q", {"x", "xq", "xx", "yz", "yzq"}),
        (r"m[0-9]{2}[a-z]|n(?P<one>.)", {f"m{digit}" for digit in range(10)} | {"n"}),
        (r"[a\]b]c", {"ac", "]c", "bc"}),
    ],
)
def test_how_a_pattern_can_begin(pattern: str, begin: set[str]) -> None:
    known = beginnings(pattern)
    assert all(any(one.startswith(short) for short in known) for one in begin)
    assert all(any(one.startswith(long) or long.startswith(one) for long in begin) for one in known)


@pytest.mark.parametrize("name", EVERY)
def test_words_are_found_wherever_they_stand(name: str) -> None:
    words = EVERY[name]
    assert {len(one) for one in words.begin} <= set(range(SHORTEST, LONGEST + 1))
    for text in TEXTS:
        page = Page(read(text))
        everywhere = [match.span() for match in words.pattern.finditer(page.lower)]
        assert [match.span() for match in page.each(words)] == everywhere
        in_text = [match.span() for match in words.pattern.finditer(page.text)]
        assert [match.span() for match in page.each(words, page.text)] == in_text


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_found_whichever_they_are(name: str) -> None:
    figures, chance = FIGURES[name], random.Random(1)
    by_chance = ["".join(chance.choices("0123456789" * 3 + "  -./:,(", k=2000)) for _ in range(20)]
    for text in TEXTS + by_chance:
        page = Page(read(text))
        everywhere = [match.span() for match in figures.pattern.finditer(page.lower)]
        assert [match.span() for match in page.each(figures)] == everywhere
