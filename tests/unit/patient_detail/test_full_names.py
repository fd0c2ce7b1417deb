"""A title, a whole name, or a word for whose it is points to a patient; a name of the staff does not."""

from __future__ import annotations

import pytest

from mat.patient_detail import Decision, examine


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mrs. Winterbourne brought the wrong bottle", "Mrs. Winterbourne"),
        ("Mr. Winterbourne relapsed, please call", "Mr. Winterbourne"),
        ("mr tillotson says the bottle fell into the sink, wants new pills", "mr tillotson"),
        ("MR TILLOTSON WANTS HIS PILLS", "MR TILLOTSON"),
        ("Mr. and Mrs. Eastlake share a bottle", "Mr. and Mrs. Eastlake"),
        ("Sra. Montoya pide mas tramadol", "Sra. Montoya"),
        ("Don Porfirio lost his tramadol again", "Don Porfirio"),
        ("Gloria Westbrook takes twice what is on the label, 30 tabs short", "Gloria Westbrook"),
        ("where is the pill count of Hector J. Maldonado", "Hector J. Maldonado"),
        ("Eastlake, Norma: urine still out", "Eastlake, Norma"),
        ("EASTLAKE, NORMA: NO URINE", "EASTLAKE, NORMA"),
        ("patient's name is Zebulon Crane", "Zebulon Crane"),
        ("name: Zebulon Crane, wants oxy", "Zebulon Crane"),
        ("his sister Roxana keeps the bottle", "Roxana"),
        ("Pt\u2019s mother, Zenobia, called", "Zenobia"),
        ("la paciente Zenobia Luna vino tarde", "Zenobia Luna"),
        ("for the huddle on Friday: Mrs. Winterbourne fell", "Mrs. Winterbourne"),
        ("ms. winterbourne wants her pills", "ms. winterbourne"),
        ("Hector's UDS has nothing in it", "Hector"),
        ("Hector's refill took 24 hr", "Hector"),
        ("Deshawn got discharged and nobody says why", "Deshawn"),
    ],
)
def test_asks_about_a_name(text: str, name: str) -> None:
    verdict = examine(text)
    assert verdict.verdict is Decision.WARN
    assert name in [text[one.start : one.end] for one in verdict.found]


@pytest.mark.parametrize(
    "text",
    [
        "Ms. Birchwood from the county joins the meeting",
        "Gloria Westbrook, RN will hand out the pill bottles",
        "Hector in IT fixed the refill list",
        "Norma from HR asks about the refill line",
        "Gloria Westbrook covers refills, Hector Maldonado to pull the opioid list",
        "Norma Eastlake: print 40 pain scales",
        "Mrs. Eastlake, our coach, comes in May",
        "Norma keeps missing the huddle",
        "Dr. Hector Maldonado wants fewer opioids on the list",
        "ask pharmacist Norma Eastlake about early fills",
        "Norma, Hector and Gloria count the pills in the drawer",
        "Hector wrote the page on tapers, Gloria the one on tramadol",
        "MR imaging before any opioids?",
        "mr numbers never belong here, nor refills",
        "the name of the registry: Pain Tracker",
        "their name for it: the taper talk",
        "Gloria Westbrook will take notes",
        "New patients, Old patients: same pills, other talk",
    ],
)
def test_passes_the_staff(text: str) -> None:
    assert examine(text).verdict is Decision.OK


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hector overdosed in march, who knew", "hector"),
        ("norma no showed again", "norma"),
        ("norma's urine is still in the fridge", "norma"),
        ("NORMA'S PILLS ARE GONE AGAIN", "NORMA"),
        ("early refill for hector, third time", "hector"),
        ("called gloria about her pills", "gloria"),
        ("CALLED GLORIA ABOUT HER PILLS", "GLORIA"),
    ],
)
def test_asks_about_a_name_typed_in_a_hurry(text: str, name: str) -> None:
    verdict = examine(text)
    assert verdict.verdict is Decision.WARN
    assert [text[one.start : one.end] for one in verdict.found] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "hector and norma count pills on friday",
        "norma fixed the refill list, thanks norma",
        "call hector in billing about the pill bottles",
        "ask gloria for a new box of cups",
        "gloria, ma, wants her own key",
        "los dolores del paciente: usar la escala",
        "check ana and tsh before the taper",
        "max dose for tramadol is 400",
        "GLORIA LEADS THE HUDDLE ON REFILLS",
    ],
)
def test_passes_the_staff_in_a_hurry(text: str) -> None:
    assert examine(text).verdict is Decision.OK
