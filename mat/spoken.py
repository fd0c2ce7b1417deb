"""The words and signs in which people spell out a number: `two oh six`, `nineteen eighty-six`, `5 5 5`, `912 dash 44`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

DIGITS = {
    "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
TEENS = {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
VALUES = DIGITS | TEENS | TENS
AS_FIGURES = {word: str(value) for word, value in VALUES.items()}
TIMES = {"double": 2, "triple": 3}
DIGIT_WORD = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
WORD = (
    rf"(?:(?:double|triple) )?(?:(?:{'|'.join(TENS)})(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?+"
    rf"|{'|'.join(TEENS)}|{DIGIT_WORD})(?![a-z])"
)
ITEM = rf"(?:[0-9]{{1,12}}+|{WORD})"
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}  # fmt: skip
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
ORDINAL = rf"((?:twenty|thirty)[ -])?({'|'.join(ORDINALS)})"
DAY_OF_MONTH = re.compile(rf"{MONTH}[a-z]{{0,6}}+ (?:the )?({ORDINAL}\b(?: ?,)?)")
"""A day in words behind its month, as `April second`."""
OF_MONTH = re.compile(rf" of {MONTH}")
DAY_BEFORE_MONTH = re.compile(rf"(?<![a-z-])({ORDINAL})(?= (?:day )?of {MONTH})")
"""A day in words before its month, as `the second of April`."""
BETWEEN_FIGURES = ("dash", "hyphen", "then", "slash", "space")
FILLER = rf"[ ,(\[]{{1,3}}(?:{'|'.join(BETWEEN_FIGURES)})[ ,)\]]{{1,3}}"
SPELLED = re.compile(rf"(?<![0-9a-z.:$]){ITEM}(?:(?:{FILLER}|[ ,.*_/\\-]{{0,3}}){ITEM}){{1,40}}+")
"""Two figures or number words or more, one behind the other. Possessive, so that its time grows with the text only."""
AROUND = "0123456789 ,.*_/\\-()[]"
"""What may stand before the first word of a `SPELLED`."""
LARGE = r"[ -](?:hundred|thousand|million|percent|times|hours?|minutes?|days|weeks?|months?|years?)\b"
SOON_SPELLED = re.compile(rf"[0-9 ,.*_/\\()\[\]-]*?({SPELLED.pattern})({LARGE})?")
"""A `SPELLED` behind what may stand before it, and what says that it is a large number."""
SPACED = re.compile(r"0(?<![0a-z.:$].)(?!0)(?:[ ,.*_/\\()-]{1,3}0(?![0a-z])){2,60}+")
"""Three digits or more that stand one by one; all figures are written 0."""
PIECE = re.compile(rf"({FILLER}|[ ,.*_/\\-]{{0,3}})({ITEM})")
EACH = re.compile(ITEM)
SLASH = re.compile(r"[/\\]|slash")
NUMBER_WORD = re.compile(WORD)


def _one_of(words: Iterable[str]) -> str:
    """A pattern for any of some words; `re` finds its way faster where each first letter stands but once."""
    by_letter: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        by_letter[word[0]].append(word[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


HINT = re.compile(
    rf"[defhnostz](?<![a-z].)(?<=(?=(?:{_one_of([*VALUES, *TIMES, *BETWEEN_FIGURES])})(?![a-z])).)(?:[a-z]+)"
)
"""A word in a spelled number: begun with one of these letters, which `re` finds fast, and looked at again from there."""
ORDINAL_HINT = re.compile(rf" (?:{_one_of([*ORDINALS, 'twenty', 'thirty'])})")
"""Without one of these no `DAY_OF_MONTH` stands anywhere."""

LIST_DIGITS = 7
"""So many single digits with commas between them are a number rather than a list of counts."""
MOST_COUNTED = 10
FEWEST_COUNTED = 4
BETWEEN = re.compile("[^0-9]+")
RATINGS = frozenset("12345")
DIGIT = re.compile("[0-9]")
SHORTEST_NUMBER = 3


def spelled_in(lower: str) -> Iterator[tuple[int, int]]:
    """Where every `SPELLED` stands in a text that has a word in it and is no large number, in order."""
    place = 0
    for hint in HINT.finditer(lower):
        start = hint.start()
        if start < place:
            continue
        goes_on = start > place and lower[start - 1] in AROUND
        place = place + len(lower[place:start].rstrip(AROUND)) if goes_on else start
        while place <= start:
            spelled = SOON_SPELLED.match(lower, place)
            if spelled is None:
                place = hint.end()
                continue
            span = spelled.span(1)
            place = span[1]
            if place > start and not spelled[2]:
                yield span


def figures_of(spelled: str) -> tuple[str | None, str | None]:
    """What a `SPELLED` match stands for in figures: by itself, and beside a word for a number that points to a person.

    None where it is to stay as it is.
    """
    if ("," in spelled or "/" in spelled) and len(NUMBER_WORD.findall(spelled)) == 1:
        return None, None
    if spelled.isalnum() and len(items := EACH.findall(spelled)) < FEWEST_COUNTED:  # 206five55
        figures = "".join(map(_figures, items))
        return figures, figures
    pieces = [(between, _figures(item)) for between, item in PIECE.findall(spelled)]
    groups = _groups(pieces) if SLASH.search(spelled) else [pieces]
    named = "/".join(_joined(group, named=True) for group in groups)
    if (
        len(pieces) >= FEWEST_COUNTED
        and _alike([between for between, _ in pieces[1:]])
        and _counting([int(one) for _, one in pieces])
    ):
        return None, named
    return named if len(groups) > 1 else _joined(pieces, named=False), named


def spaced_figures_of(spaced: str) -> tuple[str | None, str | None]:
    """What a `SPACED` match stands for, likewise; None where it counts, or lists ratings or counts."""
    digits = DIGIT.findall(spaced)
    named = "/".join("".join(DIGIT.findall(group)) for group in SLASH.split(spaced))
    return None if _list(spaced, digits) or _counted(spaced, digits) else named, named


def day_of(match: re.Match[str]) -> str:
    """The day of a `DAY_OF_MONTH` or `DAY_BEFORE_MONTH` match in figures; it stands at the match's first group."""
    return str((TENS[match[2].rstrip(" -")] if match[2] else 0) + ORDINALS[match[3]])


