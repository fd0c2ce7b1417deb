"""Main stores for tests, built by the migrations: once for each kind of database, then copied.

`work_on_sqlite` is for most tests; `main_url` and `work` run a test on SQLite and on Postgres.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot import database
from mat.clinic import Clinic
from store.engine import open_engines
from store.work import SqlWork
from tests.postgres import Postgres

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)

MAPLE = Clinic(
    workspace="T1",
    id="maple",
    name="Maple Street Clinic",
    zone="America/Chicago",
    start=date(2027, 1, 4),
    tracks=("six-building-blocks", "moud-startup"),
    channel="C1",
    digest_at=time(8, 0),
    concerns_at=time(8, 30),
    ready=True,
)
BIRCH = replace(MAPLE, id="birch", name="Birch Hill Clinic", zone="America/New_York", channel="C2")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, without rows."""
    file = tmp_path_factory.mktemp("template") / "main.db"
    database.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a SQLite store that is this test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'main.db')}"


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, once on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def postgres_main_url(postgres: Postgres) -> Iterator[str]:
    """The URL of a Postgres store that is this test's own."""
    url = postgres.fresh(postgres.template("main_store", database.upgrade))
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def main_url(request: pytest.FixtureRequest) -> str:
    """The URL of a store of its own for this test, once on each database."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_main_url")
    return found


@asynccontextmanager
async def open_work(url: str, *, busy_ms: int = 2_000) -> AsyncIterator[SqlWork]:
    """Work on the store at `url`; closes what it opens."""
    engines = open_engines(url, busy_ms=busy_ms)
    try:
        yield SqlWork(engines)
    finally:
        await engines.close()


@pytest.fixture
async def work_on_sqlite(sqlite_url: str) -> AsyncIterator[SqlWork]:
    """An empty main store on SQLite."""
    async with open_work(sqlite_url) as work:
        yield work


@pytest.fixture
async def work(main_url: str) -> AsyncIterator[SqlWork]:
    """An empty main store; the test runs once on each database."""
    async with open_work(main_url) as work:
        yield work


async def keep(work: SqlWork, *clinics: Clinic) -> None:
    """Saves clinics and commits."""
    async with work.writing() as books:
        for clinic in clinics:
            await books.clinics.save(clinic)
        await books.commit()
