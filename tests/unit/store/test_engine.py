"""Which driver a URL means, and what connections are told."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from store.engine import async_url, migration_engine, open_engines, sqlite_file, sync_url


@pytest.mark.parametrize(
    ("url", "driver", "blocking"),
    [
        ("sqlite:///data/main.db", "sqlite+aiosqlite", "sqlite"),
        ("sqlite+aiosqlite:///data/main.db", "sqlite+aiosqlite", "sqlite"),
        ("postgresql://u:secret@h/db", "postgresql+psycopg", "postgresql+psycopg"),
        ("postgresql+asyncpg://u:secret@h/db", "postgresql+psycopg", "postgresql+psycopg"),
    ],
)
def test_a_url_gets_our_drivers_and_keeps_the_rest(url: str, driver: str, blocking: str) -> None:
    assert async_url(url).drivername == driver
    assert sync_url(url).drivername == blocking
    rest = url.partition("://")[2]
    assert async_url(url).render_as_string(hide_password=False).endswith(rest)
    assert sync_url(url).render_as_string(hide_password=False).endswith(rest)


@pytest.mark.parametrize("build", [async_url, sync_url])
def test_another_database_is_refused_without_its_password(build: object) -> None:
    with pytest.raises(ValueError, match="names mysql; SQLite and Postgres") as caught:
        build("mysql://u:secret@h/db")  # type: ignore[operator]
    assert "secret" not in str(caught.value)


def test_only_sqlite_has_a_file() -> None:
    assert sqlite_file("sqlite:////var/lib/bot/main.db") == Path("/var/lib/bot/main.db")
    assert sqlite_file("postgresql://h/db") is None


def test_a_new_store_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "main.db"
    migration_engine(f"sqlite:///{file}").dispose()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_what_sqlite_connections_are_told(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'main.db'}", busy_ms=1234)
    told = {}
    for name, engine in (("writer", engines.writer), ("reader", engines.reader)):
        async with engine.connect() as connection:
            for pragma in (
                "journal_mode",
                "busy_timeout",
                "synchronous",
                "foreign_keys",
                "secure_delete",
                "query_only",
                "cache_size",
                "wal_autocheckpoint",
            ):
                told[name, pragma] = (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one()
    await engines.close()
    both = {"journal_mode": "wal", "busy_timeout": 1234, "synchronous": 1, "foreign_keys": 1}
    assert told == {
        **{(name, pragma): value for name in ("writer", "reader") for pragma, value in both.items()},
        ("writer", "secure_delete"): 1,
        ("writer", "query_only"): 0,
        ("writer", "cache_size"): -4_000,
        ("writer", "wal_autocheckpoint"): 8_000,
        ("reader", "secure_delete"): told["reader", "secure_delete"],
        ("reader", "query_only"): 1,
        ("reader", "cache_size"): told["reader", "cache_size"],
        ("reader", "wal_autocheckpoint"): told["reader", "wal_autocheckpoint"],
    }


async def test_a_transaction_of_a_writer_begins_at_once_and_one_of_a_reader_never(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'main.db'}"
    first, second = open_engines(url, busy_ms=50), open_engines(url, busy_ms=50)
    async with first.writer.connect() as connection:
        await connection.execute(text("SELECT 1"))
        async with second.reader.connect() as other:
            assert (await other.execute(text("SELECT 1"))).scalar_one() == 1
        async with second.writer.connect() as other:
            with pytest.raises(OperationalError, match="locked"):
                await other.execute(text("SELECT 1"))
    await first.close()
    await second.close()


async def test_lanes_read_what_was_committed_a_moment_ago(tmp_path: Path) -> None:
    engines = open_engines(f"sqlite:///{tmp_path / 'main.db'}")
    async with engines.writer.begin() as writing:
        await writing.execute(text("CREATE TABLE word (text)"))
    async with engines.of_lanes.reader.connect() as reading:
        for word in ("one", "two"):
            async with engines.of_lanes.writer.begin() as writing:
                await writing.execute(text("INSERT INTO word VALUES (:word)"), {"word": word})
            assert (await reading.execute(text("SELECT text FROM word"))).scalars().all()[-1] == word
        with pytest.raises(OperationalError, match="readonly"):
            await reading.execute(text("INSERT INTO word VALUES ('three')"))
    await engines.close()


async def test_lanes_never_wait_for_a_lock_in_the_event_loop(tmp_path: Path) -> None:
    file = tmp_path / "main.db"
    engines = open_engines(f"sqlite:///{file}", busy_ms=60_000)
    with closing(sqlite3.connect(file)) as somebody:
        somebody.execute("PRAGMA locking_mode=EXCLUSIVE")
        somebody.execute("CREATE TABLE word (text)")
        somebody.commit()
        with pytest.raises(OperationalError, match="locked"):
            async with engines.of_lanes.reader.connect() as reading:
                await reading.execute(text("SELECT text FROM word"))
    await engines.close()
