"""Numbers that point to one person by their shape alone: Social Security numbers, and any long run of digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.birth_words import BIRTH_WORD
from mat.patient_rules.match import Match, Page, digits_in
from mat.patient_rules.other_numbers import DAY, TOLL_FREE, WELL_KNOWN, somebody_elses
from mat.patient_rules.patterns import Figures, Words, words
from mat.patient_rules.phones import PHONE_WORD
from mat.patient_rules.records import RECORD_WORD

LOOK_BACK = 40
PHONE_DIGITS = {10, 11}
SHORT_PHONE_DIGITS = 7
SSN_DIGITS = 9

RUN = Figures(r"[0-9][0-9]{4}(?<![0-9].{5})(?<![0-9][.,:].{5})[0-9]{0,36}(?![0-9])")
SOCIAL = r"(?:ssn|s\.s\.n|ss ?#|soc(?:ial)?\.? ?sec(?:urity)?|s[o0]cial)"
SOCIAL_WORD = words(SOCIAL)
KINDS = (("birth-date", BIRTH_WORD), ("ssn", SOCIAL_WORD), ("record-number", RECORD_WORD))
SEPARATOR = r" ?[ ./_*\\-] ?"
SSN = re.compile(rf"[0-9x*#](?<![0-9a-z/].)[0-9x*#]{{2}}{SEPARATOR}[0-9x*#]{{2}}{SEPARATOR}[0-9]{{4}}(?![0-9/-])")
SSN_ENDING = words(rf"(?:{SOCIAL}|last (?:4|four))\b[^0-9\n]{{0,36}}(?!(?:19|20)[0-9]{{2}}\b)([0-9]{{4}})(?![0-9])")
SSN_PARTS = words(rf"{SOCIAL}[^0-9\n]{{0,24}}([0-9]{{2,5}}(?:[ .,/_-]{{1,3}}[0-9]{{1,5}}){{1,4}})(?![0-9])")


def social_security(page: Page) -> Iterator[Match]:
    """The whole number, with part of it masked, or its last four digits beside the words for it."""
    if not page.has_digits:
        return
    yield from (Match("ssn", *match.span()) for match in SSN.finditer(page.lower))
    if not page.starts(SOCIAL_WORD) and "last " not in page.lower:
        return
    yield from (Match("ssn", *match.span(1)) for match in page.each(SSN_ENDING))
    for match in page.each(SSN_PARTS):
        if len(digits_in(match[1])) == SSN_DIGITS:
            yield Match("ssn", *match.span(1))


def runs(page: Page) -> Iterator[Match]:
    """Five digits or more in a row. Round thousands, days, toll-free numbers and what is said to be something else pass."""
    if not page.has_digits:
        return
    found = page.every(RUN)
    if not found:
        return
    spoken_of = [(kind, pattern) for kind, pattern in KINDS if page.starts(pattern)]
    for match in found:
        digits, kind = match[0], _kind(spoken_of, page, match) if spoken_of else ""
        if not kind and (digits.endswith("000") or DAY.fullmatch(digits) or WELL_KNOWN.fullmatch(digits)):
            continue
        if not TOLL_FREE.fullmatch(digits) and not somebody_elses(page, match):
            yield Match(kind or _by_length(page, match), *match.span())


def _kind(spoken_of: list[tuple[str, Words]], page: Page, match: re.Match[str]) -> str:
    """What a long number is by the words before it; empty where they say nothing."""
    reach = (match.start() - LOOK_BACK, match.start())
    return next((kind for kind, pattern in spoken_of if page.has(pattern, *reach)), "")


def _by_length(page: Page, match: re.Match[str]) -> str:
    digits = len(match[0])
    short = digits == SHORT_PHONE_DIGITS and page.has(PHONE_WORD, match.start() - LOOK_BACK, match.start())
    return "phone" if digits in PHONE_DIGITS or short else "record-number"
