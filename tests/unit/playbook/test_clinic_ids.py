"""Ids of milestones that a clinic adds itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mat.playbook import is_clinic_id, load_playbook, new_clinic_id


@pytest.mark.parametrize("milestone", ["x-wound-care", "x-1", "x-" + "a" * 38])
def test_well_formed(milestone: str) -> None:
    assert is_clinic_id(milestone)


@pytest.mark.parametrize(
    "milestone", ["", "x-", "x", "wound-care", "x--a", "x-a-", "x-A", "x-a b", "x-a\n", "x-é", "x-" + "a" * 39]
)
def test_not_well_formed(milestone: str) -> None:
    assert not is_clinic_id(milestone)


def test_no_shipped_id_looks_like_one() -> None:
    assert not [milestone for milestone in load_playbook().milestones if is_clinic_id(milestone)]


@pytest.mark.parametrize(
    ("short", "expected"),
    [
        ("Wound care plan", "x-wound-care-plan"),
        ("  Café & PDMP: 2nd try! ", "x-cafe-pdmp-2nd-try"),
        ("🎉", "x-milestone"),
        ("متابعة", "x-milestone"),
        ("", "x-milestone"),
    ],
)
def test_new_id_from_a_label(short: str, expected: str) -> None:
    assert new_clinic_id(short, ()) == expected


def test_new_id_steps_aside_for_taken_ones() -> None:
    assert new_clinic_id("Wound care", {"x-wound-care"}) == "x-wound-care-2"
    assert new_clinic_id("Wound care", {"x-wound-care", "x-wound-care-2"}) == "x-wound-care-3"


@given(st.text(), st.integers(min_value=0, max_value=12))
def test_new_ids_are_well_formed_and_differ(short: str, taken_before: int) -> None:
    taken: set[str] = set()
    for _ in range(taken_before + 1):
        new = new_clinic_id(short, taken)
        assert is_clinic_id(new)
        assert new not in taken
        taken.add(new)
