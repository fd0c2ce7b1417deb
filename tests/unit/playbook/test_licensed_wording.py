"""No text of ours copies the wording of a licensed source: no five words in a row.

The licensed texts are not here; `licensed_shingles.txt` holds hashes of their five-word runs and says how they were made.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
RUN = 5
READ = {".py", ".md", ".toml", ".json"}
NOT_OURS = {"node_modules", "__pycache__", "data"}


def digest(run: str) -> str:
    return hashlib.sha256(f"matbot licensed wording: {run}".encode()).hexdigest()[:16]


def runs(text: str) -> set[str]:
    without_syntax = re.sub(r"""["`(){}\[\]<>=*|\\]""", " ", text.casefold())
    words = re.sub(r"[^\w\s]|_", "", without_syntax).split()
    return {" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def copied(text: str, licensed: frozenset[str]) -> list[str]:
    return sorted(run for run in runs(text) if digest(run) in licensed)


def licensed_runs() -> frozenset[str]:
    lines = (HERE / "licensed_shingles.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def our_files() -> Iterator[Path]:
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.startswith(".")]
        yield from (Path(folder, name) for name in files if Path(name).suffix in READ)


def test_nothing_of_ours_holds_five_words_of_a_licensed_text() -> None:
    licensed = licensed_runs()
    found = {str(file.relative_to(ROOT)): copied(file.read_text(encoding="utf-8"), licensed) for file in our_files()}
    assert {file: copies for file, copies in found.items() if copies} == {}
    assert "mat/playbook/milestones.toml" in found


def test_the_list_is_whole() -> None:
    licensed = licensed_runs()
    assert len(licensed) == 379
    assert all(re.fullmatch(r"[0-9a-f]{16}", line) for line in licensed)


def test_a_copy_would_be_found_across_lines_quotes_and_capitals() -> None:
    licensed = frozenset({digest("the quick brownish fox jumps")})
    assert copied('say("The quick brown-ish "\n    "FOX, jumps")', licensed) == ["the quick brownish fox jumps"]
    assert copied("- **the quick** `brownish` fox jumps high", licensed) == ["the quick brownish fox jumps"]
    assert copied("the quick fox jumps", licensed) == []
