"""What each database error means for people."""

from __future__ import annotations

import sqlite3

import pytest
from psycopg import errors
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from mat.errors import MatError, StoreIsAway, StoreIsBehind, StoreIsBusy, StoreIsDamaged, StoreIsFull, StoreIsReadOnly
from store.trouble import in_our_words


def of_sqlite(code: int, words: str = "") -> DBAPIError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        (sqlite3.SQLITE_BUSY, "database is locked", StoreIsBusy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "database is locked", StoreIsBusy),
        (sqlite3.SQLITE_LOCKED_SHAREDCACHE, "table is locked", StoreIsBusy),
        (sqlite3.SQLITE_READONLY_DBMOVED, "attempt to write a readonly database", StoreIsReadOnly),
        (sqlite3.SQLITE_FULL, "database or disk is full", StoreIsFull),
        (sqlite3.SQLITE_CANTOPEN, "unable to open database file", StoreIsAway),
        (sqlite3.SQLITE_IOERR_FSYNC, "disk I/O error", StoreIsAway),
        (sqlite3.SQLITE_CORRUPT, "database disk image is malformed", StoreIsDamaged),
        (sqlite3.SQLITE_NOTADB, "file is not a database", StoreIsDamaged),
        (sqlite3.SQLITE_ERROR, "no such table: clinic", StoreIsBehind),
        (sqlite3.SQLITE_ERROR, "no such column: ready", StoreIsBehind),
        (sqlite3.SQLITE_ERROR, "table clinic has no column named ready", StoreIsBehind),
        (sqlite3.SQLITE_ERROR, 'near "SELEC": syntax error', None),
        (sqlite3.SQLITE_CONSTRAINT, "UNIQUE constraint failed", None),
    ],
)
def test_errors_of_sqlite(code: int, words: str, expected: type[MatError] | None) -> None:
    found = in_our_words(of_sqlite(code, words))
    assert type(found) is (expected or type(None))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.LockNotAvailable, StoreIsBusy),
        (errors.DeadlockDetected, StoreIsBusy),
        (errors.SerializationFailure, StoreIsBusy),
        (errors.TooManyConnections, StoreIsBusy),
        (errors.ReadOnlySqlTransaction, StoreIsReadOnly),
        (errors.InsufficientPrivilege, StoreIsReadOnly),
        (errors.DiskFull, StoreIsFull),
        (errors.UndefinedTable, StoreIsBehind),
        (errors.UndefinedColumn, StoreIsBehind),
        (errors.AdminShutdown, StoreIsAway),
        (errors.CannotConnectNow, StoreIsAway),
        (errors.ConnectionFailure, StoreIsAway),
        (errors.OperationalError, StoreIsAway),
        (errors.UniqueViolation, None),
        (errors.SyntaxError, None),
    ],
)
def test_errors_of_postgres(error: type[Exception], expected: type[MatError] | None) -> None:
    found = in_our_words(DBAPIError("SELECT 1", {}, error("what the server says")))
    assert type(found) is (expected or type(None))


def test_waiting_too_long_for_a_connection_is_busy_and_our_own_mistakes_are_nothing_to_tell() -> None:
    assert type(in_our_words(NoConnectionFree())) is StoreIsBusy
    assert in_our_words(ArgumentError("a mistake of ours")) is None
    assert in_our_words(IntegrityError("INSERT", {}, sqlite3.IntegrityError("no code"))) is None
