from __future__ import annotations

from dataclasses import fields

import pytest

from mat.concerns import records
from mat.concerns.drafting import draft
from mat.concerns.records import Draft, Release
from mat.concerns.redaction import BLACKED_OUT, black_out
from mat.errors import ConcernNeedsTopic, ReasonNeeded, TextNamesAPatient, TextTooLong, WordsNotFound

TOPICS = ("caseload", "other")


def test_a_draft_is_topic_text_and_release_and_nothing_else() -> None:
    assert [f.name for f in fields(Draft)] == ["topic", "text", "release"]


@pytest.mark.parametrize("name", ["Draft", "Note", "LookUp", "Concern", "PublicLine", "ClinicKey"])
def test_no_record_has_a_person(name: str) -> None:
    names = {f.name for f in fields(getattr(records, name))}
    assert not names & {"user", "by", "author", "person", "name", "at", "created_at"}


def test_no_text_shows_in_a_repr() -> None:
    assert "canary" not in repr(Draft("other", "canary", Release.NOW))
    assert "canary" not in repr(records.LookUp(records.Status.HEARD, "canary", ("canary",)))


@pytest.mark.parametrize(("text", "kept"), [("a", "a"), ("  a\n", "a"), ("a" * 3000, "a" * 3000), ("\x00b\x00", "b")])
def test_one_to_3000_characters_are_kept(text: str, kept: str) -> None:
    assert draft("other", text, "", TOPICS) == Draft("other", kept, Release.NEXT_BATCH)


@pytest.mark.parametrize("text", ["", "   ", "\x00"])
def test_nothing_is_refused(text: str) -> None:
    with pytest.raises(ReasonNeeded):
        draft("other", text, "now", TOPICS)


def test_3001_characters_are_refused_with_both_numbers() -> None:
    with pytest.raises(TextTooLong) as refused:
        draft("other", "a" * 3001, "", TOPICS)
    assert "3,001" in refused.value.sentence
    assert "3,000" in refused.value.sentence


def test_a_patients_number_is_refused() -> None:
    with pytest.raises(TextNamesAPatient):
        draft("other", "Nobody called 555-014-2345 back.", "", TOPICS)


@pytest.mark.parametrize("topic", ["", "weather"])
def test_a_topic_from_the_list_is_needed(topic: str) -> None:
    with pytest.raises(ConcernNeedsTopic):
        draft(topic, "words", "", TOPICS)


@pytest.mark.parametrize(("typed", "release"), [("now", Release.NOW), ("batch", Release.NEXT_BATCH), ("?", "batch")])
def test_anything_but_now_waits_for_the_batch(typed: str, release: str) -> None:
    assert draft("other", "words", typed, TOPICS).release == release


def test_blacking_out_hides_every_place_and_leaves_the_rest() -> None:
    text = "Ask Rosa about it. rosa\nknows (Rosa)."
    assert black_out(text, " rosa ") == f"Ask {BLACKED_OUT} about it. {BLACKED_OUT}\nknows ({BLACKED_OUT})."
    assert black_out("the day\nshift lead", "day shift") == f"the {BLACKED_OUT} lead"
    assert black_out("cost (a+b)", "(a+b)") == f"cost {BLACKED_OUT}"


@pytest.mark.parametrize("wanted", ["", "  ", "Maria"])
def test_words_that_are_not_there_change_nothing(wanted: str) -> None:
    with pytest.raises(WordsNotFound):
        black_out("Ask Rosa", wanted)
