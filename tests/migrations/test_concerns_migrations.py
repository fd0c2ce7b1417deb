"""The concern store's migrations, on both databases: models equal head, one head, up-down-up, upgrade with data."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from store.concerns import concern_url
from store.concerns.engines import migration_engine
from store.concerns.tables import concerns, metadata
from tests.concern_store import alembic_config, migrate

ROW = {
    "id": b"\x01" * 16,
    "workspace": "T1",
    "clinic": "c1",
    "topic": "other",
    "status": "waiting",
    "week": "2026-W47",
    "batch": None,
    "at_once": False,
    "redacted": False,
    "sealed": b"\x02" * 1072,
    "sentence": None,
    "changed_week": None,
    "answer_key": b"\x03" * 32,
}
ADDED = {"said": None, "said_status": None, "said_month": None}


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return concern_url("sqlite:///matbot.db", tmp_path)
    return concern_url(request.getfixturevalue("postgres_url"), tmp_path)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = migration_engine(url)
    yield opened
    opened.dispose()


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config("sqlite://")).get_heads()) == 1


def test_models_equal_head(url: str, engine: Engine) -> None:
    migrate(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_up_down_up(url: str, engine: Engine) -> None:
    migrate(url)
    command.downgrade(alembic_config(url), "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    migrate(url)
    inspect(engine).clear_cache()
    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_an_upgrade_from_every_revision_keeps_its_rows(url: str, engine: Engine) -> None:
    migrate(url, "0001")
    with engine.begin() as connection:
        connection.execute(concerns.insert(), ROW)
    migrate(url)
    with engine.connect() as connection:
        assert connection.execute(concerns.select()).mappings().one() == ROW | ADDED


def test_on_postgres_concerns_have_a_schema_of_their_own(postgres_url: str, tmp_path: Path) -> None:
    url = concern_url(postgres_url, tmp_path)
    migrate(url)
    engine = migration_engine(url)
    with engine.connect() as connection:
        schemas = connection.execute(
            text(
                "SELECT DISTINCT schemaname FROM pg_tables WHERE tablename LIKE 'concern%' OR tablename LIKE 'alembic%'"
            )
        )
        assert schemas.scalars().all() == ["concerns"]
    engine.dispose()


def test_no_table_has_a_rowid_nor_counts_up(tmp_path: Path) -> None:
    """`alembic check` does not notice a lost WITHOUT ROWID, so SQLite's own catalogue is asked."""
    url = concern_url("sqlite:///matbot.db", tmp_path)
    migrate(url)
    with sqlite3.connect(tmp_path / "concerns.db") as connection:
        made = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
        for name in metadata.tables:
            assert made[name].rstrip().endswith("WITHOUT ROWID"), name
            assert "AUTOINCREMENT" not in made[name].upper()
            with pytest.raises(sqlite3.OperationalError, match="no such column"):
                connection.execute(f"SELECT rowid FROM {name}")
    connection.close()


def test_no_column_names_a_person_or_a_time() -> None:
    columns = {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns}
    assert columns == {
        *(f"concern.{name}" for name in ROW | ADDED),
        *(f"concern_note.{name}" for name in ("concern", "number", "from_reader", "released", "sealed", "sealed_back")),
        *(
            f"concern_digest.{name}"
            for name in ("workspace", "clinic", "since", "through", "bucket", "topics", "late", "k")
        ),
        *(f"concern_batch.{name}" for name in ("workspace", "clinic", "batch")),
        *(f"concern_key.{name}" for name in ("name", "mark")),
        *(f"concern_group.{name}" for name in ("workspace", "clinic", "k")),
        *(f"concern_said.{name}" for name in ("workspace", "clinic", "month", "state")),
    }


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    migrate(concern_url("sqlite:///matbot.db", tmp_path / "data"))
    assert (tmp_path / "data" / "concerns.db").stat().st_mode & 0o777 == 0o600
