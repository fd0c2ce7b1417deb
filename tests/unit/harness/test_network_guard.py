"""The guard that keeps tests off the network does stop them, and tells."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.network_guard import is_loopback, refused

ROOT = Path(__file__).parents[3]
FAR = "192.0.2.1"  # reserved for documentation: nobody is there


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "", None, b"127.0.0.1"])
def test_loopback_is_let_through(host: object) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", [FAR, "0.0.0.0", "10.0.0.1", "fe80::1", "slack.com", b"slack.com", "localhost.example"]
)
def test_everything_else_is_not(host: object) -> None:
    assert not is_loopback(host)


def test_socket_files_are_let_through() -> None:
    assert not refused("socket.connect", (None, "/run/some.socket"))
    assert not refused("socket.connect", (None, b"\x00abstract"))


def test_other_events_are_none_of_its_business() -> None:
    assert not refused("socket.bind", (None, (FAR, 80)))
    assert not refused("open", (FAR, "r"))


def outcome(folder: Path, body: str) -> str:
    (folder / "test_it.py").write_text(f"import socket\nimport pytest\n\ndef test_it():\n{body}")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.network_guard", "-p", "no:cacheprovider", "test_it.py"],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout


def test_a_test_that_connects_fails(tmp_path: Path) -> None:
    said = outcome(tmp_path, f"    socket.create_connection(('{FAR}', 80), timeout=1)\n")
    assert "NetworkForbidden: socket.getaddrinfo" in said
    assert "1 failed" in said


def test_a_test_that_swallows_the_refusal_fails_too(tmp_path: Path) -> None:
    body = f"    with pytest.raises(RuntimeError):\n        socket.socket().connect(('{FAR}', 80))\n"
    assert f"the test tried to leave this machine: socket.connect {FAR}" in outcome(tmp_path, body)


def test_a_test_that_looks_up_a_name_fails(tmp_path: Path) -> None:
    assert "socket.getaddrinfo slack.com" in outcome(tmp_path, "    socket.getaddrinfo('slack.com', 443)\n")


def test_a_test_that_keeps_to_loopback_passes(tmp_path: Path) -> None:
    body = "    server = socket.create_server(('127.0.0.1', 0))\n    socket.create_connection(server.getsockname()).close()\n"
    assert "1 passed" in outcome(tmp_path, body)


def test_loopback_really_works_under_the_guard() -> None:
    with socket.create_server(("localhost", 0)) as server:
        socket.create_connection(server.getsockname()).close()
