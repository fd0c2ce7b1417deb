"""What follows from an opened form: one receipt for the same words in it, another for anything else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mat.concerns import ClinicKey, Draft, OpenedForm, Receipt, Release

VIEW, HASH, SECRET = "V0CANARYVIEW", "1763712345.kZ3fQ9aB", b"s" * 32
CLINIC = ClinicKey("T1", "c1")
DRAFT = Draft("other", "Nobody answers the phone.", Release.NEXT_BATCH)


def opened(view: str = VIEW, view_hash: str = HASH) -> OpenedForm:
    form = OpenedForm.named(view, view_hash)
    assert form is not None
    return form


def test_the_same_words_in_the_same_form_have_one_receipt() -> None:
    receipt = opened().receipt(SECRET, CLINIC, DRAFT)
    assert receipt == opened().receipt(SECRET, CLINIC, replace(DRAFT))
    assert Receipt.parse(receipt.shown) == receipt


@pytest.mark.parametrize(
    "other",
    [
        opened("V0CANARYVIEX").receipt(SECRET, CLINIC, DRAFT),
        opened(view_hash="1763712345.kZ3fQ9aC").receipt(SECRET, CLINIC, DRAFT),
        opened(VIEW + HASH[:1], HASH[1:]).receipt(SECRET, CLINIC, DRAFT),
        opened().receipt(b"t" * 32, CLINIC, DRAFT),
        opened().receipt(SECRET, ClinicKey("T1", "c2"), DRAFT),
        opened().receipt(SECRET, ClinicKey("T1c", "1"), DRAFT),
        opened().receipt(SECRET, CLINIC, replace(DRAFT, topic="safety")),
        opened().receipt(SECRET, CLINIC, replace(DRAFT, text=f"{DRAFT.text} ")),
        opened().receipt(SECRET, CLINIC, replace(DRAFT, release=Release.NOW)),
    ],
)
def test_anything_else_has_another(other: Receipt) -> None:
    assert other != opened().receipt(SECRET, CLINIC, DRAFT)


@pytest.mark.parametrize(("view", "view_hash"), [("", HASH), (VIEW, ""), ("", "")])
def test_a_form_without_both_names_is_no_form(view: str, view_hash: str) -> None:
    assert OpenedForm.named(view, view_hash) is None


def test_every_bit_of_a_receipt_is_used_and_none_leans() -> None:
    numbers = [int.from_bytes(n.to_bytes(4) * 8) for n in range(2000)]
    receipts = [opened().receipt(number.to_bytes(32), CLINIC, DRAFT).symbols for number in numbers]
    assert len(set(receipts)) == 2000
    for place in range(20):
        counts = [
            sum(symbols[place] == letter for symbols in receipts) for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        ]
        # 62 or 63 of each are expected; these bounds are six standard deviations away.
        assert min(counts) > 15
        assert max(counts) < 111


def test_what_is_shown_of_a_form_in_a_log_says_nothing() -> None:
    assert repr(opened()) == "OpenedForm()"
    assert VIEW.encode() not in opened().mark
