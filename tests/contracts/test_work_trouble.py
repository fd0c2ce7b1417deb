"""A store in trouble says so in our words, on every store, and never quotes what somebody wrote."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from mat.errors import MatError, StoreIsAway, StoreIsBehind, StoreIsBusy, StoreIsFull, StoreIsReadOnly
from mat.ports import Work
from store import engine
from store.engine import open_engines
from store.work import SqlWork
from tests.stores import MAPLE, keep, open_work

SECRET = replace(MAPLE, name="what somebody wrote")


async def test_a_locked_store_is_busy_and_works_again_afterwards(main_url: str) -> None:
    async with open_work(main_url, busy_ms=100) as work:
        with _locked(main_url):
            await _refused(work, StoreIsBusy)
        await keep(work, SECRET)


async def test_a_writer_that_waits_too_long_for_another_of_this_bot_is_told_busy(sqlite_url: str) -> None:
    async with open_work(sqlite_url, busy_ms=100) as work, work.writing() as first:
        await first.clinics.save(MAPLE)
        await _refused(work, StoreIsBusy)
        await first.commit()


async def test_a_read_only_store_says_so_and_can_still_be_read(main_url: str) -> None:
    async with open_work(main_url) as work:
        await keep(work, MAPLE)
    async with open_work(_read_only(main_url)) as work:
        await _refused(work, StoreIsReadOnly)
        async with work.reading() as books:
            assert await books.clinics.all() == (MAPLE,)


async def test_a_store_that_was_never_upgraded_is_behind(empty_url: str) -> None:
    async with open_work(empty_url) as work:
        await _refused(work, StoreIsBehind)
        with pytest.raises(StoreIsBehind):
            async with work.reading() as books:
                await books.clinics.all()


async def test_a_store_that_lacks_a_column_is_behind(main_url: str) -> None:
    statement = "ALTER TABLE clinic DROP COLUMN ready"
    if main_url.startswith("sqlite"):
        with sqlite3.connect(make_url(main_url).database or "") as connection:
            connection.execute(statement)
        connection.close()
    else:
        with _postgres(main_url) as on_server:
            on_server.execute(statement)
    async with open_work(main_url) as work:
        await _refused(work, StoreIsBehind)
        with pytest.raises(StoreIsBehind):
            async with work.reading() as books:
                await books.clinics.get("T1", "maple")


async def test_a_full_disk_is_told(sqlite_url: str) -> None:
    engines = open_engines(sqlite_url)
    event.listen(engines.writer.sync_engine, "connect", _no_page_more)
    work = SqlWork(engines)
    await _refused(work, StoreIsFull, times=500)
    async with work.reading() as books:
        assert await books.clinics.all() == ()
    await engines.close()


async def test_a_store_that_cannot_be_reached_is_away(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/no/such/folder/main.db", f"postgresql://x@/x?host={tmp_path}"):
        async with open_work(url) as work:
            await _refused(work, StoreIsAway)


async def test_a_server_that_drops_the_connection_is_away_and_the_next_unit_gets_a_new_one(
    postgres_main_url: str,
) -> None:
    async with open_work(postgres_main_url) as work:
        with pytest.raises(StoreIsAway):
            await _save_while_the_server_drops_us(work, postgres_main_url)
        await keep(work, MAPLE)


async def _save_while_the_server_drops_us(work: Work, url: str) -> None:
    async with work.writing() as books:
        await books.clinics.save(MAPLE)
        _drop_all(url)
        await books.commit()


@pytest.mark.parametrize("unit", ["reading", "writing"])
async def test_connections_that_broke_while_nothing_was_asked_are_opened_anew_and_nobody_is_told(
    postgres_main_url: str, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "QUIET_SECONDS", 0.0)
    async with open_work(postgres_main_url) as work:
        await keep(work, MAPLE)
        # Two connections are open, and both are cut.
        async with getattr(work, unit)() as first, getattr(work, unit)() as second:
            for books in (first, second):
                await books.clinics.all()
        _drop_all(postgres_main_url)
        async with getattr(work, unit)() as first, getattr(work, unit)() as second:
            for books in (first, second):
                assert await books.clinics.all() == (MAPLE,)


async def test_a_connection_that_broke_just_after_it_was_used_fails_once(
    postgres_main_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "QUIET_SECONDS", 3600.0)
    async with open_work(postgres_main_url) as work:
        await keep(work, MAPLE)
        _drop_all(postgres_main_url)
        with pytest.raises(StoreIsAway):
            await keep(work, MAPLE)
        await keep(work, MAPLE)


def _drop_all(url: str) -> None:
    with _postgres(url) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def _refused(work: Work, why: type[MatError], *, times: int = 1) -> None:
    with pytest.raises(why) as caught:
        await keep(work, *(replace(SECRET, id=f"{SECRET.id}{number}") for number in range(times)))
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET.name not in told
    assert "sqlalchemy.exc" not in told
    assert caught.value.sentence.startswith(("My records", "I can't", "The disk"))


@contextmanager
def _locked(url: str) -> Iterator[None]:
    """Somebody else holds the store."""
    if url.startswith("sqlite"):
        holder = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.rollback()
        holder.close()
    else:
        with _postgres(url) as connection, connection.transaction():
            connection.execute("LOCK TABLE clinic IN ACCESS EXCLUSIVE MODE")
            yield


def _postgres(url: str) -> psycopg.Connection[tuple[object, ...]]:
    parsed = make_url(url)
    return psycopg.connect(
        host=str(parsed.query["host"]), user=parsed.username, dbname=parsed.database, autocommit=True
    )


def _read_only(url: str) -> str:
    if url.startswith("sqlite"):
        return f"sqlite:///file:{make_url(url).database}?mode=ro&uri=true"
    with _postgres(url) as connection:
        connection.execute(f"ALTER DATABASE {make_url(url).database} SET default_transaction_read_only = on")
    return url


def _no_page_more(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA max_page_count=1")
    cursor.close()
