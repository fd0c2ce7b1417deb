"""The words that people type for a milestone."""

from __future__ import annotations

from datetime import date

import pytest

from mat.clinic import Clinic
from mat.finding import block_of, matching
from mat.plan import plan_of
from mat.playbook import load_playbook

PLAYBOOK = load_playbook()
CLINIC = Clinic("T1", "maple", "Maple Street", "America/New_York", date(2027, 1, 4), ("sixbb", "moud"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("pl-leadership-team", {"pl-leadership-team"}),
        ("PDMP", {"di-tracking-pdmp"}),
        ("naloxone", {"moud-di-naloxone"}),
        ("nothing of the kind", set()),
        ("", set()),
        ("“PDMP”!", {"di-tracking-pdmp"}),
        ("#the pdmp", {"di-tracking-pdmp"}),
        ("the", set()),
        ("&", set()),
    ],
)
def test_words_find_milestones_by_id_label_or_beginnings(words: str, expected: set[str]) -> None:
    assert {m.id for m in matching(plan_of(CLINIC, PLAYBOOK, {}), words)} == expected


def test_several_matches_come_back_together() -> None:
    found = matching(plan_of(CLINIC, PLAYBOOK, {}), "pol")
    assert len(found) > 1
    assert all("pol" in f"{m.short} {m.id}".casefold() for m in found)


def test_a_building_block_is_meant_by_what_is_in_it_alone() -> None:
    everything = plan_of(CLINIC, PLAYBOOK, {})
    assert block_of(everything, "naloxone") == "moud-care"
    assert block_of(everything, "training") == ""
    assert block_of(everything, "parking") == ""
