"""What is counted as what; and everything about concerns, or that may be about one, is not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.metrics import COUNTED_WORDS, Kind, kind_of
from commands.everything import ACTIONS, ALIASES, COMMANDS, SHORTCUTS, VIEWS
from commands.register import EVENTS
from tests.fakes import payloads

OF_CONCERNS = {"concern", "concerns", "inbox"}


def pressed(name: str) -> dict[str, Any]:
    return {"type": "block_actions", "actions": [{"action_id": name}], "view": {"callback_id": "mat:x:y"}}


def sent(name: str) -> dict[str, Any]:
    return {"type": "view_submission", "view": {"callback_id": name}}


def test_every_word_but_those_of_concerns_is_counted() -> None:
    assert {*COMMANDS, *ALIASES} - COUNTED_WORDS == OF_CONCERNS
    for word in COUNTED_WORDS:
        assert kind_of(payloads.slash_command(f" {word.upper()}  {word and 'and more'}")) is Kind.COMMAND


@pytest.mark.parametrize(
    "text", [*sorted(OF_CONCERNS), "Concern words", " CONCERN", "concrn words", "koncern", "words", "concern\nwords"]
)
def test_concerns_and_what_may_be_a_mistyped_one_are_not(text: str) -> None:
    assert kind_of(payloads.slash_command(text)) is None


def test_every_button_form_and_shortcut_is_counted_unless_it_is_about_concerns_or_runs_a_line() -> None:
    for table, made, kind in ((ACTIONS, pressed, Kind.BUTTON), (VIEWS, sent, Kind.FORM)):
        for name in table:
            left_out = name.startswith(("concern:", "go:"))
            assert kind_of(made(f"mat:{name}#1")) is (None if left_out else kind), name
    for name in SHORTCUTS:
        left_out = name.startswith("concern:")
        assert kind_of(payloads.global_shortcut(f"mat:{name}")) is (None if left_out else Kind.SHORTCUT), name


def test_there_are_concerns_in_every_table_to_leave_out() -> None:
    for table in (ACTIONS, VIEWS, SHORTCUTS):
        assert any(name.startswith("concern:") for name in table)


def test_events_are_counted_and_closing_a_form_is_not() -> None:
    assert kind_of(payloads.event({"type": EVENTS[0]})) is Kind.EVENT
    assert kind_of(payloads.close({"id": "V1", "callback_id": "mat:milestone:stuck"})) is None


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"type": "block_actions"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": "mat:status:share"},
        {"type": "block_actions", "actions": [{"action_id": 5}]},
        {"type": "view_submission", "view": None},
        {"type": "view_submission", "view": {"callback_id": ["mat:x:y"]}},
        {"type": "shortcut"},
        {"type": ["event_callback"]},
        {"type": "url_verification", "challenge": "c"},
    ],
)
def test_what_is_nothing_we_know_is_not(odd: dict[str, Any]) -> None:
    assert kind_of(odd) is None


def test_a_command_without_a_text_is_counted_as_the_bare_one() -> None:
    assert kind_of({"command": "/mat", "text": None}) is Kind.COMMAND