def _figures(item: str) -> str:
    if item in AS_FIGURES or item.isdigit():
        return AS_FIGURES.get(item, item)
    first, _, rest = item.replace("-", " ").partition(" ")
    if first in TIMES:
        return str(VALUES[rest]) * TIMES[first] if rest in VALUES else str(_sum(rest)) * TIMES[first]
    return str(_sum(item.replace("-", " ")))


def _sum(words: str) -> int:
    return sum(VALUES[word] for word in words.split())


def _counting(values: list[int]) -> bool:
    """Whether the values go up, or a short way down, by equal steps: 1 2 3 4 5, or two four six."""
    if len(values) < FEWEST_COUNTED:
        return False
    steps = {later - earlier for earlier, later in pairwise(values)}
    return len(steps) == 1 and (max(steps) > 0 or (max(steps) < 0 and len(values) < LIST_DIGITS))


def _counted(spaced: str, digits: list[str]) -> bool:
    few = len(digits) <= MOST_COUNTED and _alike(BETWEEN.findall(spaced))
    return few and _counting([int(digit) for digit in digits])


def _alike(between: list[str]) -> bool:
    """Whether the same stands between all figures; a number is written in groups."""
    return len(set(between)) == 1


def _list(spaced: str, digits: list[str]) -> bool:
    """Whether single digits are counts or ratings rather than one number."""
    small = RATINGS.issuperset(digits)
    if "," in spaced:
        return small or len(digits) < LIST_DIGITS + 2 * (", " in spaced)
    return small and len(digits) < LIST_DIGITS


def _groups(pieces: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The pieces, parted where a slash stands."""
    groups: list[list[tuple[str, str]]] = [[]]
    for between, figures in pieces:
        if groups[-1] and SLASH.search(between):
            groups.append([])
        groups[-1].append((between, figures))
    return groups


def _joined(group: list[tuple[str, str]], *, named: bool) -> str:
    """One group in figures: digits said one by one are joined, larger numbers stay apart."""
    items = [figures for _, figures in group]
    if "" in [between for between, _ in group[1:]]:  # 206five55
        return "".join(items)
    singles = [len(figures) for figures in items].count(1)
    if singles * 2 >= len(items) and (singles >= SHORTEST_NUMBER or named or items[0] == "0"):
        return "".join(items)
    if len(items) == 2 and (len(items[0]) == 1 or _a_year(*items)):  # noqa: PLR2004 - `four eighteen`, `nineteen eighty`
        return "".join(items)
    if len(items) > 2 and _a_year(*items[-2:]):  # noqa: PLR2004 - a date that ends in its year
        items[-2:] = ["".join(items[-2:])]
    return ("-" if any(between.strip(" ,.*_/\\-") for between, _ in group) else " ").join(items)


def _a_year(first: str, second: str) -> bool:
    return first in {"19", "20"} and len(second) == 2  # noqa: PLR2004 - `nineteen` and `eighty-six`
