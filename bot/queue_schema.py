"""The schema of the queue that hands out lanes on Postgres: Procrastinate's own, in our schema of replicas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from procrastinate.schema import SchemaManager

from store.replicas import prepare, version_at

OURS = 1
"""Rises with every change of the tables in `store/replicas.py`."""

NAMED = re.compile(r"procrastinate (?P<theirs>[\d.]+), matbot (?P<ours>\d+)")


def wanted() -> str:
    """The version that this code works with."""
    return f"procrastinate {version('procrastinate')}, matbot {OURS}"


def is_current(url: str) -> bool:
    """Whether the Postgres at `url` has it, or a later one: each only adds to the one before."""
    found = NAMED.fullmatch(version_at(url))
    return found is not None and _rank(found) >= _rank(NAMED.fullmatch(wanted()))


def upgrade(url: str) -> None:
    """Brings the Postgres at `url` to it, in one transaction. Running it again changes nothing."""
    if not is_current(url):
        prepare(url, wanted(), _scripts)


def _rank(named: re.Match[str] | None) -> tuple[tuple[int, ...], int]:
    return (_numbers(named["theirs"]), int(named["ours"])) if named else ((), 0)


def _scripts(found: str) -> Sequence[str]:
    """Everything for a new schema; for an older one the steps that Procrastinate names by version."""
    named = NAMED.fullmatch(found)
    if named is None:
        return [SchemaManager.get_schema()]
    since = _numbers(named["theirs"])
    steps = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return [step.read_text() for step in steps if _numbers(step.name.partition("_")[0]) > since]


def _numbers(dotted: str) -> tuple[int, ...]:
    return tuple(int(part) for part in dotted.split("."))
