"""The guard against patient detail, on sentences written before its rules and on text made to stall it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mat.patient_detail import KIND_IN_WORDS, Decision, examine
from mat.patient_rules import HARD, SOFT
from tests.guard_sentences import identifying

HERE = Path(__file__).parent
HARD_KINDS = {"ssn", "record", "phone", "email", "birth", "address"}


def lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


IDENTIFYING = [tuple(line.split(" | ", 2)) for line in lines("identifying.txt")]
HARMLESS = lines("harmless.txt")


def share(right: list[bool]) -> float:
    return sum(right) / len(right)


@pytest.mark.parametrize(("how", "least"), [("clean", 0.95), ("evaded", 0.85)])
def test_hard_identifiers_block(how: str, least: float) -> None:
    said = [(text, examine(text).verdict) for kind, way, text in IDENTIFYING if kind in HARD_KINDS and way == how]
    missed = [text for text, verdict in said if verdict is not Decision.BLOCK]
    assert share([verdict is Decision.BLOCK for _, verdict in said]) >= least, missed


def test_what_only_may_name_a_patient_warns() -> None:
    said = [(text, examine(text).verdict) for kind, _, text in IDENTIFYING if kind not in HARD_KINDS]
    assert [text for text, verdict in said if verdict is not Decision.WARN] == []


def test_harmless_sentences_pass() -> None:
    verdicts = {text: examine(text).verdict for text in HARMLESS}
    blocked = [text for text, verdict in verdicts.items() if verdict is Decision.BLOCK]
    stopped = [text for text, verdict in verdicts.items() if verdict is not Decision.OK]
    assert len(blocked) <= 0.03 * len(HARMLESS), blocked
    assert len(stopped) <= 0.12 * len(HARMLESS), stopped


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("Call her at 206-555-0142 today", "phone", "206-555-0142"),
        ("call: 206 five five five 0142", "phone", "206 five five five 0142"),
        (
            "the phone two zero six five five five zero one four two",
            "phone",
            "two zero six five five five zero one four two",
        ),
        ("chart ４４７\u200b１８８２ is late", "record-number", "４４７\u200b１８８２"),
        ("ﬁle: jordan.p@example.com.", "e-mail", "jordan.p@example.com"),
        ("İ born 6.14.71", "birth-date", "6.14.71"),
        ("𝟗𝟖𝟕-𝟔𝟓-𝟒𝟑𝟐𝟎 it is", "ssn", "𝟗𝟖𝟕-𝟔𝟓-𝟒𝟑𝟐𝟎"),
        ("at 1420 Alder Street.", "address", "1420 Alder Street"),
        ("see https://ehr.example.org/patient/4471882", "record-number", "4471882"),
        ("mrn 4\u20e34\u03367 1 8 8 2", "record-number", "4\u20e34\u03367 1 8 8 2"),
        ("dob zero-four / zero-two / eighty-six, he says", "birth-date", "zero-four / zero-two / eighty-six"),
        ("born April second nineteen eighty-six", "birth-date", "April second nineteen eighty-six"),
        ("a \U0001f539 mail: 9l2-44-88lO", "ssn", "9l2-44-88lO"),
        (
            "ﷺ 2\U0001f5390\U0001f5396\U0001f5395\U0001f5395\U0001f5395\U0001f5390\U0001f5391\U0001f5394\U0001f5397",
            "phone",
            "2\U0001f5390\U0001f5396\U0001f5395\U0001f5395\U0001f5395\U0001f5390\U0001f5391\U0001f5394\U0001f5397",
        ),
        ("fax four eighteen Larch Street, please", "address", "four eighteen Larch Street"),
    ],
)
def test_what_was_found_is_shown_as_it_was_typed(text: str, kind: str, part: str) -> None:
    verdict = examine(text)
    assert [(one.kind, text[one.start : one.end]) for one in verdict.found] == [(kind, part)]
    assert verdict.verdict is Decision.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "notes: https://docs.example.org/d/1a2b3c4455667788/edit",
        "<@U0123456789> and <#C0987654321|mat-team>",
        "10-12 patients in each group, 14 of 31 done",
        "8 12 16 24 32 mg",
        "counts were 3, 4, 2, 5, 1",
        "5 4 3 2 1 go",
        "27 staff took place in the survey, a 10 minute drive away",
        "Patient Navigator and Client Services",
        "one two three four five six seven",
        "a film of 8 2 mg, two or three times",
        "ask help@clinic.example or training@clinic.example",
        "text HOME to 741741, or call 1-800-222-1222",
        "bill 99214, grant H79TI084512, NCT04464421, lot 7A22910",
        "",
        "\x00",
        "\u200b",
    ],
)
def test_numbers_and_words_of_the_programme_pass(text: str) -> None:
    assert examine(text).verdict is Decision.OK


def test_a_soft_finding_does_not_hide_behind_a_hard_one() -> None:
    verdict = examine("the 34 yo male at 206-555-0142")
    assert [one.kind for one in verdict.found] == ["phone"]
    assert examine("the 34 yo male").verdict is Decision.WARN


def test_every_kind_has_words_for_the_writer() -> None:
    texts = [text for _, _, text in IDENTIFYING] + [said.text for said in identifying("dev")]
    kinds = {one.kind for text in texts for one in examine(text).found}
    assert kinds == set(KIND_IN_WORDS)
    assert len({rule.__name__ for rule in (*HARD, *SOFT)}) == len(HARD) + len(SOFT)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["206-555-0142", "MRN 4471882", "x@example.com"]), st.text(max_size=80))
def test_found_places_lie_in_the_text(before: str, secret: str, after: str) -> None:
    text = f"{before} {secret} {after}"
    verdict = examine(text)
    ends = [0]
    for one in verdict.found:
        assert 0 <= one.start < one.end <= len(text)
        assert one.start >= ends[-1]
        ends.append(one.end)
    assert verdict == examine(text)


HOSTILE = [
    "4, ", "1,1,", "twenty ", "double ", "1 dash ", "o1 ", "+1", "12 yo ", "Mr. Ab overdosed ", "Ab's uds ", "a.b.c.", "\u0301\u0316",
    "가", "e\u0301\u0323", "\U000e0041", "0 6 / ", "123 aa bb cc road ", "her bp 1/1 ", "only the ", "-- - ", "PATIENT MARIA ",
    "a", "1", "1 ", "12345 ", "10000 ", "a@", "@a.", "one ", "1 2 3 4 ", "1 aa bb cc ", "123 aa bb cc dd ", "born ", "born 1 1 ",
    "mrn 1-", "mrn id id id ####", "patient ", "Aa ", "Aaaa-Bbbb ", "her uds ", "died 1/1 ", "room 1 he ", "123-", "1/", "jan 1 ",
    "<", "<@", "http://a", "the only a-", "at a dot ", "(", "Mr. Ab ", "é", "\u200b", "ﷺ", "１", "Patient ", "d o ", "206 five ",
    "oh+1", "one1|", "pt ", "9@pt", "bed 2 abscess room 1t ", "relapsed jo ", "(b.b ", "dob born 9 jan 1", "Ruiz, Ana uds ", "1 2 1|",
]  # fmt: skip


def seconds(text: str) -> float:
    """The processor's time, not the clock's: what else the machine does plays no part."""
    best = float("inf")
    for _ in range(3):
        begin = time.thread_time()
        examine(text)
        best = min(best, time.thread_time() - begin)
    return best


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_length_and_nothing_else(piece: str) -> None:
    """Ten times the text takes about ten times as long; a pattern that tries everything would take a hundred times."""
    short, long = (piece * (length // len(piece)) for length in (10_000, 100_000))
    assert seconds(long) <= 60 * seconds(short)
