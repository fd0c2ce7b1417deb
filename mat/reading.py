"""A text as an eye reads it: full-width and styled letters made plain, invisible ones left out, with the way back kept."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

LONGEST_FOLD = 4
"""A character that stands for a whole phrase is left as it is."""
INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cs", "Co"})
"""Zero-width and bidi marks (Cf), strokes laid over a character (Mn, Me), halves and private characters (Cs, Co)."""
SPECIAL = INVISIBLE | {"Nd", "Pd"}
LINK = re.compile(r"https?://[^\s<>|]{1,500}|<[@#!][^<>\n]{1,100}>")
ABOUT_A_PATIENT = re.compile(r"patient|chart|mrn|client|person|encounter|record|@")


@dataclass(frozen=True, slots=True)
class Reading:
    """`text` as it reads, `lower` the same in small letters, character for character.

    `ends`: for each character of the original, where its reading ends in `text`; None where nothing was changed.
    """

    text: str
    lower: str
    ends: Sequence[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text that reads as `text[start:end]`."""
        if self.ends is None:
            return start, end
        return bisect_right(self.ends, start), bisect_right(self.ends, end - 1) + 1


def read(text: str) -> Reading:
    """The reading of a text: NFKC, any script's digits as 0–9, every dash as `-`, invisible characters left out."""
    if text.isascii():
        return Reading(text, text.lower())
    changed = _changed_characters(text)
    pieces = [changed.get(character, character) for character in text]
    plain = "".join(pieces)
    lower = plain.lower()
    if len(lower) != len(plain):  # a few capitals have no single small letter
        lower = "".join(small if len(small := character.lower()) == 1 else character for character in plain)
    return Reading(plain, lower, tuple(accumulate(map(len, pieces))))


def _changed_characters(text: str) -> dict[str, str]:
    """The characters of a text that read as something else, each with what it reads as."""
    return {
        character: _plain(character)
        for character in set(text)
        if unicodedata.category(character) in SPECIAL or not unicodedata.is_normalized("NFKC", character)
    }


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category in INVISIBLE:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) <= LONGEST_FOLD else character


def without_links(reading: Reading) -> Reading:
    """The reading with links and Slack's own ids blanked, so that their digits do not count; every place stays the same.

    A link that says it leads to a patient's record stays.
    """
    if "://" not in reading.lower and "<" not in reading.lower:
        return reading
    text, lower = list(reading.text), list(reading.lower)
    for match in LINK.finditer(reading.lower):
        if not ABOUT_A_PATIENT.search(match[0], 2):
            blank = " " * len(match[0])
            text[match.start() : match.end()] = lower[match.start() : match.end()] = blank
    return replace(reading, text="".join(text), lower="".join(lower))
