"""One running bot on one SQLite store: a second would send every post twice. Ends with the process, however that ends.

On Postgres any number runs, and shares the work; here they only say that there are some.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from mat.errors import StoreIsInUse
from store.engine import sqlite_file, sync_url
from store.trouble import in_our_words

# Any fixed number that no other program on the same Postgres is likely to lock; migrations have another.
LOCK = 6_062_027
# Somebody may be looking just now whether a bot runs (`is_running`), which holds the lock for a moment.
TRIES = 5
WAIT_SECONDS = 0.05


@contextmanager
def running(url: str) -> Iterator[None]:
    """For a running bot: on SQLite like `only_running`, on Postgres beside others. Raises `StoreIsInUse` beside an `only_running`."""
    with only_running(url) if sqlite_file(url) is not None else _held_beside_others(url):
        yield


@contextmanager
def only_running(url: str) -> Iterator[None]:
    """Holds the store at `url` for one process. Raises `StoreIsInUse` where a bot runs on it."""
    file = sqlite_file(url)
    with _held_file(_lock_file(file)) if file is not None else _held_server(url) as held:
        if not held:
            raise StoreIsInUse
        yield


@contextmanager
def _held_beside_others(url: str) -> Iterator[None]:
    with _held_server(url, shared=True) as held:
        if not held:
            raise StoreIsInUse
        yield


def is_running(url: str) -> bool:
    """Whether a bot runs on the store at `url`. Makes nothing."""
    file = sqlite_file(url)
    if file is None:
        with _held_server(url) as held:
            return not held
    lock = _lock_file(file)
    if not lock.exists():
        return False
    opened = os.open(lock, os.O_RDONLY)
    try:
        return not _locked(opened, fcntl.LOCK_SH)
    finally:
        os.close(opened)


def _lock_file(file: Path) -> Path:
    # Resolved, so that the same file reached by two paths has one lock.
    real = file.resolve()
    return real.with_name(f"{real.name}.running")


@contextmanager
def _held_file(lock: Path) -> Iterator[bool]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        yield _in_a_few_tries(lambda: _locked(opened, fcntl.LOCK_EX))
    finally:
        os.close(opened)


@contextmanager
def _held_server(url: str, *, shared: bool = False) -> Iterator[bool]:
    """An advisory lock of a session, which Postgres lets go when the connection ends."""
    engine = create_engine(sync_url(url), poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        raise (in_our_words(error) or error) from None
    lock = text(f"SELECT pg_try_advisory_lock{'_shared' if shared else ''}({LOCK})")
    with connection:
        yield _in_a_few_tries(lambda: bool(connection.execute(lock).scalar_one()))


def _in_a_few_tries(attempt: Callable[[], bool]) -> bool:
    for _ in range(TRIES - 1):
        if attempt():
            return True
        time.sleep(WAIT_SECONDS)
    return attempt()


def _locked(opened: int, how: int) -> bool:
    try:
        fcntl.flock(opened, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
