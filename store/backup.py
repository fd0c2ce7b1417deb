"""Copies of a SQLite store while it is in use, and putting one back. Postgres has `pg_dump` (docs/operations.md)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mat.errors import BackupUnreadable, StoreIsAway, StoreIsBusy
from store.engine import BUSY_TIMEOUT_MS
from store.trouble import of_sqlite

VERSION_TABLE = "alembic_version"


def back_up(store: Path, to: Path) -> None:
    """Copies a store to a new file, readable by its owner alone, as it is at this moment; whoever works on it goes on.

    What was deleted or forgotten before is not in the copy. Raises `FileExistsError`, `StoreIsAway` where there is no store,
    and what `store.trouble` makes of a disk that is full.
    """
    if not store.is_file():
        raise StoreIsAway
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with _opened(store) as source:
            source.execute("VACUUM INTO ?", (str(to),))
        _persist(to)
    except BaseException:
        to.unlink()
        raise


def check(copy: Path, *, table: str) -> str:
    """The schema revision of a copy that can be put back: whole, and of the store that has `table`. Raises `BackupUnreadable`."""
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            whole = opened.execute("PRAGMA integrity_check").fetchone()
            names = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if whole != ("ok",) or not {table, VERSION_TABLE} <= names:
                raise BackupUnreadable(file=copy.name)
            found: str = opened.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()[0]  # noqa: S608
            return found
    except (sqlite3.Error, TypeError):
        raise BackupUnreadable(file=copy.name) from None


def restore(copy: Path, store: Path, *, table: str) -> None:
    """Replaces everything in a store by a copy, all or nothing. Nobody may be running on it. Raises like `check`."""
    check(copy, table=table)
    if not store.exists():
        os.close(os.open(store, os.O_CREAT | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as source, _opened(store) as target:
        # What it held before is not to be found in the file afterwards.
        target.execute("PRAGMA secure_delete=ON")
        source.backup(target, progress=_without_waiting)
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _persist(store)


def _without_waiting(status: int, _remaining: int, _total: int) -> None:
    # Python would try again for ever.
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise StoreIsBusy


@contextmanager
def _opened(store: Path) -> Iterator[sqlite3.Connection]:
    """A connection of its own, outside of any transaction. Raises what `store.trouble` makes of its errors."""
    try:
        with closing(sqlite3.connect(store, isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise (of_sqlite(error) or error) from None


def _persist(file: Path) -> None:
    """Makes sure that a file and its name would survive a power cut."""
    for path in (file, file.parent):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
