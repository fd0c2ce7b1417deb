"""The sentences that the patient-detail guard is measured on, and the ways in which people hide a number from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "unit" / "patient_detail" / "sentences"
HALVES = ("dev", "held_out")
SETS = (*HALVES, "outside", "fresh")
"""Also the sentences of somebody who had not seen the rules, and those written once these had been answered."""
ESCAPED = re.compile(r"\\(?:\\|u(?P<four>[0-9a-f]{4})|U(?P<eight>[0-9a-f]{8}))")
DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}
BOLD_DIGITS = {ord(str(digit)): 0x1D7CE + digit for digit in range(10)}
ARABIC_DIGITS = {ord(str(digit)): 0x660 + digit for digit in range(10)}


class Identifying(NamedTuple):
    """`way`: clean, evaded or soft; the soft kinds need only warn."""

    voice: str
    kind: str
    way: str
    text: str


def identifying(name: str) -> list[Identifying]:
    return [
        Identifying(*line.split(" | ", 3)[:3], _plain(line.split(" | ", 3)[3]))
        for line in _lines(f"identifying_{name}")
    ]


def harmless(name: str) -> list[str]:
    return [_plain(line.split(" | ", 1)[1]) for line in _lines(f"harmless_{name}")]


def _lines(file: str) -> list[str]:
    lines = (FOLDER / f"{file}.txt").read_text(encoding="ascii").splitlines()
    return [line for line in lines if not line.startswith("#")]


def _plain(text: str) -> str:
    """A sentence with what its file escapes: four digits behind a small u, eight behind a large one, a doubled backslash."""
    return ESCAPED.sub(_character, text)


def _character(escaped: re.Match[str]) -> str:
    code = escaped["four"] or escaped["eight"]
    return chr(int(code, 16)) if code else "\\"


def _each_digit(text: str, change: Callable[[str], str]) -> str:
    """Every run of three digits or more with its digits changed and a space between them."""
    return re.sub(r"[0-9]{3,}", lambda run: " ".join(map(change, run[0])), text)


EVASIONS: Mapping[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "small letters": str.lower,
    "zero-width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "bidi marks": lambda text: "\u202d" + "\u200e".join(text) + "\u202c",
    "struck through": lambda text: "".join(character + "\u0336" for character in text),
    "full-width": lambda text: text.translate(FULL_WIDTH),
    "bold digits": lambda text: text.translate(BOLD_DIGITS),
    "Arabic digits": lambda text: text.translate(ARABIC_DIGITS),
    "non-breaking spaces": lambda text: text.replace(" ", "\u00a0"),
    "long dashes": lambda text: text.replace("-", "\u2013"),
    "Cyrillic letters": lambda text: text.translate(str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")),
    "spaced digits": lambda text: _each_digit(text, str),
    "spelled digits": lambda text: _each_digit(text, lambda digit: DIGIT_WORDS[int(digit)]),
}
"""Ways to hide that a machine can do to any sentence; the sentences themselves hold more."""
