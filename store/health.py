"""Whether a store answers and is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from store.engine import sqlite_file, sync_url
from store.trouble import in_our_words


def health_problem(url: str) -> str:
    """What SQLite finds wrong in the file; empty where it is whole. Postgres looks after its own: it only has to answer."""
    file = sqlite_file(url)
    if file is None:
        _answers(url)
        return ""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorname.removeprefix("SQLITE_").lower()
    # The rest of what it says may quote rows.
    return "" if said == "ok" else "its pages do not fit together"


def _answers(url: str) -> None:
    engine = create_engine(sync_url(url), hide_parameters=True)
    try:
        with engine.connect():
            pass
    except SQLAlchemyError as error:
        raise (in_our_words(error) or error) from None
    finally:
        engine.dispose()
