"""Where a person can be found: e-mail addresses and street addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.match import Match, Page
from mat.patient_rules.patterns import Figures, Pattern, words

TOP = r"(?:com|org|net|edu|gov|mil|us|io|me|co|info|biz|health|care|clinic|example|test|uk|ca|mx|de|ph)"
MAIL_AT = re.compile(r"@ ?[a-z0-9-]{1,63}(?: ?\. ?[a-z0-9-]{1,63}){1,4}")
SPOKEN_AT = words(
    rf"(?:at|arroba)\b[\])}}]? ?[a-z0-9-]{{2,40}}(?: ?[\[({{]? ?(?:\bdot\b|\.) ?[\])}}]? ?[a-z0-9-]{{2,20}}){{0,2}}"
    rf" ?[\[({{]? ?(?:\bdot\b|\.) ?[\])}}]? ?{TOP}\b"
)
MAIL_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-'")
BEFORE_AT = frozenset(" [({<")
LONGEST_MAIL_NAME = 64
_ROLE = (
    r"(?:info|help|help-?desk|support|billing|front-?desk|office|hr|it|trainings?|admin|contact|team"
    r"|no-?reply|quality|qi|pharmacy"
    r"|lab|records|scheduling|appointments|intake|referrals?|privacy|compliance|security|service-?desk"
    r"|service|grants?|library"
    r"|facilities|payroll|benefits|events?|news|feedback|surveys?|webmaster|clinic|pharmacists|nurses"
    r"|prescribers|leadership|staff)"
)
ROLE_MAIL = re.compile(
    rf"{_ROLE}(?:[._-](?:team|group|list|desk|staff|dept|all|line))?|[a-z]{{2,12}}[._-](?:team|staff|list|group|dept)"
)
"""The name of a mailbox that belongs to an office, not to a person."""
MAIL_HOST = re.compile(
    r"at (?:gmail|yahoo|hotmail|outlook|icloud|aol|proton(?:mail)?|msn|live|comcast|verizon|example)\b"
)
ODD_NAME = re.compile("[0-9._+]")
"""`name at example.com` without more is a person's address where the name or the host shows it; else it may be a site."""

