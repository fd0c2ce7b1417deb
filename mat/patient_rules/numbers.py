"""Numbers that point to one person: Social Security, records and accounts, telephones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from mat.patient_rules.dates import BIRTH_WORD
from mat.patient_rules.match import UNIT, Match, whole_words
from mat.reading import Reading

SPOKEN = {
    "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9
}  # fmt: skip
LIST_DIGITS = 7
"""So many single digits with commas between them are a number rather than a list of counts."""
PHONE_DIGITS = {10, 11}
SHORT_PHONE_DIGITS = 7
FEWEST_RECORD_DIGITS = 4
LOOK_BACK = 40

ONE = rf"(?:[0-9]{{1,4}}|{'|'.join(SPOKEN)})"
ONE_BY_ONE = re.compile(rf"(?<![0-9a-z]){ONE}(?:[ ,./*_-]{{1,3}}{ONE}(?![0-9a-z])){{4,30}}")
ONE_DIGIT = re.compile(ONE)
RUN = re.compile(r"[0-9](?<![0-9].)(?<![0-9][.,].)[0-9]{4,40}(?![0-9])")
RUN_OF_SOMETHING_ELSE = re.compile(
    r"(?:cpt|hcpcs|icd|ndc|zip(?: code)?|ext(?:ension)?|ticket|invoice|version|build|[$€£])"
    r"[ .:#]{0,3}(?:code |number |no )?$"
)
TOLL_FREE = re.compile(r"1?8(?:00|33|44|55|66|77|88)[0-9]{7}")
CALENDAR_DAY = re.compile(r"20[2-4][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
SSN = re.compile(r"[0-9x*#](?<![0-9].)[0-9x*#]{2}[ .-]{1,3}[0-9x*#]{2}[ .-]{1,3}[0-9]{4}(?![0-9])")
SSN_ENDING = re.compile(
    r"(?:ssn|social security(?: number)?|last (?:4|four))\b[^0-9\n]{0,30}(?!(?:19|20)[0-9]{2}\b)([0-9]{4})(?![0-9])"
)
PHONE = re.compile(r"[0-9(](?<![0-9].)[0-9]{2}(?:[0-9]?\))?[ ./-]{0,3}[0-9]{3}[ ./-]{0,3}[0-9]{4}(?![0-9])")
SHORT_PHONE = re.compile(rf"[0-9](?<![0-9$-].)(?<![0-9][.,].)[0-9]{{2}}([ .-])(?!.000)[0-9]{{4}}(?![0-9-])(?! ?{UNIT})")
PHONE_WORD = re.compile(r"\b(?:call|phone|cell|mobile|text|tel|fax|reach|voicemail|number)\b")
RECORD_WORD = (
    r"(?:mrn|m\.r\.n|medical record|chart|record|patient|client|pt|member|medicaid|medicare|account|acct|insurance|policy"
    r"|enrollee|encounter|case (?:number|no|id))"
)
RECORD_BEFORE = re.compile(rf"\b{RECORD_WORD}\b")
RECORD = re.compile(
    rf"{RECORD_WORD}\b\.?(?: (?:id|no|num|number|file|record|is)\b\.?){{0,3}}[ :#.=-]{{0,4}}"
    rf"([a-z]{{0,3}}-?[0-9][0-9 .-]{{1,20}}[0-9][a-z]?)(?![0-9/])(?! ?{UNIT})"
)
YEAR = re.compile(r"(?:19|20)[0-9]{2}")


def digits_in(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def single_digits(reading: Reading) -> Iterator[Match]:
    """Digits that stand one by one, as figures or as words: `4 4 7 1 8`, `five five five oh one four two`.

    Longer figures count only among words: `206 five five five 0142` is a number, `8 12 16 24 32` are doses.
    """
    for match in ONE_BY_ONE.finditer(reading.lower):
        words = ONE_DIGIT.findall(match[0])
        spoken = any(word in SPOKEN for word in words)
        if spoken or (all(len(word) == 1 for word in words) and not _a_list(words, match[0])):
            values = [SPOKEN[word] if word in SPOKEN else int(word) for word in words]
            if not _counting(values):
                digits = sum(1 if word in SPOKEN else len(word) for word in words)
                yield Match(_kind(digits, _before(reading, match)), *match.span())


def _a_list(words: list[str], text: str) -> bool:
    return "," in text and len(words) < LIST_DIGITS


def _counting(values: list[int]) -> bool:
    """Whether the values go up, or a short way down, by equal steps: 1 2 3 4 5."""
    steps = {later - earlier for earlier, later in pairwise(values)}
    return len(steps) == 1 and (max(steps) > 0 or len(values) < LIST_DIGITS)


def runs(reading: Reading) -> Iterator[Match]:
    """Five digits or more in a row. Round thousands, billing codes, days and toll-free numbers are something else."""
    for match in RUN.finditer(reading.lower):
        digits = match[0]
        if digits.endswith("000") or TOLL_FREE.fullmatch(digits) or CALENDAR_DAY.fullmatch(digits):
            continue
        before = _before(reading, match)
        if not RUN_OF_SOMETHING_ELSE.search(before):
            yield Match(_kind(len(digits), before), *match.span())


def social_security(reading: Reading) -> Iterator[Match]:
    """The whole number, with part of it masked, or its last four digits beside the words for it."""
    yield from (Match("ssn", *match.span()) for match in SSN.finditer(reading.lower))
    yield from (Match("ssn", *match.span(1)) for match in whole_words(SSN_ENDING, reading.lower))


def phones(reading: Reading) -> Iterator[Match]:
    """Ten digits however they are parted, or seven as `555-0142`; toll-free numbers belong to nobody."""
    for match in PHONE.finditer(reading.lower):
        if not TOLL_FREE.fullmatch(digits_in(match[0])):
            yield Match("phone", *match.span())
    for match in SHORT_PHONE.finditer(reading.lower):
        if match[1] != " " or PHONE_WORD.search(_before(reading, match)):
            yield Match("phone", *match.span())


def records(reading: Reading) -> Iterator[Match]:
    """A word for a record with at least four digits behind it that are no year and no round number."""
    for match in whole_words(RECORD, reading.lower):
        digits = digits_in(match[1])
        a_year = len(digits) == FEWEST_RECORD_DIGITS and YEAR.fullmatch(digits)
        if len(digits) >= FEWEST_RECORD_DIGITS and not a_year and not digits.endswith("000"):
            yield Match("record-number", *match.span(1))


def _before(reading: Reading, match: re.Match[str]) -> str:
    return reading.lower[max(0, match.start() - LOOK_BACK) : match.start()]


def _kind(digits: int, before: str) -> str:
    """What a long number is, from how many digits it has and the words before it."""
    if BIRTH_WORD.search(before):
        return "birth-date"
    if "social" in before or "ssn" in before:
        return "ssn"
    if RECORD_BEFORE.search(before):
        return "record-number"
    short_phone = digits == SHORT_PHONE_DIGITS and PHONE_WORD.search(before)
    return "phone" if digits in PHONE_DIGITS or short_phone else "record-number"
