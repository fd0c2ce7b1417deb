"""The fake Slack refuses what Slack refuses, and takes every piece that the bot builds."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from messages import block_kit as kit
from tests.fakes.slack_limits import HOME, MESSAGE, MODAL, block_faults, message_faults, view_faults

OPTIONS = [kit.option("Done", "done", "all of it"), kit.option("Later", "later")]
FINE_FIELDS = [
    kit.text_field("a", initial="x", multiline=True, placeholder="Say it"),
    kit.choice("static_select", "a", OPTIONS, initial="done", placeholder="Choose"),
    kit.choice("multi_static_select", "a", OPTIONS, initial=["done", "later"]),
    kit.choice("radio_buttons", "a", OPTIONS, initial="later"),
    kit.choice("checkboxes", "a", OPTIONS, initial=["done"]),
    kit.date_picker("a", initial=date(2027, 1, 4)),
    kit.time_picker("a", initial=time(9), zone="America/New_York"),
    kit.person_picker("a", initial="U1"),
    kit.people_picker("a", initial=["U1", "U2"], at_most=3),
    kit.channel_picker("a", initial="C1"),
]
BUTTON = kit.button("Done", "mat:milestone:done", kit.pack(m="1"), style="primary", spoken="Done: policies")
FINE_BLOCKS = [
    kit.header("Status"),
    kit.section("*Bold*", accessory=BUTTON, block_id="s"),
    kit.plain_section("as it is"),
    kit.context("one", "two"),
    kit.divider(),
    kit.actions(
        BUTTON, kit.button("Drop", "mat:milestone:drop", confirm=kit.confirm("Sure?", "Drop it?", "Drop", "Keep"))
    ),
]


def modal(*blocks: Any, **more: Any) -> dict[str, Any]:
    return dict(kit.modal("A form", "mat:thing:save", blocks, submit="Save")) | more


def test_every_piece_of_ours_is_taken() -> None:
    assert message_faults("Status", FINE_BLOCKS) == []
    assert view_faults(kit.home(FINE_BLOCKS)) == []
    fields = [kit.field("Name", one, block_id=f"f{n}", hint="why") for n, one in enumerate(FINE_FIELDS)]
    assert view_faults(modal(*fields)) == []


LONG = "x" * 3001
BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("text of a section", {"type": "section", "text": {"type": "mrkdwn", "text": LONG}}),
    ("empty text", {"type": "section", "text": {"type": "mrkdwn", "text": ""}}),
    ("section of nothing", {"type": "section"}),
    ("unknown block", {"type": "sections"}),
    ("unknown key", {"type": "divider", "text": "x"}),
    ("markup in a header", {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
    ("long header", {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}),
    ("no elements", {"type": "actions", "elements": []}),
    ("too many elements", dict(kit.actions()) | {"elements": [kit.button("x", f"a{n}") for n in range(26)]}),
    ("same action twice", dict(kit.actions(kit.button("x", "a"), kit.button("y", "a")))),
    ("a field among buttons", {"type": "actions", "elements": [kit.text_field("a")]}),
    ("several people among buttons", {"type": "actions", "elements": [kit.people_picker("a")]}),
    ("a button in a context", {"type": "context", "elements": [BUTTON]}),
    ("a long text in a context", {"type": "context", "elements": [{"type": "mrkdwn", "text": LONG}]}),
    ("long button", {"type": "actions", "elements": [dict(BUTTON) | {"text": {"type": "plain_text", "text": "x" * 76}}]}),
    ("long value", {"type": "actions", "elements": [dict(BUTTON) | {"value": "x" * 2001}]}),
    ("empty value", {"type": "actions", "elements": [dict(BUTTON) | {"value": ""}]}),
    ("odd style", {"type": "actions", "elements": [dict(BUTTON) | {"style": "warning"}]}),
    ("long block id", {"type": "divider", "block_id": "x" * 256}),
    ("select without options", {"type": "actions", "elements": [{"type": "static_select", "action_id": "a"}]}),
    (
        "preset that is not offered",
        {"type": "actions", "elements": [dict(kit.choice("static_select", "a", OPTIONS)) | {"initial_option": kit.option("No", "no")}]},
    ),
    (
        "long option value",
        {"type": "actions", "elements": [kit.choice("static_select", "a", [kit.option("x", "v" * 151)])]},
    ),
    (
        "eleven radio buttons",
        {"type": "actions", "elements": [kit.choice("radio_buttons", "a", [kit.option("x", str(n)) for n in range(11)])]},
    ),
    ("time of day", {"type": "actions", "elements": [{"type": "timepicker", "action_id": "a", "initial_time": "9:00"}]}),
    ("alert in a message", {"type": "alert", "text": {"type": "mrkdwn", "text": "x"}}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "block"), BROKEN, ids=[what for what, _ in BROKEN])
def test_a_broken_block_is_refused(what: str, block: dict[str, Any]) -> None:
    assert block_faults([block], MESSAGE), what


def test_what_is_right_in_one_place_is_wrong_in_another() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert block_faults([table], MESSAGE) == []
    assert block_faults([table], HOME)
    alert = {"type": "alert", "text": {"type": "mrkdwn", "text": "x"}}
    assert block_faults([alert], MODAL) == []


def test_a_message_has_its_limits_altogether() -> None:
    assert message_faults("", FINE_BLOCKS) == ["a message needs a text"]
    assert message_faults("x" * 4001, [])
    assert message_faults("x", [kit.divider()] * 51)
    assert message_faults("x", [kit.section("x" * 2600)] * 4)
    assert message_faults("x", [kit.section("x", block_id="a"), kit.section("y", block_id="a")])


def test_a_view_has_its_limits_altogether() -> None:
    field = kit.field("Name", kit.text_field("a"), block_id="f")
    assert view_faults({"type": "message"})
    assert view_faults(modal())
    assert view_faults(kit.modal("x", "mat:x:y", [field])) == ["a modal with an input needs a submit button"]
    assert view_faults(modal(field, field))
    assert view_faults(modal(field, title={"type": "plain_text", "text": "x" * 25}))
    assert view_faults(modal(field, private_metadata="x" * 3001))
    assert view_faults(modal(*[kit.section("x" * 2999) for _ in range(100)]))
    assert view_faults(modal(*[kit.divider()] * 100, kit.divider(), blocks=[kit.divider()] * 101))
    assert view_faults(dict(kit.home([kit.divider()])) | {"title": {"type": "plain_text", "text": "x"}})
