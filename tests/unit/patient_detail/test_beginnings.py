"""Words are tried only where one begins that they can begin with; that must find what trying them everywhere finds."""

from __future__ import annotations

import sys

import pytest

from mat.patient_rules.beginnings import LONGEST, beginnings
from mat.patient_rules.match import Page, Words
from mat.reading import read
from tests.guard_sentences import HALVES, harmless, identifying

EVERY = {
    f"{name.rpartition('.')[2]}.{constant}": words
    for name, module in sorted(sys.modules.items())
    if name.startswith("mat.patient_rules.")
    for constant, words in vars(module).items()
    if isinstance(words, Words)
}
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
    assert "" not in words.begin
    assert max(map(len, words.begin)) <= LONGEST
    for text in TEXTS:
        page = Page(read(text))
        everywhere = [match.span() for match in words.pattern.finditer(page.lower)]
        assert [match.span() for match in page.each(words)] == everywhere
        in_text = [match.span() for match in words.pattern.finditer(page.text)]
        assert [match.span() for match in page.each(words, page.text)] == in_text
