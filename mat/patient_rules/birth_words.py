"""The words for birth."""

from __future__ import annotations

import re

from mat.patient_rules.patterns import words

BIRTH_WORD = words(
    r"(?:d[ ./-]{0,2}o[ ./-]{0,2}b\b|b[i1l]rth ?-?(?:date|day|year)|date +of +b[i1l]rth|year of birth"
    r"|y\.?o\.?b\b|b-?day|bd\b|nacid[oa]\b|nacio\b|fecha de nac|f\.?d\.?n\b|born\b|\(b\.)"
)
BORN_BEHIND = re.compile(r",? ?(?:is |was |= ?)?(?:her |his |their |the |my )?(?:birth|dob\b|d\.o\.b|b-?day)")
OF_A_YEAR = re.compile(r"birth ?year|year of birth|y\.?o\.?b")
PARTY = re.compile(r"(?:birthday|b-?day)[^.\n]{0,40}\b(?:cake|party|lunch|potluck|cupcakes|card|celebrat|donuts|pizza)")
FOUNDED = words(r"(?:program|clinic|team|project|registry|idea|huddle|policy)\b")
