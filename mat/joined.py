"""The second reading of a text: what is spelled out, spaced apart or misread by a scanner as one number or one word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from mat.reading import Edit, Reading, zeros
from mat.spoken import (
    DAY_BEFORE_MONTH,
    DAY_OF_MONTH,
    DIGIT,
    OF_MONTH,
    ORDINAL_HINT,
    SPACED,
    day_of,
    figures_of,
    spaced_figures_of,
    spelled_in,
)

LOOK_BACK = 28
MISREAD = re.compile(r"[0-9oil|](?<![a-z0-9].)(?:[0-9oil|]{2,19}(?![a-z0-9])|[0-9oil|](?=[./\\-][0-9oil|]))")
"""Figures with a letter among them that a scanner, or a person, takes for one: 9l2-44-88lO."""
MIXED = re.compile("0(?:(?=[oil|])|(?<=[oil|].))")
"""A figure, written 0, beside such a letter."""
OTHER_SCRIPTS = re.compile("[^\x00-\x7f]{16,}")
"""No rule knows a letter beyond ASCII: many in a row say no more than one."""
AS_FIGURES = str.maketrans("oil|", "0111")
LETTER_BY_LETTER = re.compile(r"[a-z](?<![a-z0-9.].)(?:[ .-]{1,2}[a-z](?![a-z0-9'])){2,12}+")
LONE = re.compile(r" [a-z] {1,2}[a-z](?![a-z0-9'])")
"""Two letters that stand alone, with spaces for what may stand between."""
SPACED_MAIL = re.compile(
    r"[a-z0-9](?<![a-z0-9].)(?: [a-z0-9._-](?![a-z0-9])){2,40}+ @(?: [a-z0-9.-](?![a-z0-9])){4,60}+"
)
WORDS = (
    "ssn",
    "mrn",
    "dob",
    "acct",
    "account",
    "chart",
    "pobox",
    "phone",
    "cell",
    "social",
    "patient",
    "record",
    "medicaid",
)
NAMED = re.compile(
    r"(?:mrn|m[. ]r[. ]n|s[. ]s[. ]n|d[. ]o[. ]b|ssn|social|sec|chart|record|account|acct|patient|client|pt"
    r"|id|number|no|d\.?o\.?b|born"
    r"|birth(?: ?date|day)?"
    r"|box|phone|cell|call|fax|text|medicaid|member)\b[ .:#=is-]{0,6}$"
)
NAMED_BEHIND = re.compile(
    r"[ ,.]{0,2}(?:is |was |= ?)?(?:the |her |his |their |my )?(?:mrn|ssn|social|phone|cell|chart|account"
    r"|birth|dob|number)"
)
"""Words before or behind figures that stand apart, with which they are one number and no list."""


def joined(reading: Reading) -> Reading:
    """The reading with spelled and spaced numbers in figures, and letters that stand apart as the words they spell."""
    lower, figures_as_zeros = reading.lower, zeros(reading.lower)
    if MIXED.search(figures_as_zeros):
        lower = MISREAD.sub(_as_figures, lower)
        figures_as_zeros = zeros(lower)
    edits = _words(lower) + _numbers(lower, figures_as_zeros)
    if not lower.isascii():
        edits += [(*match.span(), "\u00b7") for match in OTHER_SCRIPTS.finditer(lower)]
    return reading._replace(lower=lower).edited(_apart(sorted(edits)))


def _apart(edits: list[Edit]) -> list[Edit]:
    """The edits without those that begin inside another."""
    kept: list[Edit] = []
    last = 0
    for edit in edits:
        start, end, _ = edit
        if start >= last:
            kept.append(edit)
            last = end
    return kept


def _as_figures(piece: re.Match[str]) -> str:
    word: str = piece[0]
    return word if word.isdigit() or not DIGIT.search(word) else word.translate(AS_FIGURES)


def _words(lower: str) -> list[Edit]:
    edits: list[Edit] = []
    if "@" in lower:
        edits += [(*mail.span(), mail[0].replace(" ", "")) for mail in SPACED_MAIL.finditer(lower)]
    for match in LETTER_BY_LETTER.finditer(lower) if LONE.search(lower.replace(".", " ").replace("-", " ")) else ():
        letters = "".join(filter(str.isalpha, match[0]))
        if letters.endswith(WORDS):
            word = next(word for word in WORDS if letters.endswith(word))
            skipped = len(letters) - len(word)
            places = [place for place, character in enumerate(match[0]) if character.isalpha()]
            edits.append((match.start() + places[skipped], match.end(), word))
    return edits


def _numbers(lower: str, figures_as_zeros: str) -> list[Edit]:
    edits: list[Edit] = []
    if ORDINAL_HINT.search(lower):
        edits += [(*match.span(1), day_of(match)) for match in DAY_OF_MONTH.finditer(lower)]
    for month in OF_MONTH.finditer(lower):
        before = max(0, month.start() - LOOK_BACK), month.end()
        edits += [(*match.span(1), day_of(match)) for match in DAY_BEFORE_MONTH.finditer(lower, *before)]
    edits += _in_figures(lower, spelled_in(lower), figures_of)
    edits += _in_figures(lower, (match.span() for match in SPACED.finditer(figures_as_zeros)), spaced_figures_of)
    return edits


def _in_figures(
    lower: str, spans: Iterable[tuple[int, int]], figures_of: Callable[[str], tuple[str | None, str | None]]
) -> Iterator[Edit]:
    """What is spelled out or spaced apart as one number; each worked out once, however often it stands there."""
    known: dict[str, tuple[str | None, str | None]] = {}
    for start, end in spans:
        spelled = lower[start:end]
        if spelled not in known:
            known[spelled] = figures_of(spelled)
        alone, named = known[spelled]
        figures = named if alone != named and _named(lower, start, end) else alone
        if figures is not None:
            yield (start, end, figures)


def _named(lower: str, start: int, end: int) -> bool:
    before = NAMED.search(lower, max(0, start - LOOK_BACK), start)
    return before is not None or NAMED_BEHIND.match(lower, end) is not None
