"""A backup on disk: a folder with both stores as SQLite files, and a page that says what they are and how to know them again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.database import CONCERNS, MAIN
from bot.stores import StoreAt
from bot.wrong_use import NotABackup

ABOUT = "about.json"
FORMAT = 1
FILES = {MAIN: "matbot.db", CONCERNS: "concerns.db"}


@dataclass(frozen=True, slots=True)
class About:
    """`revisions` and `sums` (SHA-256) are by store: main and concerns. `made_at`: an instant in ISO 8601."""

    made_at: str
    revisions: dict[str, str]
    sums: dict[str, str]
    format: int = FORMAT


def store_in(folder: Path, tree: str) -> StoreAt:
    """One store inside a backup."""
    return StoreAt(tree, f"sqlite:///{(folder / FILES[tree]).resolve()}")


def describe(folder: Path, revisions: dict[str, str], made_at: str) -> None:
    """Writes the page, once both files are complete."""
    sums = {tree: _sum(folder / name) for tree, name in FILES.items()}
    (folder / ABOUT).write_text(json.dumps(asdict(About(made_at, revisions, sums)), indent=2) + "\n", encoding="utf-8")


def read_backup(folder: Path) -> About:
    """What a backup says of itself, once its files are found to be the ones it was made with. Raises `NotABackup`."""
    try:
        about = About(**json.loads((folder / ABOUT).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NotABackup(folder=folder, why=f"it has no {ABOUT}") from None
    except (OSError, ValueError, TypeError):
        raise NotABackup(folder=folder, why=f"its {ABOUT} can't be read") from None
    if about.format != FORMAT:
        raise NotABackup(folder=folder, why="a newer version of me made it")
    for tree, name in FILES.items():
        if not (folder / name).is_file():
            raise NotABackup(folder=folder, why=f"{name} is missing")
        if _sum(folder / name) != about.sums.get(tree):
            raise NotABackup(folder=folder, why=f"{name} is not as it was written")
    return about


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
