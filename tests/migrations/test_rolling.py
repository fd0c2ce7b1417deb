"""Two versions side by side on one Postgres: the older goes on working on a schema that was only added to, and on no other."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from bot import database, rolling
from bot.database import CONCERNS, MAIN
from bot.settings import Settings
from bot.stores import StoreAt, StoreIsAhead, make_new, require_current
from bot.upgrade_command import checked, upgraded
from mat.errors import StoreIsInUse
from store.running import only_running
from tests.cli import WEDNESDAY
from tests.integration.delivery.house import AGENDA_DUE, DAILY, House
from tests.stores import open_work

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"
branch_labels = None
depends_on = None
{says}

def upgrade() -> None:
    op.add_column("{table}", sa.Column("of_a_later_version", sa.String(), nullable=True))
    op.create_table("a_later_table", sa.Column("id", sa.String(), primary_key=True))


def downgrade() -> None:
    op.drop_table("a_later_table")
    op.drop_column("{table}", "of_a_later_version")
"""
TABLES = {MAIN: "post", CONCERNS: "concern"}
Later = Callable[..., None]


@pytest.fixture
def later(tmp_path: Path) -> Later:
    """`later(url, tree, works_with)` upgrades a store as the next version would, whose migration says what it works with."""

    def upgrade(url: str, tree: str, works_with: str) -> None:
        folder = shutil.copytree(database.MIGRATIONS / tree, tmp_path / "later" / tree)
        says = f'works_with = "{works_with}"' if works_with else ""
        step = NEXT.format(head=database.head(tree), says=says, table=TABLES[tree])
        (folder / "versions" / "9001_next.py").write_text(step)
        config = Config(attributes={"url": url})
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        command.upgrade(config, "head")

    return upgrade


@pytest.fixture
def settings(postgres_url: str, tmp_path: Path) -> Settings:
    made = Settings(_env_file=None, MAT_DATA_DIR=tmp_path / "data", MAT_DATABASE_URL=postgres_url)
    make_new(made)
    return made


@pytest.mark.parametrize("tree", [MAIN, CONCERNS])
def test_a_schema_one_ahead_that_only_adds_will_do_to_run(settings: Settings, later: Later, tree: str) -> None:
    store = StoreAt(tree, settings.database_url)
    later(settings.database_url, tree, database.head(tree))
    assert store.running_problem() is None
    require_current(settings, to_run=True)
    assert len(checked(settings)) == 2
    assert isinstance(store.problem(), StoreIsAhead), "what copies everything must know everything"
    with pytest.raises(StoreIsAhead):
        require_current(settings)


@pytest.mark.parametrize("works_with", ["", "9001"])
@pytest.mark.parametrize("tree", [MAIN, CONCERNS])
def test_one_that_changes_what_is_there_is_refused(
    settings: Settings, later: Later, tree: str, works_with: str
) -> None:
    later(settings.database_url, tree, works_with)
    assert isinstance(StoreAt(tree, settings.database_url).running_problem(), StoreIsAhead)
    with pytest.raises(StoreIsAhead):
        require_current(settings, to_run=True)


def test_on_sqlite_one_version_runs_at_a_time(sqlite_url: str, later: Later) -> None:
    later(sqlite_url, MAIN, database.head())
    assert isinstance(StoreAt(MAIN, sqlite_url).running_problem(), StoreIsAhead)


async def test_posts_go_on_while_the_schema_changes_under_them(postgres_main_url: str, later: Later) -> None:
    async with open_work(postgres_main_url) as work:
        house = House(work)
        await house.furnish(DAILY)
        await house.at(AGENDA_DUE)
        later(postgres_main_url, MAIN, database.head())
        for hours in (24, 48):
            await house.at(AGENDA_DUE.replace(day=AGENDA_DUE.day + hours // 24))
        assert sum("Agenda for" in text for text in house.poster.texts()) == 3
        async with work.reading() as books:
            assert await books.outbox.unsettled(house.clock()) == ()


def test_an_upgrade_waits_for_no_bot_where_it_only_adds_and_for_all_where_it_does_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trees = shutil.copytree(database.MIGRATIONS, tmp_path / "trees")
    for module in (database, rolling):
        monkeypatch.setattr(module, "MIGRATIONS", trees)
    head = database.head()
    step = trees / MAIN / "versions" / "9001_next.py"
    with only_running(settings.database_url):
        step.write_text(NEXT.format(head=head, says="", table="post"))
        with pytest.raises(StoreIsInUse):
            upgraded(settings, WEDNESDAY)
        step.write_text(NEXT.format(head=head, says=f'works_with = "{head}"', table="post"))
        assert "The main store is upgraded." in upgraded(settings, WEDNESDAY)


@pytest.mark.parametrize("tree", [MAIN, CONCERNS])
def test_what_a_migration_says_is_a_schema_there_was(tree: str) -> None:
    scripts = ScriptDirectory(str(database.MIGRATIONS / tree))
    steps = [(step.revision, getattr(step.module, "works_with", step.revision)) for step in scripts.walk_revisions()]
    assert all(len(revision) == 4 for revision, _ in steps)
    assert all(oldest <= revision and oldest in dict(steps) for revision, oldest in steps)
