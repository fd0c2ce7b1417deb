"""The set-up that `make` does: nothing is installed that is not named and hashed, and nothing named is left out."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot import local_slack

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = sorted(path.stem for path in (ROOT / "requirements").glob("*.txt"))
EXTRAS = PROJECT["optional-dependencies"]
ENTRY = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z0-9,_-]+\])?==(\S+)", re.MULTILINE)


def locked(name: str) -> dict[str, str]:
    """Package → version of one lock file."""
    return {canonicalize_name(package): version for package, version in ENTRY.findall(text_of(name))}


def text_of(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def wanted(*lists: list[str]) -> list[Requirement]:
    return [Requirement(text) for one in lists for text in one if not text.startswith("matbot[")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    entries = re.split(r"\n(?=\S)", text_of(name).strip())
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []
    assert any("==" in entry for entry in entries)


@pytest.mark.parametrize(
    ("name", "requirements"),
    [
        ("run", wanted(PROJECT["dependencies"])),
        ("postgres", wanted(PROJECT["dependencies"], EXTRAS["postgres"])),
        ("test", wanted(PROJECT["dependencies"], EXTRAS["postgres"], EXTRAS["test"])),
    ],
)
def test_what_the_project_asks_for_is_locked(name: str, requirements: list[Requirement]) -> None:
    versions = locked(name)
    missing = [r for r in requirements if not r.specifier.contains(versions.get(canonicalize_name(r.name), "0"))]
    assert missing == []


@pytest.mark.parametrize("name", ["run", "postgres"])
def test_tests_run_on_what_people_run(name: str) -> None:
    tested = locked("test")
    assert {p: v for p, v in locked(name).items() if tested.get(p) != v} == {}


@pytest.mark.parametrize("path", [".ci/run", "tools/venv.sh", "tools/chromium.sh"])
def test_scripts_can_be_run_and_read(path: str) -> None:
    assert os.access(ROOT / path, os.X_OK)
    shell = (ROOT / path).read_text().splitlines()[0].rsplit("/", 1)[-1].removeprefix("env ")
    assert subprocess.run([shell, "-n", ROOT / path], check=False).returncode == 0


def test_ci_runs_the_tests_and_the_proofs() -> None:
    steps = re.findall(r"^make (\w+)", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    assert steps == ["test", "proof"]


@pytest.mark.parametrize("target", ["run", "test", "proof", "lint"])
def test_make_knows_its_targets_and_helps_with_them(target: str) -> None:
    planned = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "tools/venv.sh" in planned
    told = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"make {target} " in told


def test_a_real_workspace_needs_no_npm_and_no_browser() -> None:
    recipe = (ROOT / "Makefile").read_text().split("\nrun:", 1)[1].split("\n\n", 1)[0]
    assert recipe.splitlines()[0].split() == ["venv-run"]
    assert 'if [ "$$command" = demo ]; then $(BIN)/python -m tools.get_local_slack' in recipe


def test_the_local_slack_is_pinned_to_one_file() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", local_slack.VERSION)
    assert re.fullmatch(r"[0-9a-f]{64}", local_slack.SHA256)
    assert local_slack.VERSION in local_slack.BINARY.name
