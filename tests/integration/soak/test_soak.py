"""Left to itself the bot does not grow: memory, file descriptors and tasks over virtual hours of work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof_table import Proof

ROOT = Path(__file__).parents[3]
MOST_GROWTH = 0.05
MOST_SOCKETS = 12
Figures = list[dict[str, int]]


def soaked(folder: Path, hours: int) -> Figures:
    command = [sys.executable, "-m", "tests.integration.soak.program", str(folder), str(hours)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def growth(figures: Figures) -> float:
    """From the second hour, when everything has been done once, to the last."""
    return figures[-1]["bytes"] / figures[1]["bytes"] - 1


def test_three_hours_leave_nothing_behind(tmp_path: Path) -> None:
    figures = soaked(tmp_path, 3)
    assert [one["hour"] for one in figures] == [1, 2, 3]
    assert all(one["posts"] > 0 for one in figures)
    assert growth(figures) < MOST_GROWTH
    assert len({one["descriptors"] for one in figures[1:]}) == 1
    assert len({one["tasks"] for one in figures[1:]}) == 1


@pytest.mark.proof
def test_a_day_and_an_hour_leave_nothing_behind(tmp_path: Path, proof: Proof) -> None:
    figures = soaked(tmp_path, 25)
    posts = sum(one["posts"] for one in figures)
    proof(
        f"growth of memory over 24 virtual hours after the first, {posts:,} posts",
        f"{growth(figures):.1%}",
        "< 5 %",
    )
    for name in ("descriptors", "tasks"):
        seen = sorted({one[name] for one in figures[1:]})
        proof(f"{name} over these hours", seen, "one and the same")
    sockets = max(one["sockets"] for one in figures)
    proof("sockets at most, both ends of the lines to Slack counted", sockets, f"at most {MOST_SOCKETS}")
    assert growth(figures) < MOST_GROWTH
    assert len({(one["descriptors"], one["tasks"]) for one in figures[1:]}) == 1
    assert sockets <= MOST_SOCKETS
