"""Where the folders of tests lie."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.folders_in_memory import MEMORY, pytest_configure, usable


def test_a_folder_with_room_will_do_and_one_that_is_full_or_missing_will_not(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    assert usable(tmp_path, room=1)
    assert not usable(tmp_path, room=2 * free + 1)
    assert not usable(tmp_path / "missing", room=1)


def test_who_sets_tmpdir_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    pytest_configure()
    assert tempfile.gettempdir() == str(tmp_path)


def test_without_a_choice_it_is_memory_where_that_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)
    pytest_configure()
    assert (os.environ.get("TMPDIR") == str(MEMORY)) == usable(MEMORY)
    assert (tempfile.gettempdir() == str(MEMORY)) == usable(MEMORY)
