"""tools/chromium.sh installs what is missing where it may, and says in a sentence what to do where it may not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "chromium.sh"
NEEDED = ("sh", "find", "grep", "env")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder for PATH with nothing in it but what the script itself needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in NEEDED:
        (folder / name).symlink_to(shutil.which(name) or "")
    return folder


def program(machine: Path, name: str, body: str) -> None:
    (machine / name).write_text(f"#!/bin/sh\n{body}\n")
    (machine / name).chmod(0o755)


def ran(machine: Path) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": str(machine), "HOME": str(machine)}
    return subprocess.run([SCRIPT], env=environ, capture_output=True, text=True, check=False)


def all_fonts(machine: Path) -> None:
    fonts = machine / ".fonts"
    fonts.mkdir()
    for name in ("NotoColorEmoji.ttf", "LiberationSans-Regular.ttf"):
        (fonts / name).touch()


def test_nothing_is_done_where_all_is_there(machine: Path) -> None:
    all_fonts(machine)
    program(machine, "chromium", "exit 0")
    answer = ran(machine)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_root_gets_debians_packages_after_an_update(machine: Path) -> None:
    all_fonts(machine)
    program(machine, "id", "echo 0")
    program(machine, "apt-get", f'echo "$@" >>{machine}/asked')
    assert ran(machine).returncode == 0
    assert (machine / "asked").read_text().splitlines() == [
        "update -qq",
        "install -y -qq --no-install-recommends chromium",
    ]


def test_a_person_who_may_use_sudo_gets_them_too(machine: Path) -> None:
    all_fonts(machine)
    program(machine, "id", "echo 1000")
    program(machine, "sudo", f'shift; [ "$1" = true ] || echo "$@" >>{machine}/asked')
    program(machine, "apt-get", "exit 1")
    assert ran(machine).returncode == 0
    assert "apt-get install" in (machine / "asked").read_text()


def test_a_person_who_may_not_is_told_the_command(machine: Path) -> None:
    all_fonts(machine)
    program(machine, "id", "echo 1000")
    program(machine, "apt-get", "exit 1")
    answer = ran(machine)
    assert answer.returncode == 1
    assert answer.stderr.strip().endswith("sudo apt-get install chromium")


def test_another_system_is_told_what_is_missing(machine: Path) -> None:
    all_fonts(machine)
    answer = ran(machine)
    assert answer.returncode == 1
    assert "the tests need chromium. Install them with this system's packages" in answer.stderr
