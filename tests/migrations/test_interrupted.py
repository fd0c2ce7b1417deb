"""An upgrade of either store that dies half-way, and two at once."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from sqlalchemy import create_engine, inspect

from bot import database
from store.engine import sync_url

ROOT = database.MIGRATIONS.parent
DIES = """
import os, signal, sys
from sqlalchemy import Engine, event
from bot import database

left = int(sys.argv[3])

@event.listens_for(Engine, "before_cursor_execute")
def count(_connection, _cursor, statement, *_):
    global left
    left -= "CREATE TABLE" in statement
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

database.upgrade(sys.argv[1], sys.argv[2])
"""
UPGRADES = "import sys; from bot import database; database.upgrade(sys.argv[1], sys.argv[2])"


@pytest.mark.parametrize(("tree", "tables"), [("main", 2), ("main", 12), ("concerns", 4)])
def test_an_upgrade_killed_half_way_leaves_the_old_schema(empty_url: str, tree: str, tables: int) -> None:
    died = _start(DIES, empty_url, tree, str(tables))
    assert died.wait() == -signal.SIGKILL
    assert _tables(empty_url, tree) == set()
    database.upgrade(empty_url, tree)
    assert database.is_current(empty_url, tree)
    assert _tables(empty_url, tree) > {"alembic_version"}


@pytest.mark.parametrize("tree", ["main", "concerns"])
def test_two_upgrades_at_once_both_end_well(empty_url: str, tree: str) -> None:
    both = [_start(UPGRADES, empty_url, tree) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert database.is_current(empty_url, tree)


def _start(program: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=ROOT)


def _tables(url: str, tree: str) -> set[str]:
    engine = create_engine(sync_url(url))
    schema = tree if tree != database.MAIN and engine.dialect.name == "postgresql" else None
    try:
        return set(inspect(engine).get_table_names(schema=schema))
    finally:
        engine.dispose()
