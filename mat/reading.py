"""A text as an eye reads it: full-width and styled letters made plain, invisible ones left out, with the way back kept."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from mat.look_alikes import LOOK_ALIKES

Edit = tuple[int, int, str]
"""From where to where something else is read, and what, in small letters."""
LONGEST_FOLD = 4
"""A character that stands for a whole phrase is left as it is."""
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn"})
"""Controls, zero-width and bidi marks, private and half characters, and strokes laid over a character."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MAY_CHANGE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\u10ff\u1200-\u2e7f\u3000-\u303f\ua4d0-\uabff\ud800-\uf8ff\ufb00-\uffff"
    "\U00010480-\U000104af\U00011000-\U00011dff\U00016a00-\U00016bff\U0001d400-\U0001d7ff\U0001e100-\U0001e95f"
    "\U0001f000-\U0001fbff\U000e0000-\U000e01ff]+"
)
"""What may read as something else. Letters of East Asia are left out: none of them looks like a digit or a Latin letter."""
FEW = 1000
LINK = re.compile(r"https?://[^\s<>|]{1,500}|<[@#!][^<>\n]{1,100}>")
ABOUT_A_PATIENT = re.compile(r"patient|chart|mrn|client|person|encounter|record|@")


class Reading(NamedTuple):
    """`text` as it reads, `lower` the same in small letters, character for character; `source` as it was typed.

    `changed`: the characters of the source that read as something else, each with what it reads as. `edits`: what was put
    together since, in order.
    """

    text: str
    lower: str
    source: str
    changed: Mapping[str, str]
    edits: Sequence[Edit] = ()

    def edited(self, edits: Sequence[Edit]) -> Reading:
        """The reading with these edits made; they are in order and do not overlap. Once for each reading."""
        text = _with(self.text, edits)
        lower = text if self.lower == self.text else _with(self.lower, edits)
        return self._replace(text=text, lower=lower, edits=edits)

    def originals(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The spans in the source that read as these spans of `text`."""
        spans = [_before(self.edits, *span) for span in spans] if self.edits else spans
        if not spans or all(len(new) == 1 for new in self.changed.values()):
            return spans
        ends = list(accumulate(len(self.changed.get(character, character)) for character in self.source))
        return [(bisect_right(ends, start), bisect_right(ends, end - 1) + 1) for start, end in spans]


def _with(text: str, edits: Sequence[Edit]) -> str:
    if not edits:
        return text
    starts, ends, new = zip(*edits, strict=True)
    pieces = [""] * (2 * len(edits) + 1)
    pieces[::2] = [text[end:start] for end, start in zip((0, *ends), (*starts, len(text)), strict=True)]
    pieces[1::2] = new
    return "".join(pieces)


def _before(edits: Sequence[Edit], start: int, end: int) -> tuple[int, int]:
    """Where a span of an edited text stood before; what touches an edit gets the whole of it."""
    shift, first, last = 0, None, None
    for edit_start, edit_end, new in edits:
        new_start = edit_start + shift
        new_end = new_start + len(new)
        if first is None and start < new_end:
            first = edit_start if start >= new_start else start - shift
        if end <= new_start:
            last = end - shift
            break
        if end <= new_end:
            last = edit_end
            break
        shift += len(new) - (edit_end - edit_start)
    return start - shift if first is None else first, end - shift if last is None else last


def read(text: str) -> Reading:
    """The reading of a text: NFKD without its marks, any script's digits as 0–9, dashes as `-`, look-alikes as Latin letters."""
    if text.isascii() and not CONTROL.search(text):
        return Reading(text, text.lower(), text, {})
    runs = MAY_CHANGE.findall(text)
    # One long string where there are many short runs, the runs themselves where there are few: whichever is quicker.
    characters = set().union(*runs) if len(runs) < FEW else set("".join(runs))
    plain_of = {character: _plain(character) for character in characters}
    plain = MAY_CHANGE.sub(lambda run: "".join(map(plain_of.__getitem__, run[0])), text)
    return Reading(plain, _lower(plain), text, plain_of)


def _lower(text: str) -> str:
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    # A few capitals have no single small letter.
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


def _plain(character: str) -> str:
    if character in LOOK_ALIKES:
        return LOOK_ALIKES[character]
    category = unicodedata.category(character)
    if category in INVISIBLE:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd":
        return "-"
    folded = unicodedata.normalize("NFKD", character)
    if folded == character:
        return character if category[0] in "LN" else " "
    return _unmarked(folded, character)


def _unmarked(folded: str, character: str) -> str:
    """A decomposed character without its accents."""
    if folded.isascii():
        return folded if len(folded) <= LONGEST_FOLD else character
    base = "".join(LOOK_ALIKES.get(one, one) for one in folded if not unicodedata.combining(one))
    if len(base) > LONGEST_FOLD:
        return character
    return base if base.isalnum() or base.isascii() else base.replace("\u2044", "/")


def zeros(lower: str) -> str:
    """A reading with every figure as 0, character for character."""
    for figure in "123456789":
        lower = lower.replace(figure, "0")
    return lower


def without_links(reading: Reading) -> Reading:
    """The reading with links and Slack's own ids blanked, so that their digits do not count; every place stays the same.

    A link that says it leads to a patient's record stays.
    """
    if "://" not in reading.lower and "<" not in reading.lower:
        return reading
    blanks = [match.span() for match in LINK.finditer(reading.lower) if not ABOUT_A_PATIENT.search(match[0], 2)]
    if not blanks:
        return reading
    return reading._replace(text=_blanked(reading.text, blanks), lower=_blanked(reading.lower, blanks))


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    return _with(text, [(start, end, " " * (end - start)) for start, end in spans])
