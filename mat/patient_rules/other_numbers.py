"""Long numbers that belong to nobody: billing codes, tickets, orders, grants, meetings."""

from __future__ import annotations

import re

from mat.patient_rules.match import Page
from mat.patient_rules.patterns import UNIT, words

LOOK_AROUND = 36
NUMBER_OF = words(
    r"(?:cpt|hcpcs|icd(?:-?10)?|ndc|npi|dea|zip(?: ?codes?)?|ext(?:ension)?|tickets?|incident|request|req"
    r"|it case|invoice|version"
    r"|build|po|p\.o\.|purchase order|(?<!lab )order(?: set)?|lot|batch|grant|contract|award|tracking|asset(?: tag)?"
    r"|course|module|model|part"
    r"|sku|item|form|error|codes?|coded|bill(?:ed)?|modifier|issue|pmid|fr|uid|isbn|issn|doi|nct|kb|ein|tin"
    r"|tax id|fein|clia"
    r"|meeting(?: id)?|zoom(?: id)?|webinar|conference(?: id)?|passcode|pin|dial-in|population|denominator"
    r"|numerator"
    r"|total(?:s|ed)?|census|budget|goal|target|out of|n ?=|survey|project|work order|job|cost center|gl|room"
    r"|suite|building|badge"
    r"|printer|copier|locker|mileage|odometer|bus|route|catalog|vendor|router|server|laptop|tablet|inc|chg"
    r"|tkt|pmc|ritm|task"
    r"|text (?:the word )?[a-z\"']{2,12} to)"
    r"(?:[ .:#=-]{0,3}(?:code|number|num|no|id|is|was|of|and|to|or"
    r"|set)\b){0,2}[ .:#=-]{0,3}(?:[a-z0-9]{0,8}[a-z]-?)?"
    r"(?=[0-9(])"
)
MONEY = re.compile(r"[$€£] ?(?=[0-9])")
BILLING = words(r"(?:cpt|hcpcs|ccm|sbirt|code[sd]?|coder|coding|bill(?:ed|ing|s)?|modifier|claims? for)\b")
PROCEDURE = re.compile(r"9[0-9]{4}|8030[0-9]")
WELL_KNOWN = re.compile(r"99(?:[23][0-9]{2}|4[0-9]{2})|8030[5-7]")
"""Codes for visits and urine tests, which every clinic knows without a word beside them."""
CODING = words(r"(?:cpt|hcpcs|modifiers?|procedure codes?)\b")
FIVE = re.compile("[0-9]{5}")
COUNTED = re.compile(rf" ?{UNIT}")
TOLL_FREE = re.compile(r"1?8(?:00|33|44|55|66|77|88)[0-9]{7}")
DAY = re.compile(
    r"20[2-4][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]"
    r"|3[01])20[2-4][0-9]"
)


def somebody_elses(page: Page, match: re.Match[str]) -> bool:
    """Whether what stands around a long number says that it is no patient's."""
    if (
        page.behind(NUMBER_OF, match.start())
        or page.behind(MONEY, match.start())
        or COUNTED.match(page.lower, match.end())
    ):
        return True
    if PROCEDURE.fullmatch(match[0]) and page.beside(BILLING, match, LOOK_AROUND):
        return True
    return FIVE.fullmatch(match[0]) is not None and page.beside(CODING, match, LOOK_AROUND)
