"""What a database error means for people. Never carries what the database said: that may quote what somebody wrote."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from mat.errors import MatError, StoreIsAway, StoreIsBehind, StoreIsBusy, StoreIsDamaged, StoreIsFull, StoreIsReadOnly

_SQLITE = {
    sqlite3.SQLITE_BUSY: StoreIsBusy,
    sqlite3.SQLITE_LOCKED: StoreIsBusy,
    sqlite3.SQLITE_READONLY: StoreIsReadOnly,
    sqlite3.SQLITE_PERM: StoreIsReadOnly,
    sqlite3.SQLITE_FULL: StoreIsFull,
    sqlite3.SQLITE_CORRUPT: StoreIsDamaged,
    sqlite3.SQLITE_NOTADB: StoreIsDamaged,
    sqlite3.SQLITE_CANTOPEN: StoreIsAway,
    sqlite3.SQLITE_IOERR: StoreIsAway,
}
_SQLITE_BEHIND = ("no such table", "no such column", "has no column named")

# https://www.postgresql.org/docs/current/errcodes-appendix.html; the longest key that begins the code wins.
_POSTGRES: dict[str, type[MatError]] = {
    "55P03": StoreIsBusy,
    "40": StoreIsBusy,
    "57014": StoreIsBusy,
    "53300": StoreIsBusy,
    "25006": StoreIsReadOnly,
    "42501": StoreIsReadOnly,
    "53100": StoreIsFull,
    "42P01": StoreIsBehind,
    "42703": StoreIsBehind,
    "3F000": StoreIsBehind,
    "08": StoreIsAway,
    "57P": StoreIsAway,
    "XX001": StoreIsDamaged,
    "XX002": StoreIsDamaged,
}


def in_our_words(error: SQLAlchemyError) -> MatError | None:
    """The error to show for a database error; None for one that is a mistake of ours."""
    if isinstance(error, NoConnectionFree):
        return StoreIsBusy()
    if not isinstance(error, DBAPIError) or error.orig is None:
        return None
    return of_sqlite(error.orig) if isinstance(error.orig, sqlite3.Error) else _of_postgres(error)


def of_sqlite(error: sqlite3.Error) -> MatError | None:
    """The same for an error of SQLite itself."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    # The low byte is the plain code; the rest says more than we need.
    if (plain := code & 0xFF) == sqlite3.SQLITE_ERROR:
        return StoreIsBehind() if any(sign in str(error) for sign in _SQLITE_BEHIND) else None
    kind = _SQLITE.get(plain)
    return kind() if kind else None


def _of_postgres(error: DBAPIError) -> MatError | None:
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        lost = error.connection_invalidated or type(error.orig).__name__ == "OperationalError"
        return StoreIsAway() if lost else None
    kind = next((_POSTGRES[state[:n]] for n in (5, 3, 2) if state[:n] in _POSTGRES), None)
    return kind() if kind else None
