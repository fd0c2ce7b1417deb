"""`docs/privacy.md` says what is true: its proofs exist, its scopes are those of the program, and it stays short enough to be read."""

from __future__ import annotations

import re

from messages.privacy import SCOPES
from tests.named_tests import ROOT, missing
from tests.named_tests import tests_in as names_in

PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
LEAKS = (ROOT / "docs" / "concern-leaks.md").read_text(encoding="utf-8")
LEAK_TESTS = "tests/integration/concerns/test_leak_table.py"
PROMISES = PAGE.partition("## What is promised")[2].partition("## What is not promised")[0]


def test_every_proof_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[^`]*)`", PAGE)
    assert len(named) > 20
    assert missing(named) == []


def test_every_promise_names_a_proof() -> None:
    promises = re.split(r"^\d+\. ", PROMISES, flags=re.MULTILINE)[1:]
    assert len(promises) >= 10
    assert [promise for promise in promises if "`tests/" not in promise] == []


def test_scopes_are_those_that_the_program_explains() -> None:
    table = re.findall(r"^\| `([a-z:]+)` \| (.+) \| (.+) \|$", PAGE, flags=re.MULTILINE)
    assert table == [(scope.name, scope.why, scope.without or "needed") for scope in SCOPES]


def test_a_privacy_officer_can_read_it_to_the_end() -> None:
    assert len(PAGE.splitlines()) <= 170


def test_every_leak_has_its_row_and_its_test() -> None:
    rows = re.findall(r"^\| .+ \| .+ \| `(test_leak_\w+)` \|$", LEAKS, flags=re.MULTILINE)
    assert len(rows) == LEAKS.count("\n| ") - 1, "a row without a test"
    assert sorted(rows) == sorted(names_in(LEAK_TESTS))
    assert missing(re.findall(r"`(tests/[^`]*::[^`]*)`", LEAKS)) == []
    assert "concern-leaks.md" in PAGE
