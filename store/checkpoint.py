"""Empties the journal of a SQLite store, where what was deleted stands until the next checkpoint."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from store.engine import sqlite_file

TRIES = 20
WAIT_SECONDS = 0.1


def empty_journal(url: str) -> bool:
    """Whether nothing is left in it; a reader may be in the way for a while. Blocks for two seconds at most. Postgres has none."""
    file = sqlite_file(url)
    if file is None:
        return True
    for _ in range(TRIES):
        try:
            with closing(sqlite3.connect(file, isolation_level=None, timeout=WAIT_SECONDS)) as connection:
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            busy = 1
        if not busy:
            return True
        time.sleep(WAIT_SECONDS)
    return False
