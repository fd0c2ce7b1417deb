"""Where a person can be found: e-mail addresses and street addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.match import Match, whole_words
from mat.reading import Reading

MAIL_AT = re.compile(r"@ ?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
SPOKEN_AT = re.compile(
    r"at\b[\])}]? ?[a-z0-9-]{2,40} ?[\[({]? ?(?:\bdot\b|\.) ?[\])}]? ?(?:com|org|net|edu|gov|us|io|me)\b"
)
MAIL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-")
BEFORE_AT = frozenset(" [({")
LONGEST_MAIL_NAME = 64

NOT_A_STREET = (
    r"(?:minutes?|mins?|hours?|days?|weeks?|months?|years?|miles?|more|new|other|people|staff|patients?|clients?|nurses?|of|in|on"
    r"|to|the|a|an|and|or|for|per|at|by|our|all|is|are|was|were|took|takes?|mg|mcg|ml|percent|times?|kits?|seats?|done|left|with)"
)
STREET_WORD = rf"(?!{NOT_A_STREET}\b)(?:[a-z'][a-z0-9']{{1,19}}|[0-9]{{1,3}}(?:st|nd|rd|th))\.? "
STREET = re.compile(
    rf"[0-9](?<![0-9.,:/-].)[0-9]{{0,5}} (?:[nsew]{{1,2}}\.? )?((?:{STREET_WORD}){{1,3}})"
    r"(?:(street|avenue|ave|road|rd|boulevard|blvd|highway|hwy|parkway|pkwy|lane|ln)"
    r"|st|drive|dr|court|ct|place|pl|way|terrace|ter|circle|cir|trail|trl|square|sq)\b"
)
BOX = re.compile(r"p\.? ?o\.? ?box #?[0-9]{1,6}\b")
HOUSE_NUMBER = re.compile(r"[0-9]{3}")


def e_mails(reading: Reading) -> Iterator[Match]:
    """`name@example.com`, also spelled out as `name (at) example (dot) com`."""
    lower = reading.lower
    for match in MAIL_AT.finditer(lower):
        yield from _with_name(lower, match, match.start())
    for match in whole_words(SPOKEN_AT, lower):
        yield from _with_name(lower, match, match.start())


def _with_name(lower: str, match: re.Match[str], at: int) -> Iterator[Match]:
    while at > 0 and lower[at - 1] in BEFORE_AT:
        at -= 1
    begin = at
    while begin > 0 and at - begin < LONGEST_MAIL_NAME and lower[begin - 1] in MAIL_CHARACTERS:
        begin -= 1
    if begin < at:
        yield Match("e-mail", begin, match.end())


def addresses(reading: Reading) -> Iterator[Match]:
    """A house number with a street's name, or a post office box.

    "Way", "place" and "drive" are common words: they need a name with a capital, or a house number of three digits.
    """
    for match in STREET.finditer(reading.lower):
        if match[2] or reading.text[match.start(1)].isupper() or HOUSE_NUMBER.match(match[0]):
            yield Match("address", *match.span())
    yield from (Match("address", *match.span()) for match in whole_words(BOX, reading.lower))
