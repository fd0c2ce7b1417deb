"""Whether a store answers, is whole, and can be written."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from mat.errors import MatError, StoreIsAway, StoreIsDamaged, StoreIsFull, StoreIsReadOnly
from store.engine import sqlite_file, sync_url
from store.trouble import in_our_words, of_sqlite

LEAST_BYTES = 100_000
"""With less left on its disk a store cannot take another transaction for long."""

WAIT_SECONDS = 2.0


def health_problem(url: str) -> str:
    """What SQLite finds wrong in the file; empty where it is whole. Postgres looks after its own: it only has to answer.

    Raises what `store.trouble` makes of a file that cannot be looked at just now: that is no damage.
    """
    file = sqlite_file(url)
    if file is None:
        _answers(url)
        return ""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        problem = of_sqlite(error)
        if isinstance(problem, StoreIsAway) and file.exists() and not os.access(file.parent, os.W_OK):
            raise StoreIsReadOnly from None  # to be read, it needs a small file beside it
        if problem is not None and not isinstance(problem, StoreIsDamaged):
            raise problem from None
        is_none = (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_NOTADB
        return "it is not a database" if is_none else "its pages do not fit together"
    # The rest of what it says may quote rows.
    return "" if said == "ok" else "its pages do not fit together"


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def writing_problem(
    url: str, *, wait: float = WAIT_SECONDS, free_bytes: Callable[[Path], int] = _free_bytes
) -> MatError | None:
    """Why nothing can be written to a store just now; None where it can be. Writes nothing itself.

    `wait`: for how many seconds somebody else may hold a SQLite store before it counts as locked.
    """
    file = sqlite_file(url)
    if file is None:
        return StoreIsReadOnly() if _answers(url) == "on" else None
    try:
        if free_bytes(file.parent) < LEAST_BYTES:
            return StoreIsFull()
        opened = sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=wait, isolation_level=None)
        with closing(opened) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except OSError:
        return StoreIsAway()
    except sqlite3.Error as error:
        return of_sqlite(error) or StoreIsAway()
    return None


def _answers(url: str) -> str:
    """Whether a server takes reading only: `on` or `off`. Raises what `store.trouble` makes of one that does not answer."""
    engine = create_engine(sync_url(url), hide_parameters=True)
    try:
        with engine.connect() as connection:
            return str(connection.execute(text("SHOW transaction_read_only")).scalar_one())
    except SQLAlchemyError as error:
        raise (in_our_words(error) or error) from None
    finally:
        engine.dispose()
