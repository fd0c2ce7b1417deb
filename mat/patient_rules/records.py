"""Numbers of records, accounts and plans: told by the word before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.dates import NUMERIC, is_day
from mat.patient_rules.match import Match, Page, digits_in
from mat.patient_rules.other_numbers import NUMBER_OF
from mat.patient_rules.patterns import UNIT, Figures, words

FEWEST_DIGITS = 4
FEWEST_OF_A_VAGUE_WORD = 5
FEWEST_BESIDE_MRN = 3
MRN = re.compile(r"mrn|m\.r\.n|med(?:ical)?\.? rec")

ALWAYS = (
    r"mrn|mr ?(?=#)|hrn|hicn|lab order|(?:medical|insurance|benefits?) card|case ?file|expediente|e[hm]r ?#|va file"
    r"|historia(?:l| clinica)?"
    r"|m\.r\.n\.?|med(?:ical)?\.? rec(?:ord)?s?|charts?|records?|patient|client|pt|member|subscriber"
    r"|beneficiary|enrollee|medicaid"
    r"|medicare|account|acct|a/c|encounter|inmate|accession|specimen|prescription|rx|visit (?:id|no|number)"
    r"|csn|fin|case (?:number|no|id)"
    r"|docket|health plan id|plan id|insurance id|policy (?:id|no|number)|group/member|confirmation|booking"
    r"|driver'?s? licen[cs]e|dl"
    r"|passport|doc#"
)
VAGUE = r"insurance|claim|case|referral|authorization|auth|id|identifier|label(?: printed)?|under|licen[cs]e|sticker|wristband"
RECORD_WORD = words(rf"(?:{ALWAYS}|insurance|claim)\b")
MARK = r"(?:[ .:]{0,2}(?:(?:id|no|nos|num|ending(?: in)?|ends in|number|numbers|file|record|is|was|are|for|the)\b\.?|#|=)){0,3}"
SHAPE = (
    r"((?:[a-z]{1,4}[ -]?)?[0-9][0-9a-z]{0,12}"
    r"(?:(?:[ ]?[._/-]|[ ]|,(?=[0-9]{2}(?![0-9]))|-[a-z]{1,3})[0-9][0-9a-z]{0,12}){0,5}+(?:-[a-z]\b)?)"
)
RECORD = words(rf"(?:{ALWAYS})(?<=[a-z0-9#.])(?![a-z]){MARK}[ :#.=-]{{0,4}}{SHAPE}(?![0-9%])(?! ?{UNIT})")
VAGUELY = words(rf"(?:{VAGUE})\b{MARK}[ :#.=-]{{0,4}}{SHAPE}(?![0-9%])(?! ?{UNIT})")
YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:[ /-](?:19|20)?[0-9]{2})?")
MEASURED = re.compile(r"[0-9](?:mg|mcg|ml|am|pm|st|nd|rd|th|x|h|hrs?|min|yo|y)\b")
CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}")
MEDICARE = Figures(
    r"[0-9](?<![0-9a-z].)[ac-hj-km-np-rt-y][0-9ac-hj-km-np-rt-y][0-9][ -]?[ac-hj-km-np-rt-y][0-9ac-hj-km-np-rt-y][0-9][ -]?"
    r"[ac-hj-km-np-rt-y]{2}[0-9]{2}(?![0-9a-z])"
)


def records(page: Page) -> Iterator[Match]:
    """A word for a record with at least four digits behind it that are no year, no date and no round number."""
    if not page.has_digits:
        return
    for pattern, fewest in ((RECORD, FEWEST_DIGITS), (VAGUELY, FEWEST_OF_A_VAGUE_WORD)):
        for match in page.each(pattern):
            if len(match[1]) < FEWEST_BESIDE_MRN:
                continue
            least = FEWEST_BESIDE_MRN if MRN.match(match[0]) else fewest
            if _a_number(match[1], least) and not page.behind(NUMBER_OF, match.start(1)):
                yield Match("record-number", *match.span(1))
    yield from (Match("record-number", *match.span()) for match in page.each(MEDICARE) if match[0][0] != "0")


def _a_number(written: str, fewest: int) -> bool:
    digits = digits_in(written)
    if len(digits) < fewest or digits.endswith("000"):
        return False
    return not (YEAR.fullmatch(written) or _a_day(written) or MEASURED.search(written) or CLOCK.search(written))


def _a_day(written: str) -> bool:
    date = NUMERIC.pattern.fullmatch(written)
    return date is not None and is_day(date)
