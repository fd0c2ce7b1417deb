"""The main store's migrations, on both databases: models equal head, one head, up and down and up, and with data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from bot import database
from mat.delivery import AT_ONCE
from store.engine import sync_url
from store.posts import post_table
from store.tables import metadata


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    opened = create_engine(sync_url(empty_url))
    yield opened
    opened.dispose()


def test_models_equal_head(empty_url: str, engine: Engine) -> None:
    database.upgrade(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    command.check(database.config(empty_url))


def test_there_is_one_head() -> None:
    scripts = ScriptDirectory(str(database.MIGRATIONS / database.MAIN))
    assert scripts.get_heads() == [database.head()]
    assert scripts.get_bases() == ["0001"]


def test_up_down_up_gives_the_same_schema(empty_url: str, engine: Engine) -> None:
    database.upgrade(empty_url)
    first = _schema(engine)
    assert set(first) == {*metadata.tables, "alembic_version"}
    database.downgrade(empty_url, to="base")
    assert set(_schema(engine)) == {"alembic_version"}
    assert not database.is_current(empty_url)
    database.upgrade(empty_url)
    assert _schema(engine) == first


def test_each_step_keeps_the_rows_that_are_there(empty_url: str, engine: Engine) -> None:
    steps = [s.revision for s in reversed(list(ScriptDirectory(str(database.MIGRATIONS / "main")).walk_revisions()))]
    database.upgrade(empty_url, to=steps[0])
    with engine.begin() as connection:
        connection.execute(text(_CLINIC))
        connection.execute(text(_MILESTONE))
    for step in [*steps[1:], "head"]:
        database.upgrade(empty_url, to=step)
    with engine.connect() as connection:
        clinic = connection.execute(text("SELECT name, zone, tracks, ready FROM clinic")).one()
        milestone = connection.execute(text("SELECT state, note, owner FROM milestone")).one()
    assert (clinic.name, clinic.zone, clinic.tracks, bool(clinic.ready)) == ("Maple", "America/Chicago", "a,b", True)
    assert tuple(milestone) == ("stuck", "the policy", "U1")


def test_closed_days_come_with_0002_and_go_with_it_and_nothing_else_does(empty_url: str, engine: Engine) -> None:
    database.upgrade(empty_url, to="0002")
    with engine.begin() as connection:
        for statement in (_CLINIC, _MILESTONE, _CLOSURES):
            connection.execute(text(statement))
    database.upgrade(empty_url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, first, last, label FROM closure ORDER BY id")).all()
    assert [(row.id, str(row.first), str(row.last), row.label) for row in rows] == [
        ("Juneteenth", "None", "None", ""),
        ("x1", "2027-12-24", "2027-12-31", "winter break"),
    ]
    database.downgrade(empty_url, to="0001")
    assert "closure" not in _schema(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM milestone")).scalar() == 1


def test_schedules_stand_since_their_next_post_when_0003_comes(empty_url: str, engine: Engine) -> None:
    database.upgrade(empty_url, to="0002")
    with engine.begin() as connection:
        connection.execute(text(_SCHEDULES))
    before = _schema(engine)
    database.upgrade(empty_url, to="0003")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT id, since = next_at AS same, since FROM schedule ORDER BY id")).all()
    assert [(row.id, bool(row.same), row.since is None) for row in rows] == [("d1", True, False), ("d2", False, True)]
    database.downgrade(empty_url, to="0002")
    assert _schema(engine) == before
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM schedule")).scalar() == 2


def test_what_older_code_plans_before_and_after_0007_goes_before_all_that_has_a_turn(
    empty_url: str, engine: Engine
) -> None:
    database.upgrade(empty_url, to="0006")
    with engine.begin() as connection:
        connection.execute(text(_POST), {"id": "p1"})
    before = _schema(engine)
    database.upgrade(empty_url, to="0007")
    with engine.begin() as connection:
        connection.execute(text(_POST), {"id": "p2"})
        connection.execute(text("UPDATE post SET state = 'pending', attempts = 1 WHERE id = 'p1'"))
    with engine.connect() as connection:
        rows = connection.execute(post_table.select().order_by(post_table.c.id)).all()
    assert [(row.id, row.turn_at) for row in rows] == [("p1", AT_ONCE), ("p2", AT_ONCE)]
    database.downgrade(empty_url, to="0006")
    assert _schema(engine) == before
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM post")).scalar() == 2


def test_upgrading_twice_changes_nothing_and_is_current_says_so(empty_url: str, engine: Engine) -> None:
    assert not database.is_current(empty_url)
    database.upgrade(empty_url)
    first = _schema(engine)
    database.upgrade(empty_url)
    assert _schema(engine) == first
    assert database.is_current(empty_url)
    assert database.revision(empty_url) == database.head()


def _schema(engine: Engine) -> dict[str, object]:
    seen = inspect(engine)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)],
            seen.get_pk_constraint(table),
            sorted(str(i) for i in seen.get_indexes(table)),
            sorted(str(u) for u in seen.get_unique_constraints(table)),
        )
        for table in seen.get_table_names()
    }


_CLINIC = """
    INSERT INTO clinic VALUES
    ('T1', 'c1', 'Maple', 'America/Chicago', '2027-01-04', 'a,b', 'MOUD', 'standard', 'C1', '08:00:00', '08:00:00', true)
"""
_SCHEDULES = """
    INSERT INTO schedule VALUES
    ('d1', 'T1', 'c1', 'digest', '', 'FREQ=DAILY', '2027-01-04 08:00:00', 'America/Chicago', 0, '2027-01-05 08:00:00',
     '2027-01-05 14:00:00'),
    ('d2', 'T1', 'c1', 'huddle-agenda', 's1', 'FREQ=DAILY', '2027-01-04 08:00:00', 'America/Chicago', -10, NULL, NULL)
"""
# As code of 0005 and 0006 writes it, every column by its name.
_POST = """
    INSERT INTO post (id, workspace, clinic, kind, subject, target, due_at, not_before, lane, occurrence, local_at, state, attempts,
                      intent_at, repeat, extra, error, note, sent_channel, sent_ts, sent_at)
    VALUES (:id, 'T1', 'c1', 'digest', '', 'U1', '2027-01-05 14:00:00', '2027-01-05 14:00:00', 3, :id, NULL, 'pending', 0,
            NULL, false, false, '', '', '', '', NULL)
"""
_CLOSURES = """
    INSERT INTO closure VALUES
    ('T1', 'c1', 'x1', '2027-12-24', '2027-12-31', 'winter break'), ('T1', 'c1', 'Juneteenth', NULL, NULL, '')
"""
_MILESTONE = """
    INSERT INTO milestone VALUES
    ('T1', 'c1', 'm1', 'stuck', 'the policy', '2027-02-01', 'U1', '2027-01-05 10:00:00', 'x', NULL, '', '', '', '')
"""
