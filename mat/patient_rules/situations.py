"""What may point to one patient without a name: a date beside an event, a room, an age, a result, "the only …"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from mat.patient_rules.care_words import CARE_WORD, HAPPENED, MAY_HAVE_HAPPENED, OFFICE_WORD, SOMEBODY
from mat.patient_rules.dates import days
from mat.patient_rules.match import Match, Page
from mat.patient_rules.patterns import Figures, words

PATIENT = (
    r"(?:patient|client|woman|man|mother|father|mom|dad|girl|boy|teen|teenager|veteran|couple|firefighter"
    r"|nurse we treat|teacher|officer"
    r"|pastor|judge|lawyer|pt\b|person (?:on|we|from|in our)|pregnant|one on|guy)"
)
MATERIAL = r"(?:handouts?|forms?|lists?|portal|education|surveys?|agreements?|materials?|letters?|bathrooms?|entrance|rooms?|chairs?)"
ROOM_ASKS = words(
    r"(?:room|rm|bed|bay)\b\.? ?#?[0-9]{1,4}[a-z]? (?:is )?(?:wants|needs (?:a |an |her |his )?(?:refill"
    r"|interpreter|ride|uds|dose|nurse)|is asking"
    r"|refus|crying|asking|vomiting|throwing|in withdrawal|agitated)"
)
ROOM = words(r"(?:room|rm|bed|bay|cuarto|cama|habitacion|exam)\b\.? ?#?[0-9]{1,4}(?:-?[a-z])?\b")
HOSPITAL = words(r"(?:inpatient|icu|hospital|nursing home|snf|admitted|asleep|slumped|nodding|unresponsive)\b")
ONLY = words(
    rf"the only (?:[a-z-]{{1,20}} ){{0,2}}{PATIENT}s?\b(?! ?{MATERIAL})|only (?:pregnant|transgender|deaf"
    rf"|blind|teenage|homeless) (?:patient|client|woman|man|person)|our only (?:[a-z-]{{1,20}} ){{0,2}}{PATIENT}s?\b"
    rf"|only (?:patient|pt|client) (?:on|in|with|who|over|under|from)\b|one and only (?:[a-z-]{{1,20}} ){{0,2}}{PATIENT}"
    rf"|unic[oa] (?:[a-z-]{{1,20}} )?paciente|only one of our (?:patients|clients)|the twins\b.{{0,20}}\btreat"
    rf"|(?:mayor|judge|sheriff|chief|pastor|principal|senator|coach|director|doctor|nurse)'s (?:son|daughter"
    rf"|wife|husband|mother|father"
    r"|brother|sister|kid)\b"
)
KIN = ("'s son", "'s daughter", "'s wife", "'s husband", "'s mother", "'s father", "'s brother", "'s sister", "'s kid")
AGE_IN_FIGURES = Figures(
    r"[0-9](?<![0-9.-].)(?:[0-9]{0,2}[ -]?(?:years? of age|(?:years?|yrs?|weeks?|months?|days?)[ -]old|y/?o"
    r"|y\.o\.|anos de edad)[mf]?(?![a-z])"
    r"|[0-9] anos\b(?! de )"
    r"|[0-9] ?[mf]\b(?=,| with| w/| c/o| hx| s/p| on| who| from| pt| patient| here| in| came| wants))"
)
"""`71 años` only from sixty on: fewer may be those of a clinic or a person's work."""
AGE_IN_WORDS = words(
    r"(?:aged? [0-9]{1,2}\b(?! ?(?:[-+]|to|and|group|band|or|plus))|aged? (?:sixty|seventy|eighty|ninety)\b"
    r"|just turned [0-9]{1,2}\b|she turn(?:ed|s) [0-9]{1,2}\b"
    r"|he turn(?:ed|s) [0-9]{1,2}\b|who turn(?:ed|s) [0-9]{1,2}\b"
    r"|in (?:her|his|their) (?:early |mid |late )?(?:teens|twenties|thirties|forties|fifties|sixties"
    r"|seventies|eighties|nineties|[1-9]0'?s))"
)
AVERAGE = words(r"(?:average|mean|median|typical|range)\b")
OLD_ENOUGH = re.compile(
    r"(?:years?|yrs?) (?:of age|old) (?:and|or) (?:older|over|up|above|younger|under)|(?:over|under|least"
    r"|than|to) $"
)
TEST = (
    r"(?:uds|urine|utox|drug (?:test|screen)|tox(?:icology)?|screen|hep(?:atitis)? [abc]|hcv|hiv"
    r"|pregnancy test|a1c|bp|blood pressure|ekg"
    r"|qtc|labs?|lfts?|inr|cows|phq-?9|gad-?7|cup|specimen|breathalyzer|bac|strep|covid(?: test)?|std|sti"
    r"|syphilis|tb)"
)
WHOSE = r"her|his|their|patient'?s|client'?s|pt'?s?|mom's"
RESULT = words(
    rf"(?:{WHOSE}) (?:last |latest |new |repeat )?{TEST}\b[^.\n]{{0,40}}\b(?:positive|negative|clean|dirty"
    rf"|failed|showed|shows|had|is|was|came back)\b"
    rf"|she (?:scored|tested|blew)\b[^.\n]{{0,20}}(?:[0-9]|positive|negative)|he (?:scored|tested"
    rf"|blew)\b[^.\n]{{0,20}}(?:[0-9]|positive|negative)"
)
MEASURE = words(r"bp (?:was |is |of )?[0-9]{2,3}/[0-9]{2,3}")
OTHER = words(
    r"(?:plates? (?:number |no\.? )?(?=[a-z0-9 -]{0,8}[0-9])[a-z0-9]{2,8}[ -]?[a-z0-9]{0,6}|serial (?:number "
    r"|no\.? |# ?)?[a-z0-9-]{4,20}"
    r"|facebook is|instagram is|tiktok is|snapchat is"
    r"|(?:instagram|facebook|tiktok|snapchat|twitter)(?:\.com)?(?:/| ?@)[a-z0-9._]{3,30}|profile is"
    r"|username is|handle is|posted (?:about us )?on )"
)
MACHINE = Figures(r"[0-9](?<![0-9.].)[0-9]{0,2}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")
IMPLANT = words(r"(?:pacemaker|insulin pump|implant|defibrillator|cgm|hearing aid|wheelchair|ankle monitor)\b")


