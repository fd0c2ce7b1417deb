"""First names as they are typed in a hurry, in small letters or in capitals only, where they are a patient's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.care_words import CARE_WORD, EVENT, OFFICE_WORD, TREATED_WORD
from mat.patient_rules.first_names import FIRST_NAMES
from mat.patient_rules.match import NEAR, Match, Page

_ALSO_WORDS = """
amber amparo ana angel april austin barb blanca carol casey consuelo crystal daisy dale dawn dean destiny dolores ebony evan
eve fidel florence frank gene geneva guadalupe hazel heather iris jack jade jean jesus jewel jordan joy julio june kay lance
lee leo linda logan lou luz mack madison mandy marge mason max mercedes misty morgan nick opal otis pat patsy pearl penny
percy perry rae robin roman rosa rosario rosemary rosie ruby russell salvador santiago savannah sean shirley socorro stan
stella sue tanner taylor terry troy ursula valentin vera victor victoria viola virginia warren wei
"""
_PLAIN = FIRST_NAMES.difference(_ALSO_WORDS.split())
PLAIN = _PLAIN.union(name.upper() for name in _PLAIN)
APART = str.maketrans("'\u2019,.:;!?()\"/", " " * 12)
OF_HER = "'s "
FOR_HER = ("for ", "on ", "of ", "re ", "re: ", "about ")
SAID_TO_HER = ("call ", "called ", "tell ", "told ", "saw ", "seen ", "remind ", "reminded ", "texted ")
ROLES = (" rn", " ma ", ", ma", " (ma", " np", " pa-c", " md", " from ", " and ")
SHORTLY, REACH = 24, 40
FEW = 30
WORD = re.compile("[A-Za-z]+")


def plain_names(page: Page) -> Iterator[Match]:
    """A common first name before what happens to patients, or with something of the patient's: refill, pills, urine."""
    if not (page.starts(EVENT) or page.starts(CARE_WORD) or page.starts(TREATED_WORD)):
        return
    for name, place in _standing(page.text, PLAIN.intersection(page.text.translate(APART).split())):
        end = place + len(name)
        if _alone(page.lower, place, end) and _a_patients(page, place, end):
            yield Match("name", place, end)


def _standing(text: str, names: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Where these names stand: few are looked for one by one, many in one pass."""
    if len(names) > FEW:
        yield from sorted((word[0], word.start()) for word in WORD.finditer(text) if word[0] in names)
        return
    for name in sorted(names):
        place = text.find(name)
        while place >= 0:
            yield name, place
            place = text.find(name, place + len(name))


def _alone(lower: str, start: int, end: int) -> bool:
    return not (lower[max(0, start - 1) : start].isalnum() or lower[end : end + 1].isalnum())


def _a_patients(page: Page, start: int, end: int) -> bool:
    return (
        _has_to_do(page, start, end)
        and not page.has(OFFICE_WORD, start - SHORTLY, end + NEAR)
        and not page.lower.startswith(ROLES, end)
    )


def _has_to_do(page: Page, start: int, end: int) -> bool:
    """Whether something happens to somebody of this name, or is given to her."""
    if page.has(EVENT, end, end + SHORTLY):
        return True
    before = page.lower[max(0, start - SHORTLY) : start]
    if before.endswith(FOR_HER) and _care(page, start - SHORTLY, start):
        return True
    if before.endswith(SAID_TO_HER) and _care(page, end, end + REACH):
        return True
    return page.lower.startswith(OF_HER, end) and _care(page, end, end + SHORTLY)


def _care(page: Page, start: int, end: int) -> bool:
    return page.has(CARE_WORD, start, end) or page.has(TREATED_WORD, start, end)
