"""What a backup may take of the concern store, and its keys' own backup."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Engine, select

from mat.concerns import IsoWeek
from store.concerns.keys import FILE_MODE, FOLDER_MODE, KeyFolder
from store.concerns.tables import concerns, notes
from store.copying import Wanted

COPIES = "copies.txt"
PATTERN = "*.key"


def as_released() -> Wanted:
    """Concerns and notes as they stood at the last release: two backups in between do not tell what came in that time."""
    out = select(concerns.c.id).where(concerns.c.batch.is_not(None))
    return {
        concerns.name: concerns.c.batch.is_not(None),
        notes.name: notes.c.released & notes.c.concern.in_(out),
    }


def months_needed(engine: Engine) -> frozenset[str]:
    """The months (`2026-11`) whose keys the stored concerns need."""
    with engine.connect() as connection:
        weeks = connection.execute(select(concerns.c.week).distinct()).scalars()
        return frozenset(IsoWeek.parse(week).month for week in weeks)


def months_at_hand(keys: Path) -> frozenset[str]:
    """The months whose keys lie in the key folder; none where there is no such folder."""
    return frozenset(KeyFolder(keys).months()) if keys.exists() else frozenset()


def back_up_keys(keys: Path, folder: Path, on: str) -> tuple[str, ...]:
    """Copies every key that `folder` does not have yet, each in a file of its own; the names of those copied.

    The key folder notes where copies were written (`copies.txt`), so that destroying a key can say which to delete. `on`: a date.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    copied = _copy_keys(sorted(keys.glob(PATTERN)), folder, replace=False)
    if copied:
        with (keys / COPIES).open("a", encoding="utf-8") as file:
            file.writelines(f"{on}\t{name}\t{folder.resolve()}\n" for name in copied)
        (keys / COPIES).chmod(0o600)
    return copied


def put_keys_back(folder: Path, keys: Path) -> tuple[str, ...]:
    """Puts every key of a keys' backup into the key folder, over one of the same name; the names of those that changed."""
    keys.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    keys.chmod(FOLDER_MODE)
    return _copy_keys(sorted(folder.glob(PATTERN)), keys, replace=True)


def _copy_keys(files: Iterable[Path], folder: Path, *, replace: bool) -> tuple[str, ...]:
    copied = []
    for file in files:
        target = folder / file.name
        if target.exists() and (not replace or target.read_bytes() == file.read_bytes()):
            continue
        draft = folder / f"{file.name}.new"
        draft.unlink(missing_ok=True)
        opened = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        with os.fdopen(opened, "wb") as new, file.open("rb") as old:
            shutil.copyfileobj(old, new)
            new.flush()
            os.fsync(new.fileno())
        draft.rename(target)
        copied.append(file.name)
    return tuple(copied)
