"""A name beside words for patients, for what happens to them, or for what they are given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mat.patient_rules.care_words import CARE, CARE_OR_PERSON, CARE_WORD, EVENT, OFFICE_WORD
from mat.patient_rules.first_names import FIRST_NAMES
from mat.patient_rules.match import Match, Page
from mat.patient_rules.patterns import Vocabulary, words

_NO_NAME = """
Navigator Navigators Agreement Agreements Care Visit Visits Portal Advocate Advocates Advocacy Education Safety
Registry Health Outreach Voice List Lists Advisory Experience Flow Handout Handouts Survey Surveys Intake Services
Service Support And Or The If When Who In On At For To Is Are Was We They You Not All Each Every Some Any Nobody
Somebody Someone Everyone Everybody It He She Patient Patients Client Clients Monday Tuesday Wednesday Thursday Friday
Saturday Sunday January February March April May June July August September October November December Today Tomorrow
Yesterday Week Month Year Clinic Pharmacy State County Medicaid Medicare Lab Hospital Women Men Let That This What
Here There How Why Where Nurse Doctor Provider Prescriber Prescribers Front Desk Staff Team Group Last Next First
Second No Yes My Our Your His Her Their Its Engagement Panel Panels Satisfaction Centered Rights Forum Council Day
Days Form Forms Records Record Chart Charts Data Count Counts Centre Center Relations Access Confidentiality Privacy
Financial Assistance Billing Statement Statements Contact Communication Communications Bill Counseling Instructions
Information Info Materials Brochure Facing Reported Outcomes Outcome Journey Stories Story Scheduling Wait Transport
Transportation Volume Lobby Check Level Program Programs Identification Id Name Names Number Numbers Dr Narcan
Naloxone Suboxone Sublocade Methadone Buprenorphine Vivitrol Epic Cerner Slack Zoom Excel Teams Please Thanks Thank
Can Could Should Does Do Did Has Have Had Get Also But So Then Than With From By Of As Be Will Would Might Must New
Old Three Two One Fishbowl Once Until After Before During While Because Since Although Never Always Both Many Most Few
Several Only Even Just
"""
NO_NAME = frozenset(_NO_NAME.split())
NAME = r"[A-Z](?<![A-Za-z].)(?:'[A-Z])?[a-z]{1,20}(?:[-'][A-Z][a-z]{1,20})?"
FOLLOWED = rf"(?: {NAME}| [A-Z]\.?(?![A-Za-z]))?"
PATIENT_THEN_NAME = words(
    rf"(?:[Pp]atients?|[Cc]lients?|[Pp]ts?\.?|PTS?)(?::|,| named| called| is)? ({NAME}|[A-Z]\.? ?[A-Z]\b\.?"
    rf"|[A-Z]\. ?[A-Z]?[a-z]{{0,20}})"
    rf"{FOLLOWED}"
)
PATIENT_THEN_FIRST_NAME = words(r"(?:patients?|clients?|pts?\.?):? (?:is |named )?([a-z]{2,20})(?![a-z'])")
OUR_PATIENT = words(r"(?:our|my|the|a) (?:new |old )?(?:patient|client)\b")
NAME_THEN_PATIENT = re.compile(
    rf"({NAME}{FOLLOWED}),? (?:(?:is|was) )?(?:a|our|my|the) (?:new |old )?(?:patient|client)\b"
)
HERS = words(rf"(?:her|his|their) (?:last |next |latest )?{CARE}")
OF_FAMILY = re.compile(
    r"'s (?:mother|father|mom|dad|wife|husband|daughter|son|sister|brother|sponsor|caseworker|probation officer) "
    r"(?:wants|called|says|said|asked|is calling|is worried|thinks|found)"
)
FAMILY = re.compile(rf"({NAME}){OF_FAMILY.pattern}")
IN_ROOM = re.compile(r" in (?:room|rm|bed|bay|exam) ?#?[0-9]")
NAME_IN_ROOM = re.compile(rf"({NAME})(?: is| was)?{IN_ROOM.pattern}")
SAID_TO = words(
    rf"(?:[Tt]ell|[Cc]all(?:ed)?|[Rr]emind|[Aa]sk(?:ed)?|[Ss]aw|[Ss]een|[Mm]et with|[Ss]poke (?:to|with)"
    rf"|[Tt]alked to|[Ss]chedule|[Tt]ext"
    rf"|[Ss]queeze in) ({NAME}{FOLLOWED})"
)
A_NAME = re.compile(rf"({NAME}(?:, {NAME})?{FOLLOWED}|[A-Z]\. ?[A-Z]\.)('s)?(?=[ ,])")
REACH = 40
LONGEST_NAME = 100
"""Characters of a name and what may stand right behind it."""
RIGHT_BEHIND = 8
"""For `, who `, or ` last `."""


def names(page: Page) -> Iterator[Match]:
    """A name where it can hardly be of one of the staff."""
    yield from _of_patients(_ending(NAME_IN_ROOM, page, IN_ROOM.finditer(page.text)))
    if page.starts(CARE_OR_PERSON):
        yield from _beside_patient_words(page)
    if page.has_capitals and page.starts(CARE_OR_PERSON):
        yield from _before_care(page)
        yield from _first_names(page)


def _before_care(page: Page) -> Iterator[Match]:
    """`Lopez relapsed`, `Lopez's refill`, and a first name a few words before something that happens."""
    for event in page.starts(EVENT):
        for match in _names_before(page, event):
            close = not match[2] and (event - match.end() <= RIGHT_BEHIND or _nobody_of_the_office(page, match))
            if close and _a_name(match[1]):
                yield Match("name", *match.span(1))
    for care in page.starts(CARE_WORD) if "'s " in page.lower else ():
        if "'s " in page.lower[max(0, care - RIGHT_BEHIND) : care]:
            for match in _names_before(page, care):
                if (
                    match[2]
                    and care - match.end() <= RIGHT_BEHIND
                    and _a_name(match[1])
                    and not _of_office(page, match)
                ):
                    yield Match("name", *match.span(1))


def _names_before(page: Page, place: int) -> Iterable[re.Match[str]]:
    """What may be a name shortly before a place; without a capital there is none."""
    start = max(0, place - REACH)
    return () if page.text[start:place].islower() else A_NAME.finditer(page.text, start, place)


def _nobody_of_the_office(page: Page, match: re.Match[str]) -> bool:
    return _first_name(match[1]) and not page.beside(OFFICE_WORD, match)


def _of_office(page: Page, match: re.Match[str]) -> bool:
    return page.beside(OFFICE_WORD, match, REACH)


def _first_names(page: Page) -> Iterator[Match]:
    for hers in page.starts(HERS):
        for match in _names_before(page, hers):
            if not match[2] and _first_name(match[1]) and not page.beside(OFFICE_WORD, match):
                yield Match("name", *match.span(1))
    for match in _ending(FAMILY, page, OF_FAMILY.finditer(page.text)):
        if _first_name(match[1]) and not page.beside(OFFICE_WORD, match):
            yield Match("name", *match.span(1))
    for match in page.each(SAID_TO, page.text):
        if _first_name(match[1]) and _about(page, match, CARE_OR_PERSON):
            yield Match("name", *match.span(1))


def _beside_patient_words(page: Page) -> Iterator[Match]:
    yield from _of_patients(page.each(PATIENT_THEN_NAME, page.text) if page.has_capitals else ())
    for match in page.each(PATIENT_THEN_FIRST_NAME):
        if match[1] in FIRST_NAMES:
            yield Match("name", *match.span(1))
    yield from _of_patients(_ending(NAME_THEN_PATIENT, page, page.each(OUR_PATIENT)))


def _ending(pattern: re.Pattern[str], page: Page, endings: Iterable[re.Match[str]]) -> Iterator[re.Match[str]]:
    """The matches of a pattern, each of which ends with one of these, looked for right before them only."""
    end = 0
    for ending in endings:
        for match in pattern.finditer(page.text, max(end, ending.start() - LONGEST_NAME), ending.end() + 1):
            end = match.end()
            yield match


def _of_patients(matches: Iterable[re.Match[str]]) -> Iterator[Match]:
    for match in matches:
        if _a_name(match[1]):
            yield Match("name", *match.span(1))


def _a_name(words: str) -> bool:
    return words.replace("'", " ").replace(",", " ").split(maxsplit=1)[0] not in NO_NAME


def _first_name(words: str) -> bool:
    return words.replace(",", " ").split(maxsplit=1)[0].lower() in FIRST_NAMES


def _about(page: Page, match: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Whether a name is followed by such words, and nothing of the office stands near it."""
    return page.has(vocabulary, match.end(), match.end() + REACH) and not page.beside(OFFICE_WORD, match)
