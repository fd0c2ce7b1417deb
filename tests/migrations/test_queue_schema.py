"""The schema of the queue: made once, kept by a second upgrade, brought forward step by step, and never half made."""

from __future__ import annotations

import psycopg
import pytest

from bot import database, queue_schema
from bot.stores import StoreAt
from mat.errors import StoreIsBehind
from store.replicas import SCHEMA, prepare, version_at


def tables(url: str) -> set[str]:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (SCHEMA,)).fetchall()
    return {name for (name,) in found}


def test_an_upgrade_makes_it_and_another_changes_nothing(postgres_url: str) -> None:
    assert version_at(postgres_url) == ""
    assert not queue_schema.is_current(postgres_url)
    database.upgrade(postgres_url)
    made = tables(postgres_url)
    assert {"lane", "lease", "procrastinate_jobs", "procrastinate_workers"} <= made
    assert version_at(postgres_url) == queue_schema.wanted()
    database.upgrade(postgres_url)
    assert tables(postgres_url) == made


def test_records_without_it_are_behind(postgres_main_url: str) -> None:
    store = StoreAt(database.MAIN, postgres_main_url)
    assert store.problem() is None
    with psycopg.connect(postgres_main_url.replace("+psycopg", "", 1)) as connection:
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    assert isinstance(store.problem(), StoreIsBehind)
    store.upgrade()
    assert store.problem() is None


def test_an_older_one_is_brought_forward_by_procrastinates_own_steps(postgres_url: str) -> None:
    older = "procrastinate 3.3.0, matbot 1"
    behind = queue_schema._scripts(older)
    everything = queue_schema._scripts("procrastinate 0.0, matbot 1")[1:]
    assert 0 < len(behind) < len(everything)
    first = queue_schema._scripts("procrastinate 0.0, matbot 1")[0]
    with psycopg.connect(postgres_url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}".encode())
        connection.execute(f"SET search_path = {SCHEMA}".encode())
        for step in (first, *everything[: -len(behind)]):
            connection.execute(step.encode())
        connection.execute(f"COMMENT ON SCHEMA {SCHEMA} IS '{older}'".encode())
    assert not queue_schema.is_current(postgres_url)
    queue_schema.upgrade(postgres_url)
    assert queue_schema.is_current(postgres_url)
    assert {"lane", "lease", "procrastinate_jobs", "procrastinate_workers"} <= tables(postgres_url)


def test_a_later_one_is_kept(postgres_url: str) -> None:
    prepare(postgres_url, "procrastinate 9999.0, matbot 1", lambda _found: [])
    queue_schema.upgrade(postgres_url)
    assert version_at(postgres_url) == "procrastinate 9999.0, matbot 1"


def test_a_step_that_fails_leaves_nothing_behind(postgres_url: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        prepare(postgres_url, "one", lambda _found: ["CREATE TABLE made (id int)", "SELECT * FROM nowhere"])
    assert version_at(postgres_url) == ""
    assert tables(postgres_url) == set()


def test_sqlite_needs_none(sqlite_url: str) -> None:
    assert database.has_queue(sqlite_url)
    assert StoreAt(database.MAIN, sqlite_url).problem() is None
