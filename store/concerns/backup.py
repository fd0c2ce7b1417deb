"""What a backup may take of the concern store, and its keys' own backup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, select

from mat.concerns import IsoWeek
from mat.errors import ConcernTooOld, KeysUnusable
from store.concerns import key_files
from store.concerns.keys import MonthFolder, months_of, next_name
from store.concerns.ledger import Ledger
from store.concerns.tables import concerns, notes
from store.copying import Wanted


@dataclass(frozen=True, slots=True)
class PutBack:
    """Names of key files: `changed` are back, `refused` were destroyed here and stay so."""

    changed: tuple[str, ...]
    refused: tuple[str, ...]


def as_released() -> Wanted:
    """Concerns and notes as they stood at the last release: two backups in between do not tell what came in that time."""
    out = select(concerns.c.id).where(concerns.c.batch.is_not(None))
    return {
        concerns.name: concerns.c.batch.is_not(None),
        notes.name: notes.c.released & notes.c.concern.in_(out),
    }


def months_needed(engine: Engine) -> frozenset[str]:
    """The months (`2026-11`) whose keys the released concerns need. What waits does not count: it would tell that it is there."""
    with engine.connect() as connection:
        weeks = connection.execute(select(concerns.c.week).where(concerns.c.batch.is_not(None)).distinct()).scalars()
        return frozenset(IsoWeek.parse(week).month for week in weeks)


def months_not_opened(engine: Engine, keys: Path) -> frozenset[str]:
    """Months whose key is here and is another one than a released concern is sealed to. Opens one text a week, and keeps none."""
    if not keys.exists():
        return frozenset()
    folder, found = MonthFolder(keys), set()
    with engine.connect() as connection:
        out = concerns.c.batch.is_not(None)
        for week in connection.execute(select(concerns.c.week).where(out).distinct()).scalars():
            sealed = connection.execute(
                select(concerns.c.sealed).where(out, concerns.c.week == week).limit(1)
            ).scalar_one()
            try:
                folder.open(IsoWeek.parse(week).month, sealed)
            except ConcernTooOld:
                continue
            except KeysUnusable:
                found.add(IsoWeek.parse(week).month)
    return frozenset(found)


def months_at_hand(keys: Path) -> frozenset[str]:
    """The months whose keys lie in the key folder; none where there is no such folder."""
    return frozenset(months_of(key_files.names(keys))) if keys.exists() else frozenset()


def back_up_keys(keys: Path, folder: Path, on: date) -> tuple[str, ...]:
    """Copies every key that `folder` does not have yet, each in a file of its own; the names of those copied.

    The key folder notes where copies are written, so that destroying a key can say which to delete. What was destroyed is noted in
    `folder` too, so that a restore does not bring it back.
    """
    folder.mkdir(mode=key_files.FOLDER_MODE, parents=True, exist_ok=True)
    names = key_files.names(keys) if keys.exists() else ()
    ledger = Ledger(keys)
    ledger.note_copies(names, folder.resolve(), on)
    for name, day in ledger.destroyed().items():
        Ledger(folder).note_destroyed([name], day)
    return tuple(name for name in names if key_files.write_new(folder / name, key_files.read(keys / name)))


def other_keys(keys: Path, folder: Path) -> tuple[Path, ...]:
    """Files of `folder` that have the name of a key here and are another one: the backup of another bot, or of other times."""
    if not keys.exists() or not folder.exists():
        return ()
    same_name = [name for name in key_files.names(keys) if (folder / name).exists()]
    return tuple(folder / name for name in same_name if (folder / name).read_bytes() != key_files.read(keys / name))


def put_keys_back(folder: Path, keys: Path, on: date) -> PutBack:
    """Puts the keys of a keys' backup into the key folder.

    Of a month nothing is lost: a key that was made since then stays the newest. Another key of the same name goes, and what was
    destroyed, by either folder's notes, does not come back.
    """
    keys.mkdir(mode=key_files.FOLDER_MODE, parents=True, exist_ok=True)
    keys.chmod(key_files.FOLDER_MODE)
    gone = {**Ledger(folder).destroyed(), **Ledger(keys).destroyed()}
    with key_files.changing(keys):
        for name, day in Ledger(folder).destroyed().items():
            Ledger(keys).note_destroyed([name], day)
        there = key_files.names(folder)
        Ledger(keys).note_copies(there, folder.resolve(), on)
        copied = [name for name in there if name not in gone and _put(folder, keys, name)]
    return PutBack(tuple(copied), tuple(name for name in there if name in gone))


def _put(folder: Path, keys: Path, name: str) -> bool:
    """Whether the file was another one, or not there."""
    wanted, here = (folder / name).read_bytes(), keys / name
    if here.exists():
        if key_files.read(here) == wanted:
            return False
        if months := months_of([name]):
            used = {*key_files.names(keys), *key_files.names(folder), *Ledger(keys).destroyed()}
            key_files.write_new(keys / next_name(months[0], used), key_files.read(here))
        key_files.destroy(here)
    return key_files.write_new(here, wanted)
