"""An upgrade of the main store that dies half-way, and two at once."""

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

left = int(sys.argv[2])

@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

database.upgrade(sys.argv[1])
"""
UPGRADES = "import sys; from bot import database; database.upgrade(sys.argv[1])"


@pytest.mark.parametrize("statements", [8, 20])
def test_an_upgrade_killed_half_way_leaves_the_old_schema(empty_url: str, statements: int) -> None:
    died = _start(DIES, empty_url, str(statements))
    assert died.wait() == -signal.SIGKILL
    assert _tables(empty_url) == set()
    database.upgrade(empty_url)
    assert database.is_current(empty_url)
    assert "clinic" in _tables(empty_url)


def test_two_upgrades_at_once_both_end_well(empty_url: str) -> None:
    both = [_start(UPGRADES, empty_url) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert database.is_current(empty_url)


def _start(program: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=ROOT)


def _tables(url: str) -> set[str]:
    engine = create_engine(sync_url(url))
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()
