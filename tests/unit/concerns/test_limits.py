from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mat.concerns.limits import DailyLimits, SentForms
from mat.concerns.receipt import Receipt
from mat.errors import EnoughConcernsToday, TooManyWrongReceipts

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def raised(limits: DailyLimits, user: str, now: datetime, times: int) -> None:
    for _ in range(times):
        limits.check_raise("T1", user, now)
        limits.count_raise("T1", user, now)


def test_a_fourth_concern_on_one_utc_day_is_refused_and_the_next_day_forgives() -> None:
    limits = DailyLimits()
    raised(limits, "U1", NOW, 3)
    with pytest.raises(EnoughConcernsToday):
        limits.check_raise("T1", "U1", NOW)
    limits.check_raise("T1", "U2", NOW)
    limits.check_raise("T2", "U1", NOW)
    raised(limits, "U1", NOW + timedelta(days=1), 3)


def test_a_concern_that_was_not_stored_does_not_count() -> None:
    limits = DailyLimits()
    for _ in range(10):
        limits.check_raise("T1", "U1", NOW)


def test_the_twenty_first_wrong_receipt_of_a_day_is_refused() -> None:
    limits = DailyLimits()
    for _ in range(20):
        limits.count_wrong_receipt("T1", "U1", NOW)
    with pytest.raises(TooManyWrongReceipts):
        limits.count_wrong_receipt("T1", "U1", NOW)
    limits.count_wrong_receipt("T1", "U2", NOW)
    limits.check_raise("T1", "U1", NOW)


def test_the_memory_holds_no_id_and_each_day_has_a_key_of_its_own() -> None:
    keys: list[bytes] = []

    def new_key(size: int) -> bytes:
        keys.append(bytes([len(keys)]) * size)
        return keys[-1]

    limits = DailyLimits(new_key)
    raised(limits, "U1SECRET", NOW, 1)
    today = set(limits._counts)
    raised(limits, "U1SECRET", NOW + timedelta(days=1), 1)
    assert [len(key) for key in keys] == [32, 32]
    assert today.isdisjoint(limits._counts)
    assert not any(b"U1SECRET" in name or b"T1" in name for name in limits._counts)


def test_workspace_and_user_never_run_into_each_other() -> None:
    limits = DailyLimits()
    raised(limits, "2U1", NOW, 3)
    limits.check_raise("T12", "U1", NOW)


def test_a_form_sent_twice_within_ten_minutes_gets_its_receipt_again() -> None:
    forms, receipt = SentForms(), Receipt.new()
    assert forms.receipt_of("T1", "U1", "V1", NOW) is None
    forms.remember("T1", "U1", "V1", receipt, NOW)
    assert forms.receipt_of("T1", "U1", "V1", NOW + timedelta(minutes=9, seconds=59)) == receipt
    assert forms.receipt_of("T1", "U1", "V2", NOW) is None
    assert forms.receipt_of("T1", "U2", "V1", NOW) is None
    assert forms.receipt_of("T1", "U1", "V1", NOW + timedelta(minutes=10)) is None
    assert not forms._sent


def test_no_view_id_is_kept_and_nothing_shows() -> None:
    forms = SentForms()
    forms.remember("T1", "USECRET", "VSECRET", Receipt("A" * 20), NOW)
    assert not any(b"SECRET" in name for name in forms._sent)
    assert "A" * 5 not in repr(forms)
