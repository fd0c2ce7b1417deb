"""One running bot on one store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mat.errors import StoreIsAway, StoreIsInUse
from store.running import is_running, only_running, running
from tests.postgres import Postgres

HOLDER = "import sys\nfrom store.running import only_running\nwith only_running(sys.argv[1]):\n    print('held', flush=True)\n    sys.stdin.read()\n"


def test_a_second_bot_on_one_sqlite_store_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matbot.db'}"
    assert not is_running(url)
    with only_running(url):
        assert is_running(url)
        with pytest.raises(StoreIsInUse), only_running(url):
            pytest.fail("two bots on one store")
    assert not is_running(url)
    with only_running(url):
        assert is_running(url)


def test_the_same_file_by_another_path_is_the_same_store(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    with only_running(f"sqlite:///{tmp_path / 'data' / 'matbot.db'}"):
        assert is_running(f"sqlite:///{tmp_path / 'link' / 'matbot.db'}")
    assert oct((tmp_path / "data" / "matbot.db.running").stat().st_mode & 0o777) == "0o600"


def test_a_bot_that_was_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matbot.db'}"
    command = [sys.executable, "-c", HOLDER, url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_running(url)
        holder.kill()
        holder.wait()
        assert not is_running(url)


def test_the_same_on_postgres(postgres: Postgres) -> None:
    url = postgres.fresh()
    assert not is_running(url)
    with only_running(url):
        assert is_running(url)
        with pytest.raises(StoreIsInUse), only_running(url):
            pytest.fail("two bots on one store")
    assert not is_running(url)
    postgres.drop(url)


def test_on_postgres_bots_run_beside_each_other_and_beside_nothing_that_wants_to_be_alone(postgres: Postgres) -> None:
    url = postgres.fresh()
    with running(url), running(url):
        assert is_running(url)
        with pytest.raises(StoreIsInUse), only_running(url):
            pytest.fail("beside two bots")
    with only_running(url), pytest.raises(StoreIsInUse), running(url):
        pytest.fail("beside one that is alone")
    postgres.drop(url)


def test_on_sqlite_a_bot_runs_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'matbot.db'}"
    with running(url), pytest.raises(StoreIsInUse), running(url):
        pytest.fail("two bots on one store")


def test_a_server_that_is_away_is_said_in_our_words() -> None:
    with pytest.raises(StoreIsAway):
        is_running("postgresql://nobody@127.0.0.1:1/none")