NOT_A_STREET = (
    r"(?:minutes?|mins?|hours?|days?|weeks?|months?|years?|miles?|more|new|other|people|staff|patients?"
    r"|clients?|nurses?|of|in|on"
    r"|to|the|a|an|and|or|for|per|at|by|our|all|is|are|was|were|took|takes?|mg|mcg|ml|percent|times?|kits?"
    r"|seats?|done|left|with"
    r"|we|they|it|lane|feet|steps|blocks|slots|am|pm|went|has|have|had|needs?|wants?|from|until|visits?"
    r"|chairs?|rooms?|beds)"
)
STREET_WORD = rf"(?!{NOT_A_STREET}\b)(?:[a-z'][a-z0-9']{{1,19}}|[0-9]{{1,3}}(?:st|nd|rd|th| mile))\.? "
UNIT_BEHIND = (
    r"(?: (?:[nsew]{1,2}|north|south|east|west)\b\.?)?"
    r"(?:,? ?(?:#|(?:apt|apartment|unit|ste|suite|space|spc|lot)\b\.? ?#?) ?[0-9a-z]{1,4}\b)?"
)
STREET = Figures(
    rf"[0-9](?<![0-9.,:/$#-].)[0-9]{{0,5}}[a-z]? (?:[nsew]{{1,2}}\.? |north |south |east "
    rf"|west )?({STREET_WORD}(?:(?:and |of the )?{STREET_WORD}){{0,3}})"
    r"(?:(street|str|avenue|aven|ave|road|rd|boulevard|blvd|highway|hwy|parkway|pkwy|lane|ln|alley|turnpike"
    r"|terrace)"
    r"|st|drive|dr|court|ct|place|pl|way|ter|circle|cir|trail|trl|square|sq|loop|row|run|crossing|plaza|pike"
    r"|path|cove|point)\b(?:\.(?=,? (?:apt|unit|#)))?" + UNIT_BEHIND
)
HIGHWAY = Figures(
    r"[0-9](?<![0-9.,:/$#-].)[0-9]{0,5} (?:[nsew]\.? )?(?:us |state |county |old )?(?:highway|hwy|route|rte"
    r"|road|rd|cr|sr) [0-9]{1,4}\b"
)
AT_HOME = words(
    r"(?:lives at|living at|lives on|address(?: is| on file is)?|moved to|moving to|staying at|stays at"
    r"|sleeps at|pick (?:her|him) up at"
    r"|home is)[: ]{1,2}[0-9]{1,5} (?!%|mg|beds?|rooms?|new|more)[a-z]{3,20}"
)
APARTMENT = Figures(r"[0-9](?<![0-9.,:/$#-].)[0-9]{0,4} (?:[a-z]{3,20} ){1,3}(?:apt|apartment)\b\.? ?#?[0-9a-z]{1,4}\b")
STREET_FIRST = words(
    r"(?:(?:calle|avenida|carretera|callejon|privada)|(?:space|spc|lot|unit|trailer) ?#?[0-9]{1,4}"
    r"(?=,? (?:[a-z']{2,20} ){1,3}(?:trailer|mobile home|rv) (?:park|court)))(?:,? (?!de la\b)[a-z'.]{1,20}){1,5}"
    r"(?:,? (?:#|no\.? |num\.? |numero )?[0-9]{1,5}\b|(?<=park)|(?<=court))"
)
"""A street before its number, as in Spanish, and a place in a park of trailers."""
RUE = Figures(r"[0-9](?<![0-9.,:/$#-].)[0-9]{0,4},? (?:rue|calle|avenida) (?:de |des |du |la |las |los )?[a-z']{3,20}")
RURAL = words(
    r"(?:(?:rr|r\.r\.|hc|rural route|star route|highway contract) ?#?[0-9]{1,3},? box [0-9]{1,5}\b"
    r"|box [0-9]{1,5},? (?:star|rural) route\b)"
)
BOX = words(r"(?:p[. ]{0,2}o[. ]{0,2}b[o0]x|post office box)[ #:]{0,3}(?:number |no\.? )?[0-9]{1,6}\b")
OTHERS: tuple[tuple[Pattern, tuple[str, ...]], ...] = (
    (AT_HOME, ()),
    (APARTMENT, ("apt", "apartment")),
    (BOX, ()),
    (RURAL, ()),
    (STREET_FIRST, ()),
    (RUE, ("rue ", "calle ", "avenida ")),
)
"""Patterns, each with what stands in every match; nothing for words, which are looked for only where they can begin."""
STREET_TYPE = words(
    r"(?:str?|street|aven?|avenue|road|rd|boulevard|blvd|highway|hwy|parkway|pkwy|lane|ln|alley|turnpike|terrace|drive|dr|court|ct"
    r"|place|pl|way|ter|circle|cir|trail|trl|square|sq|loop|row|run|crossing|plaza|pike|path|cove|point|route|rte|cr|sr)\b"
)
HOUSE_NUMBER = re.compile(r"[0-9]{3}")


def e_mails(page: Page) -> Iterator[Match]:
    """`name@example.com`, also spelled out as `name (at) example (dot) com`. A mailbox of an office is nobody's."""
    lower = page.lower
    for match in MAIL_AT.finditer(lower):
        yield from _with_name(lower, match, spoken=False)
    for match in page.each(SPOKEN_AT):
        yield from _with_name(lower, match, spoken=True)


def _with_name(lower: str, match: re.Match[str], *, spoken: bool) -> Iterator[Match]:
    at = match.start()
    while at > 0 and match.start() - at < LONGEST_MAIL_NAME and lower[at - 1] in BEFORE_AT:
        at -= 1
    begin = at
    while begin > 0 and at - begin < LONGEST_MAIL_NAME and lower[begin - 1] in MAIL_CHARACTERS:
        begin -= 1
    name = lower[begin:at].strip("'")
    if not match[0][-1].isalpha():  # a version, as in name@1.2.3
        return
    spelled = not spoken or "dot" in match[0] or at < match.start() - 1
    if not name or ROLE_MAIL.fullmatch(name):
        return
    if not (spelled or MAIL_HOST.match(match[0]) or ODD_NAME.search(name)):
        return
    yield Match("e-mail", begin, match.end())


def addresses(page: Page) -> Iterator[Match]:
    """A house number with a street's name, or a post office box.

    "Way", "place" and "drive" are common words: they need a name with a capital, or a house number of three digits.
    """
    if not page.has_digits:
        return
    if page.starts(STREET_TYPE):
        for match in page.each(STREET):
            if match[2] or page.text[match.start(1)].isupper() or HOUSE_NUMBER.match(match[0]):
                yield Match("address", *match.span())
        yield from (Match("address", *match.span()) for match in page.each(HIGHWAY))
    for pattern, parts in OTHERS:
        if not parts or page.says(*parts):
            yield from (Match("address", *match.span()) for match in page.each(pattern))
