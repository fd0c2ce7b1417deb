"""Telephone numbers, of this country and others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.match import Match, Page, digits_in
from mat.patient_rules.other_numbers import TOLL_FREE, somebody_elses
from mat.patient_rules.patterns import UNIT, words

LOOK_BACK = 40
FEWEST_ABROAD, MOST_ABROAD = 8, 15
TEN_DIGITS = {10, 11}

GAP = r"[ ./_*\\-]{0,3}"
PHONE = re.compile(
    rf"[0-9(](?<![0-9].)(?<![0-9][.,].)(?:(?<=\()[0-9]{{3}}\)|[0-9]{{2}}\)?|(?<=1){GAP}\(?[0-9]{{3}}\)?)"
    rf"{GAP}[0-9]{{3}}{GAP}[0-9]{{4}}(?![0-9])(?!\.[0-9])"
)
ABROAD = re.compile(
    r"[+0](?<![0-9+].)(?:(?<=\+)|11 ?"
    r"|0(?=[1-9]))[ (]{0,2}[1-9][0-9]{0,3}(?:[ ().-]{0,2}[0-9]{1,10}+){0,6}+(?![0-9])"
)
LAST_SEVEN = re.compile(r"000(?=([ ./_*\\-]{0,3}0000)(?!0))")
"""What a `PHONE` ends with, and a `SHORT` is, where all figures are written 0."""
LONGEST_AREA = 12
"""Characters of a `PHONE` before its last seven figures."""
SHORT = re.compile(rf"[0-9](?<![0-9$.,:/-].)[0-9]{{2}}(?: ?[.-] ?| )[0-9]{{4}}(?![0-9/-])(?!\.[0-9])(?! ?{UNIT})")
ROUND = re.compile("000.?$")
PHONE_WORD = words(
    r"(?:call(?:ed|back|er|s)?|phone[sd]?|cell|mobile|text(?:ed|s)?|tel|ph|telephone|fax(?:ed)?|reach(?:ed)?"
    r"|voice ?mail|number"
    r"|ring|dial|line|contact|landline|whatsapp)\b"
)
STRONG_GAP = re.compile("[.-]")


def phones(page: Page) -> Iterator[Match]:
    """Ten digits however they are parted, seven as `555-0142`, or any that begin with a country's code.

    Toll-free numbers belong to nobody; the number of a meeting, an order or a ticket is none.
    """
    if not page.has_digits:
        return
    last_sevens = [(match.start(), match.end(1)) for match in LAST_SEVEN.finditer(page.zeros)]
    for match in _before(last_sevens, page.lower):
        digits = digits_in(match[0])
        if len(digits) in TEN_DIGITS and not TOLL_FREE.fullmatch(digits) and not somebody_elses(page, match):
            yield Match("phone", *match.span())
    for match in ABROAD.finditer(page.lower):
        digits = digits_in(match[0])
        if FEWEST_ABROAD <= len(digits) <= MOST_ABROAD and not TOLL_FREE.fullmatch(digits):
            yield Match("phone", *match.span())
    for match in filter(None, (SHORT.match(page.lower, start) for start, _ in last_sevens)):
        if ROUND.search(match[0]):
            continue
        spoken_of = STRONG_GAP.search(match[0]) or page.has(PHONE_WORD, match.start() - LOOK_BACK, match.start())
        if spoken_of and not somebody_elses(page, match):
            yield Match("phone", *match.span())


def _before(last_sevens: list[tuple[int, int]], lower: str) -> Iterator[re.Match[str]]:
    """Each `PHONE`, looked for where it ends; two characters more say whether it does."""
    end = 0
    for start, last in last_sevens:
        for match in PHONE.finditer(lower, max(end, start - LONGEST_AREA), last + 2):
            end = match.end()
            yield match
