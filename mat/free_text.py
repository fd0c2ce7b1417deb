"""The one door for every person's words: cleaned, measured, and looked at for patient detail before anything is kept."""

from __future__ import annotations

import unicodedata

from mat.errors import ReasonNeeded, TextNamesAPatient, TextTooLong
from mat.patient_detail import KIND_IN_WORDS, certain

LONGEST_TEXT = 3000
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE_BREAKS = frozenset("\n\t")
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Categories of characters that nobody sees: words made of them alone are none."""


def cleaned(text: str) -> str:
    """Without control characters (NUL too), half characters and marks that turn the reading direction; outer space cut."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if not plain.isascii() or not plain.isprintable():
        plain = "".join(character for character in plain if _kept(character))
    return plain.strip()


def _kept(character: str) -> bool:
    if character in LINE_BREAKS:
        return True
    return character not in BIDI and unicodedata.category(character) not in {"Cc", "Cs"}


def accept(text: str, *, limit: int = LONGEST_TEXT, what: str = "what you mean") -> str:
    """A person's words as they may be kept: cleaned, at most `limit` characters, without a hard identifier.

    `what` fills in "Please say … in a few words". Raises `ReasonNeeded` for nothing, `TextTooLong`, and
    `TextNamesAPatient` with the first part that the guard blocks.
    """
    words = cleaned(text)
    if not any(unicodedata.category(character) not in UNSEEN for character in words):
        raise ReasonNeeded(what=what)
    if len(words) > limit:
        raise TextTooLong(length=len(words), limit=limit)
    refused = refusal(words)
    if refused is not None:
        raise refused
    return words


def refusal(text: str) -> TextNamesAPatient | None:
    """Why a text may stand nowhere, with the first part that the guard is certain of; None where it may."""
    found = certain(text)
    if not found:
        return None
    return TextNamesAPatient(kind=KIND_IN_WORDS[found[0].kind], found=text[found[0].start : found[0].end])
