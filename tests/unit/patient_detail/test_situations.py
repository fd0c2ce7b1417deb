"""A date, a room, an age, initials or a profile that points to one patient asks; the same words without one do not."""

from __future__ import annotations

import pytest

from mat.patient_detail import Decision, examine


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("OD'd on 4/3, EMS was there", "event-date", "4/3"),
        ("admit date 2026-02-11, no summary yet", "event-date", "2026-02-11"),
        ("seen in the ED 7/9/26 for cellulitis", "event-date", "7/9/26"),
        ("urine was collected 5/2 and lost", "event-date", "5/2"),
        ("inducted on 3/8, doing well", "event-date", "3/8"),
        ("ingreso al hospital el 14 de julio", "event-date", "14 de julio"),
        ("slumped over in exam 3", "place", "exam 3"),
        ("on the ward at St. Anne, ICU bed 9", "place", "bed 9"),
        ("room 12-B at the nursing home, patch gone", "place", "room 12-B"),
        ("la paciente del cuarto 4 llora", "place", "cuarto 4"),
        ("the only pt over 400 MME", "only-one", "the only pt"),
        ("our one and only pregnant patient", "only-one", "one and only pregnant patient"),
        ("la unica paciente sorda", "only-one", "unica paciente"),
        ("the lady aged ninety", "age", "aged ninety"),
        ("54yoM w/ chronic pain", "age", "54yoM"),
        ("61F w/ chronic pain", "age", "61F"),
        ("claim for DOS 3/4/26 came back", "event-date", "3/4/26"),
        ("71 años, cadera rota", "age", "71 años"),
        ("pt G.H. wants more pills", "name", "G.H."),
        ("initials QZ stand on the pill count", "name", "QZ"),
        ("G.H. is out of pills", "name", "G.H."),
        ("Instagram @blue.river.77 is a patient", "other", "Instagram @blue.river.77"),
    ],
)
def test_asks_about_what_may_point_to_one_patient(text: str, kind: str, part: str) -> None:
    verdict = examine(text)
    assert verdict.verdict is Decision.WARN
    assert (kind, part) in [(one.kind, text[one.start : one.end]) for one in verdict.found]


@pytest.mark.parametrize(
    "text",
    [
        "aged 65+ is the largest group",
        "PEG forms collected by 7/9",
        "admit we were slow; the date is 7/9",
        "exam 3 needs a new lamp",
        "exams take 9 minutes",
        "the U.S. list of opioids",
        "Dr. G.H. counts the pills",
        "J. Tilden, R.N. counts the pills",
        "the only pts on the list are ours",
        "10 años de experiencia con tramadol",
        "our Instagram is quiet, posters work",
        "initials on the pill count sheet, please",
    ],
)
def test_the_same_words_without_a_patient_pass(text: str) -> None:
    assert examine(text).verdict is Decision.OK
