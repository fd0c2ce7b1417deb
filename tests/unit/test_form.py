"""A form that comes back: null keeps what is stored, and a forged value cannot break it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from commands.form import Form


def form(**element: Any) -> Form:
    return Form({"block": {"mat:x": element}})


NULLS = form(
    value=None, selected_option=None, selected_options=None, selected_user=None, selected_users=None,
    selected_conversation=None, selected_date=None, selected_time=None,
)  # fmt: skip


def test_null_keeps_the_stored_value() -> None:
    assert NULLS.text("block", "kept") == "kept"
    assert NULLS.option("block", "kept") == "kept"
    assert NULLS.options("block", ("a", "b")) == ("a", "b")
    assert NULLS.person("block", "U1") == "U1"
    assert NULLS.people("block", ("U1",)) == ("U1",)
    assert NULLS.channel("block", "C1") == "C1"
    assert NULLS.day("block", date(2027, 1, 4)) == date(2027, 1, 4)
    assert NULLS.clock("block", time(9)) == time(9)


def test_a_missing_block_keeps_the_stored_value_too() -> None:
    assert Form({}).text("block", "kept") == "kept"


def test_what_was_chosen_wins() -> None:
    assert form(value="new").text("block", "old") == "new"
    assert form(selected_option={"value": "daily"}).option("block", "old") == "daily"
    assert form(selected_options=[{"value": "MO"}, {"value": "WE"}]).options("block", ("FR",)) == ("MO", "WE")
    assert form(selected_options=[]).options("block", ("FR",)) == (), "an emptied list is a choice"
    assert form(selected_users=["U2", "U3"]).people("block", ("U1",)) == ("U2", "U3")
    assert form(selected_date="2027-06-14").day("block") == date(2027, 6, 14)
    assert form(selected_time="07:45").clock("block") == time(7, 45)


@pytest.mark.parametrize("forged", ["2027-02-30", "tomorrow", "", 7])
def test_a_forged_date_or_time_counts_as_not_given(forged: object) -> None:
    assert form(selected_date=forged).day("block", date(2027, 1, 4)) == date(2027, 1, 4)
    assert form(selected_time=forged).clock("block", time(9)) == time(9)


@pytest.mark.parametrize("values", [{"block": None}, {"block": []}, {"block": {"mat:x": None}}, {"block": {}}])
def test_a_forged_shape_counts_as_not_given(values: Any) -> None:
    assert Form(values).text("block", "kept") == "kept"
