"""The local Slack of the demo: it starts, keeps to this machine, knows its world, and ends with whoever started it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from bot import local_slack as it
from bot.local_slack import App, Channel, Person, World, local_slack
from mat.errors import LocalSlackFailed, LocalSlackMissing
from tools.get_local_slack import install

ROOT = Path(__file__).parents[2]
WORLD = World(
    people=(Person("U1", "ana", "Ana Lopez", "ana@example.org", "America/Chicago"),),
    channels=(Channel("C1", "care-team", ("U1", "U0MATBOT")), Channel("C2", "leads", ("U1",), is_private=True)),
)


def asked(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def gone(pid: int) -> bool:
    """Whether the process has ended; it has two seconds for it."""
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.02)
    return False


def test_it_knows_the_world_it_was_given() -> None:
    with local_slack(WORLD) as slack:
        assert asked(f"{slack.api_url}auth.test")["user_id"] == "U0MATBOT"
        assert asked(f"{slack.api_url}users.info?user=U1")["user"]["tz"] == "America/Chicago"
        channels = asked(f"{slack.api_url}conversations.list")["channels"]
    assert {(c["name"], c["is_private"]) for c in channels} == {("care-team", False), ("leads", True)}


def test_it_listens_on_loopback_only() -> None:
    with local_slack(WORLD) as slack:
        port = f"{int(slack.page.rsplit(':', 1)[1]):04X}"
        sockets = [
            line.split()
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        ]
    listening = [parts[1] for parts in sockets if parts[3] == "0A" and parts[1].endswith(f":{port}")]
    assert listening == [f"0100007F:{port}"]


def test_it_is_gone_when_the_block_ends_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with local_slack(WORLD) as slack:
        assert list(tmp_path.iterdir())
    with pytest.raises(urllib.error.URLError):
        asked(f"{slack.api_url}auth.test")
    assert gone(slack.pid)
    assert list(tmp_path.iterdir()) == []


def test_it_ends_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, bot.local_slack as it\n"
        "with it.local_slack(it.World((), ())) as slack:\n"
        "    print(slack.pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    environ = {**os.environ, "TMPDIR": str(tmp_path)}  # what it leaves behind goes with the test
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert ran.returncode == -9
    assert gone(int(ran.stdout))


def test_it_never_sees_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-a-real-workspace")
    with local_slack(WORLD) as slack:
        assert b"xoxb-of-a-real-workspace" not in Path(f"/proc/{slack.pid}/environ").read_bytes()


def test_a_wrong_world_is_a_sentence() -> None:
    with pytest.raises(LocalSlackFailed) as problem, local_slack(World((), (), app=App(bot_token=None))):  # type: ignore[arg-type]
        pass
    assert "botToken" in problem.value.sentence


def test_a_missing_program_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LocalSlackMissing), local_slack(WORLD, binary=tmp_path / "nothing"):
        pass


def test_only_the_known_file_is_installed(tmp_path: Path) -> None:
    program, binary = tmp_path / "downloaded", tmp_path / "installed"
    program.write_bytes(b"something else")
    with pytest.raises(SystemExit, match="is not the file we know"):
        install(program, binary, it.SHA256)
    assert not binary.exists()
    install(program, binary, hashlib.sha256(b"something else").hexdigest())
    assert os.access(binary, os.X_OK)
