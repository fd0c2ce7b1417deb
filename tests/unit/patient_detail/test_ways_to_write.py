"""The many ways in which a number, an address or a day is written in a clinic, and what only looks like one."""

from __future__ import annotations

import pytest

from mat.patient_detail import Decision, examine


def blocked(text: str, kind: str, part: str) -> bool:
    verdict = examine(text)
    found = [(one.kind, text[one.start : one.end]) for one in verdict.found]
    return (verdict.verdict, found) == (Decision.BLOCK, [(kind, part)])


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("MR# 40-771 is filed twice", "40-771"),
        ("HRN 20-18-77 has two problem lists", "20-18-77"),
        ("no. de expediente 60412, sin firma", "60412"),
        ("historia clinica 71-40-28", "71-40-28"),
        ("lab order 4401827 never left the fridge", "4401827"),
        ("her medical card 7719-04-B ran out", "7719-04-B"),
        ("beneficiary 4ZQ7-Q10-T8820 has no plan", "4ZQ7-Q10-T8820"),
        ("case file A-4471 came back", "A-4471"),
    ],
)
def test_a_record_by_other_words(text: str, part: str) -> None:
    assert blocked(text, "record-number", part)


@pytest.mark.parametrize(
    "text",
    [
        "99213 or 99490, which one for the agreement visit?",
        "80307 goes out, 80305 stays here",
        "modifier 59 goes on 20553, then 64483",
        "CPT list on the wall: 96372, 20610",
        "mr number belongs in no message",
        "the lab order set has 12 items",
        "history of 20 years, 1999 to 2019",
    ],
)
def test_a_code_is_nobodys_record(text: str) -> None:
    assert examine(text).verdict is Decision.OK


def test_a_code_behind_a_word_for_records_is_one() -> None:
    assert blocked("MRN 99213 has no agreement", "record-number", "99213")
