"""The one door for people's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mat.errors import ReasonNeeded, TextNamesAPatient, TextTooLong
from mat.free_text import accept, cleaned


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  waiting for IT \n", "waiting for IT"),
        ("a\x00b\x07c\x7f", "abc"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\u202eevil\u202c and \u2066fine\u2069", "evil and fine"),
        ("half \ud83d a heart", "half  a heart"),
        ("مرحبا 👩🏽‍⚕️ <!channel>", "مرحبا 👩🏽‍⚕️ <!channel>"),
    ],
)
def test_words_are_kept_without_what_nobody_can_see(typed: str, kept: str) -> None:
    assert accept(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\x00", "\u202e \u2069", "\u200b\u2060\u00ad \u3000\ufeff"])
def test_nothing_is_refused(typed: str) -> None:
    with pytest.raises(ReasonNeeded) as refused:
        accept(typed, what="what it waits for")
    assert refused.value.sentence == "Please say what it waits for in a few words."


def test_too_much_is_refused_and_the_limit_is_not() -> None:
    assert accept("word " * 600) == ("word " * 600).strip()
    assert accept("x" * 10, limit=10) == "x" * 10
    with pytest.raises(TextTooLong) as refused:
        accept("x" * 40_000)
    assert "40,000" in refused.value.sentence
    assert "3,000" in refused.value.sentence


def test_a_hard_identifier_is_refused_and_shown_to_the_writer() -> None:
    with pytest.raises(TextNamesAPatient) as refused:
        accept("call her at 206-555-0142")
    assert "a phone number: “206-555-0142”" in refused.value.sentence


def test_what_only_may_name_a_patient_passes() -> None:
    assert accept("the patient in room 12 needs a ride")


@given(st.text())
def test_cleaned_twice_is_cleaned_once(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert "\x00" not in once