def event_dates(page: Page) -> Iterator[Match]:
    """A date beside something that happened to somebody."""
    if not page.has_digits:
        return
    happened = page.starts(HAPPENED)
    if not happened and not (page.starts(MAY_HAVE_HAPPENED) and page.starts(SOMEBODY)):
        return
    for match in days(page):
        sure = page.beside(HAPPENED, match)
        if sure or (page.beside(MAY_HAVE_HAPPENED, match) and page.beside(SOMEBODY, match)):
            yield Match("event-date", *match.span())


def rooms(page: Page) -> Iterator[Match]:
    """A room or bed beside a person in it."""
    if not page.says("room", "rm", "bed", "bay", "exam ", "cuarto", "cama", "habitacion"):
        return
    waiting = page.says("waiting")
    yield from (Match("place", *match.span()) for match in page.each(ROOM_ASKS))
    for match in page.each(ROOM):
        if page.beside(OFFICE_WORD, match):
            continue
        if page.beside(SOMEBODY, match) or page.beside(HOSPITAL, match) or (waiting and page.beside(CARE_WORD, match)):
            yield Match("place", *match.span())


def descriptions(page: Page) -> Iterator[Match]:
    """An age, somebody's test result, "the only …"."""
    lower = page.lower
    if page.says("only ", "unic", "twins", *KIN):
        yield from (Match("only-one", *match.span()) for match in page.each(ONLY))
    if page.has_digits or page.says("aged ", "in her ", "in his ", "in their "):
        yield from _ages(page)
    if page.has_letters:
        yield from (Match("result", *match.span()) for match in page.each(RESULT))
    if "bp " in lower:
        for match in page.each(MEASURE):
            if page.beside(SOMEBODY, match):
                yield Match("result", *match.span())


def _ages(page: Page) -> Iterator[Match]:
    in_words = page.each(AGE_IN_WORDS) if page.says("age", "turn", " anos", "in her ", "in his ", "in their ") else ()
    for match in chain(page.each(AGE_IN_FIGURES), in_words):
        before = page.lower[max(0, match.start() - 8) : match.start()]
        if match[0].endswith(" anos") and match[0] < "60":
            continue
        if (
            not page.starts(AVERAGE)
            and not OLD_ENOUGH.search(before)
            and not OLD_ENOUGH.search(page.lower, match.start(), match.end() + 20)
        ):
            yield Match("age", *match.span())


def other_marks(page: Page) -> Iterator[Match]:
    """A plate, a device, an address on the internet or a profile that belongs to somebody."""
    belongings = (
        page.each(OTHER)
        if page.says("plate", "serial", "posted", " is ", "gram", "facebook", "tiktok", "snapchat", "twitter")
        else ()
    )
    for match in chain(belongings, page.each(MACHINE)):
        if page.beside(SOMEBODY, match) or page.beside(IMPLANT, match):
            yield Match("other", *match.span())
