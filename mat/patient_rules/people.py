"""What may point to one patient and may be harmless: a name beside patient words, a date beside an event, and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.dates import days
from mat.patient_rules.match import Match, beside, whole_words
from mat.reading import Reading

NO_NAME = frozenset({
    "Navigator", "Agreement", "Agreements", "Care", "Visit", "Visits", "Portal", "Advocate", "Education", "Safety", "Registry",
    "Health", "Outreach", "Voice", "List", "Advisory", "Experience", "Flow", "Handout", "Survey", "Intake", "Services", "Support",
    "Navigators", "And", "Or", "The", "If", "When", "Who", "In", "On", "At", "For", "To", "Is", "Are", "Was", "We", "They", "You",
    "Not", "All", "Each", "Every", "Some", "Any", "Nobody", "Somebody", "Someone", "Everyone", "It", "He", "She", "Patient",
    "Client", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
})  # fmt: skip
EVENTS = (
    r"(?:relaps(?:ed|ing)|overdosed|no-?showed|missed (?:her|his|their|the|a)\b|tested positive|is using|was using"
    r"|went into withdrawal|in withdrawal|was admitted|was discharged|was arrested|was hospitali[sz]ed|was jailed|was released"
    r"|passed away|died\b|gave birth|miscarried|is pregnant|failed (?:her|his|their)\b|lost custody|is homeless"
    r"|wants to come back|asked for (?:a|an early|early|another) (?:refill|script|dose)|needs a (?:ride|refill|script|bridge))"
)
NAME = r"[A-Z](?<![A-Za-z].)[a-z]{1,20}(?:[-'][A-Z][a-z]{1,20})?"
PATIENT_THEN_NAME = re.compile(
    rf"(?:[Pp]atient|[Cc]lient|[Pp]t\.?|PT)(?:,| named| called| is)? ({NAME}|[A-Z]\. ?[A-Z]?[a-z]{{0,20}})(?: {NAME})?"
)
NAME_THEN_PATIENT = re.compile(
    rf"({NAME}(?: {NAME})?),? (?:(?:is|was) )?(?:a|our|my|the) (?:new |old )?(?:patient|client)\b"
)
NAME_THEN_EVENT = re.compile(rf"({NAME}(?: {NAME}| [A-Z]\.)?) {EVENTS}")
TITLED = re.compile(rf"M(?<![A-Za-z].)(?:r|rs|s|iss)\b\.? {NAME}")
EVENT = re.compile(EVENTS)
EVENT_OR_PATIENT = re.compile(rf"(?:{EVENTS}|\b(?:patient|client|pt)\b)")
HAPPENED = re.compile(
    r"(?:overdosed|relaps(?:ed|ing)|tested positive|passed away|died|gave birth|miscarried|no-?showed"
    r"|was (?:admitted|discharged|arrested|hospitali[sz]ed|jailed|released|in the (?:ed|er|hospital)))\b"
)
SOMEBODY = re.compile(
    r"(?:patient|pt|client|he|she|her|him|his|guy|lady|woman|man|mom|mother|father|male|female|teen|veteran)\b"
)
ROOM = re.compile(r"(?:room|rm|bed|bay)\b\.? ?#?[0-9]{1,4}[a-z]?\b")
ONLY = re.compile(
    r"the only (?:[a-z-]{1,20} ){0,2}(?:patient|client|woman|man|mother|father|mom|dad|girl|boy|teen|teenager|veteran|couple)\b"
)
AGE = re.compile(
    r"[0-9](?<![0-9].)(?:[0-9]{0,2}[ -]?(?:years?[ -]old|y/?o|y\.o\.)(?![a-z])"
    r"|[0-9] ?[mf]\b(?= (?:with|on|who|from|pt|patient)))"
)
RESULT = re.compile(
    r"(?:her|his|their|patient'?s|client'?s|pt'?s?) (?:last |latest )?(?:uds|urine|drug (?:test|screen)|tox(?:icology)?|screen)\b"
    r"[^.\n]{0,40}\b(?:positive|negative|clean|dirty|failed|showed|had)\b"
)


def names(reading: Reading) -> Iterator[Match]:
    """A name beside patient words, or before something that happens to patients."""
    patterns = [PATIENT_THEN_NAME]
    if "patient" in reading.lower or "client" in reading.lower:
        patterns.append(NAME_THEN_PATIENT)
    if EVENT.search(reading.lower):
        patterns.append(NAME_THEN_EVENT)
    for pattern in patterns:
        for match in whole_words(pattern, reading.text):
            if match[1].split()[0] not in NO_NAME:
                yield Match("name", *match.span(1))
    for match in beside(TITLED.finditer(reading.text), lambda: EVENT_OR_PATIENT.finditer(reading.lower)):
        yield Match("name", *match.span())


def event_dates(reading: Reading) -> Iterator[Match]:
    """A date beside something that happened to somebody."""
    if HAPPENED.search(reading.lower):
        for match in beside(days(reading.lower), lambda: HAPPENED.finditer(reading.lower)):
            yield Match("event-date", *match.span())


def rooms(reading: Reading) -> Iterator[Match]:
    """A room or bed beside a person in it."""
    for match in beside(whole_words(ROOM, reading.lower), lambda: whole_words(SOMEBODY, reading.lower)):
        yield Match("place", *match.span())


def descriptions(reading: Reading) -> Iterator[Match]:
    """An age, somebody's test result, "the only …"."""
    for kind, pattern in (("only-one", ONLY), ("age", AGE), ("result", RESULT)):
        yield from (Match(kind, *match.span()) for match in whole_words(pattern, reading.lower))
