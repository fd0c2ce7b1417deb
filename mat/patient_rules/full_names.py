"""A name that is written in full, or with a title, or beside a word for whose it is; staff are called by their first name here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.care_words import CARE_OR_PERSON, OFFICE_WORD, TREATED_WORD
from mat.patient_rules.first_names import FIRST_NAMES
from mat.patient_rules.match import NEAR, Match, Page
from mat.patient_rules.names import NAME, NO_NAME
from mat.patient_rules.patterns import Pattern, words

KIN = r"(?:wife|husband|daughter|son|mother|father|mom|dad|sister|brother|grandson|granddaughter|partner|spouse)"
BEHIND = rf"(?: [A-Z]\.?(?![A-Za-z'])| {NAME}){{0,2}}"
TITLE = r"M(?<![A-Za-z].)(?:[Rr]|[Rr][Ss]|s|iss)\b\.?"
TITLED = re.compile(rf"{TITLE} (?:and Mrs\.? |[A-Z]\.? )?({NAME}{BEHIND}|[A-Z]{{3,20}}\b)")
TITLED_SMALL = words(r"(?:mrs?\.?|ms\.) (?:[a-z]\. )?([a-z][a-z'-]{2,20})(?![a-z])")
OTHER_TITLE = words(
    rf"(?:Senor(?:a|ita)?|Sra?\.?|Don|Dona|(?:Lt|Sgt|Capt|Maj|Rev)\b\.?(?: Col\.?)?|Pastor|Sister|Deacon) ({NAME}{BEHIND})"
)
PAIR = re.compile(rf"([A-Z][a-z]{{1,20}}) (?:(?:[A-Z]\.? |[A-Z][a-z]{{1,20}} )?{NAME}|[A-Z]\b\.?(?!')|[A-Z]$)")
GIVEN_NAME_LAST = re.compile(r",(?<=[A-Za-z],) ?([A-Z][A-Za-z]{1,20})\b(?!,)")
LAST_NAME = re.compile(r"[A-Z](?<![A-Za-z].)[A-Za-z'-]{1,20}$")
INITIALS = words(
    r"(?:[Pp]atient|[Cc]lient|[Pp]t)'?s? ((?:[A-Za-z]\. ?){2,3}(?![A-Za-z]))|[Ii]nitials:? (?:are )?([A-Z]\.? ?[A-Z](?![A-Za-z]))"
)
DOTTED = re.compile(r"\.(?<![A-Za-z.][A-Z]\.)(?<=[A-Z]\.) ?[A-Z]\.(?: ?[A-Z]\.)?(?![A-Za-z])")
"""Initials from the first dot on, as `re` finds that faster than a capital."""
_NO_PERSON = """
US USA MD DO RN NP PA PO DC LA AM PM PE OT PT ED ER OR ON IN NA BID TID QID PRN UDS DOB MRN SSN MME CDC DEA HIV COO CEO CFO VA MA PS
"""
NO_PERSON = frozenset(_NO_PERSON.split())
WHOSE_NAME = words(
    r"(?:(?:[Pp]atient|[Cc]lient|[Pp]t)'?s?|[Hh]er|[Hh]is) (?:full |first |last )?name(?: is|'s|:) "
    rf"({NAME}{BEHIND})|[Nn]ame: ({NAME} {NAME})"
)
RELATIVE = words(rf"(?:(?:[Pp]atient|[Cc]lient|[Pp]t)['\u2019]?s?|[Hh]er|[Hh]is) {KIN},? ({NAME}{BEHIND})")
IN_SPANISH = words(rf"[Pp]aciente,? (?:se llama )?({NAME}{BEHIND})")
NO_SURNAME = frozenset(
    {"review", "reviews", "imaging", "image", "images", "scan", "scans", "spine", "number", "numbers", "records"}
)
ROLE_BEFORE = re.compile(r"(?:\bdr\.?|nurse|pharmacist|doctor|with|by|thanks?,?|rep) $")
ROLE_BEHIND = re.compile(
    r"(?:,| \(|, our| is our| the)? ?(?:ma|rn|lpn|np|pa|pa-c|md|do|dnp|arnp|fnp|lcsw|pharmd|phd|cma|cna"
    r"|nurse|pharmacist|coordinator|medical assistant)\b"
    r"|:? (?:will |to |can )?(?:cover|run|lead|update|pull|print|order|send|present|train|own)s?\b"
)
LOOK_BACK = 16
RIGHT_BEFORE = 10
LONGEST_NAME = 22


def full_names(page: Page) -> Iterator[Match]:
    """Mr. and Mrs. somebody unless of an office, and a name in full beside what is given to patients."""
    if not page.has_letters:
        return
    yield from _titled(page)
    if page.text == page.lower:
        return
    if page.says("name"):
        yield from _named(WHOSE_NAME, page)
    yield from _named(RELATIVE, page)
    if page.says("paciente"):
        yield from _named(IN_SPANISH, page)
    if page.starts(TREATED_WORD) or page.starts(CARE_OR_PERSON):
        yield from _in_full(page)
        yield from _initials(page)


def _titled(page: Page) -> Iterator[Match]:
    for match in TITLED.finditer(page.text):
        if _a_name(match[1]) and not _of_the_office(page, match):
            yield Match("name", *match.span())
    for match in page.each(TITLED_SMALL) if page.says("mr", "ms.") else ():
        if match[1] not in NO_SURNAME and _given_care(page, match):
            yield Match("name", *match.span())
    for match in page.each(OTHER_TITLE, page.text):
        if _a_name(match[1]) and _given_care(page, match):
            yield Match("name", *match.span())


def _in_full(page: Page) -> Iterator[Match]:
    for match in PAIR.finditer(page.text):
        if match[1].lower() in FIRST_NAMES and _given_care(page, match) and not _has_a_role(page, *match.span()):
            yield Match("name", *match.span())
    for match in GIVEN_NAME_LAST.finditer(page.text) if "," in page.text else ():
        if match[1].lower() in FIRST_NAMES and _given_care(page, match) and not _has_a_role(page, *match.span()):
            surname = LAST_NAME.search(page.text, max(0, match.start() - LONGEST_NAME), match.start())
            if surname and surname[0].lower() not in FIRST_NAMES and surname[0] not in NO_NAME:
                yield Match("name", surname.start(), match.end())


def _named(pattern: Pattern, page: Page) -> Iterator[Match]:
    for match in page.each(pattern, page.text):
        name = match.lastindex or 0
        if _a_name(match[name]):
            yield Match("name", *match.span(name))


def _initials(page: Page) -> Iterator[Match]:
    for match in DOTTED.finditer(page.text):
        initials = page.text[match.start() - 1 : match.end()]
        if (
            _letters(initials) not in NO_PERSON
            and _given_care(page, match)
            and not _has_a_role(page, match.start() - 1, match.end())
        ):
            yield Match("name", match.start() - 1, match.end())
    for match in page.each(INITIALS, page.text):
        if _letters(match[1] or match[2]) not in NO_PERSON:
            yield Match("name", *match.span(match.lastindex or 0))


def _letters(initials: str) -> str:
    return "".join(one for one in initials.upper() if one.isalpha())


def _given_care(page: Page, match: re.Match[str]) -> bool:
    cared_for = page.beside(TREATED_WORD, match) or page.beside(CARE_OR_PERSON, match)
    return cared_for and not _of_the_office(page, match)


def _of_the_office(page: Page, match: re.Match[str]) -> bool:
    """Whether words of the office stand behind a name, or right before it: what a meeting is for stands further ahead."""
    return page.has(OFFICE_WORD, match.start() - RIGHT_BEFORE, match.end() + NEAR)


def _has_a_role(page: Page, start: int, end: int) -> bool:
    before = page.lower[max(0, start - LOOK_BACK) : start]
    return ROLE_BEFORE.search(before) is not None or ROLE_BEHIND.match(page.lower, end) is not None


def _a_name(words: str) -> bool:
    return words.split(maxsplit=1)[0] not in NO_NAME
