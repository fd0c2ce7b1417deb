"""The table of proofs shows every claim, held or not, and every proof that said nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROOFS = """
import pytest

pytestmark = pytest.mark.proof

def test_posts(proof):
    proof("posts lost in 1,000 crashes", 0, "0")

def test_names(proof):
    proof("names found on the disk", 3, "0")
    assert False

def test_of_few_words():
    pass
"""


def printed(folder: Path, body: str, *options: str) -> str:
    (folder / "test_it.py").write_text(body)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    proof: long\n")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tests.proof_table",
            "-p",
            "no:cacheprovider",
            *options,
            "test_it.py",
        ],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout


def table(said: str) -> list[list[str]]:
    start = said.index("\nClaim")
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in said[start:].splitlines()[1:6]]


def test_every_claim_stands_in_the_table(tmp_path: Path) -> None:
    rows = table(printed(tmp_path, PROOFS))
    assert rows[0] == ["Claim", "Found", "Must be", "Held"]
    assert sorted(rows[2:]) == [
        ["names found on the disk", "3", "0", "NO"],
        ["posts lost in 1,000 crashes", "0", "0", "yes"],
        ["test_of_few_words", "yes"],
    ]


def test_the_table_is_the_same_when_two_processes_share_the_work(tmp_path: Path) -> None:
    assert sorted(table(printed(tmp_path, PROOFS, "-n", "2"))) == sorted(table(printed(tmp_path, PROOFS)))


def test_a_run_without_proofs_has_no_table(tmp_path: Path) -> None:
    named = "import pytest\n@pytest.mark.parametrize('word', ['proof'])\ndef test_it(word):\n    pass\n"
    assert "proofs" not in printed(tmp_path, named)
