"""The identity firewall: the rooms that handle concerns cannot even name a person or Slack."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOMS = sorted([*Path("mat/concerns").glob("*.py"), *Path("store/concerns").glob("*.py")])
# Where people are: the main store's rows, who is who, and what Slack sends.
PEOPLE = {
    "mat.clinic",
    "mat.permissions",
    "mat.ports",
    "store.clinics",
    "store.roster",
    "store.tables",
    "store.unit",
    "store.work",
}
ABOVE = {"slack_sdk", "slack_bolt", "aiohttp", "logging", "messages", "commands", "scheduler", "bot"}
NAMES = {"user", "user_id", "user_name", "trigger", "trigger_id", "response_url", "member", "email"}


def imported(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", ROOMS, ids=str)
def test_no_slack_no_roster_no_log(path: Path) -> None:
    modules = imported(ast.parse(path.read_text()))
    assert not modules & PEOPLE
    assert not {name.split(".")[0] for name in modules} & ABOVE


@pytest.mark.parametrize("path", [p for p in ROOMS if p.name != "limits.py"], ids=str)
def test_no_name_of_a_person(path: Path) -> None:
    """`limits` alone takes a person, and turns them into a keyed hash at once."""
    tree = ast.parse(path.read_text())
    names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & NAMES
