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
        ("MRN ending in 4471", "4471"),
        ("EHR #4410928 has two sheets", "4410928"),
        ("VA file C-71 220 418", "C-71 220 418"),
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


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("ride from 402 Old Fort Hill Church Rd please", "402 Old Fort Hill Church Rd"),
        ("ride from 77 Sage and Willow Lane", "77 Sage and Willow Lane"),
        ("found at 2650 9 Mile Rd", "2650 9 Mile Rd"),
        ("letter to 18 Larkspur Ct, Unit 4B came back", "18 Larkspur Ct, Unit 4B"),
        ("letter to 18 Larkspur Ct #12 came back", "18 Larkspur Ct #12"),
        ("letter to 305 Dogwood Ave SE came back", "305 Dogwood Ave SE"),
        ("letter to RR 4 Box 71 came back", "RR 4 Box 71"),
        ("letter to Box 30, Star Route came back", "Box 30, Star Route"),
        ("vive en Calle del Sol 118", "Calle del Sol 118"),
        ("vive en Avenida Hidalgo #77", "Avenida Hidalgo #77"),
        ("moved from 9 rue des Tilleuls", "9 rue des Tilleuls"),
        ("lot 9, Cedar Grove Mobile Home Park, brown door", "lot 9, Cedar Grove Mobile Home Park"),
    ],
)
def test_an_address_with_all_that_belongs_to_it(text: str, part: str) -> None:
    assert blocked(text, "address", part)


@pytest.mark.parametrize(
    "text",
    [
        "2 route cards in the box, 14 in the drawer",
        "lot 9 of the strips is in the park ranger's kit",
        "the avenue to success: 3 steps",
        "box 23 on the form, then box 24",
        "12 MAs and nurses take the road trip in May",
    ],
)
def test_what_is_no_address_passes(text: str) -> None:
    assert examine(text).verdict is Decision.OK


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("DOB 11/1962, the rest cannot be read", "11/1962"),
        ("birthday is March the 9th, 1957", "March the 9th, 1957"),
        ("dob Oct 3 '58", "Oct 3 '58"),
        ("dob 3/14-61", "3/14-61"),
        ("dob 3_14_1961", "3_14_1961"),
        ("DOB 24 Jan 1991", "24 Jan 1991"),
        ("born on the 2nd of June 1949", "2nd of June 1949"),
        ("nacida el 7 de agosto de 1969", "7 de agosto de 1969"),
        ("fecha de nacimiento: 30 de enero de 1971", "30 de enero de 1971"),
        ("bd 6.7.59 on the old card", "6.7.59"),
        ("DOB:\n6/14/71", "6/14/71"),
        ("DOB 6/14/\n71", "6/14/\n71"),
    ],
)
def test_a_birth_date_with_all_that_belongs_to_it(text: str, part: str) -> None:
    assert blocked(text, "birth-date", part)


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("call 206-555-\n0142", "phone", "206-555-\n0142"),
        ("call 206 555 \n0142", "phone", "206 555 \n0142"),
        ("SSN 987-65\n-4321", "ssn", "987-65\n-4321"),
        ("MRN:\n4471", "record-number", "4471"),
        ("mail jordan@\nexample.com", "e-mail", "jordan@\nexample.com"),
        ("mail jordan@example.\ncom", "e-mail", "jordan@example.\ncom"),
    ],
)
def test_the_end_of_a_line_hides_nothing(text: str, kind: str, part: str) -> None:
    assert blocked(text, kind, part)


@pytest.mark.parametrize(
    "text",
    [
        "Held:\n11/12\n9/12\n",
        "Agenda:\n1. registry\n2. kits: 40\n3. 555 cards, 1200 flyers",
        "May 41\nJune 44\nJuly 52\n",
        "118\n163\n2940",
        "thanks @\nall, see item 3.\ncomments by Friday",
        "mayo 12, junio 14: huddle a las 8",
    ],
)
def test_lines_of_counts_pass(text: str) -> None:
    assert examine(text).verdict is Decision.OK
