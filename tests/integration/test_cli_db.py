"""`db upgrade|check|backup|restore` on both stores."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import backup_folder, database
from bot.backup_command import backed_up
from bot.database import downgrade
from bot.restore_command import restored
from bot.settings import Settings
from bot.stores import both_stores, open_work
from bot.wrong_use import KeysBesideStores, NotABackup, StoresHoldSomething
from mat.concerns import ClinicKey, Draft, Receipt
from mat.delivery import PostKind, PostState
from mat.errors import StoreIsAway, StoreIsInUse
from mat.plan import State
from scheduler.ahead import extra_copies
from store.concerns import open_concern_box
from store.health import health_problem
from store.running import only_running
from tests.cli import WEDNESDAY, CommandLine, fill, here
from tests.postgres import Postgres

LARKSPUR = ClinicKey("T0CLINICS", "larkspur")
LATER = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def rows(file: Path, table: str) -> int:
    with sqlite3.connect(file) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return found


async def _raised(settings: Settings, text: str, now: datetime) -> Receipt:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, now) as box:
        return await box.raise_concern(Draft("safety", text), LARKSPUR, now)


async def _texts(settings: Settings) -> set[str | None]:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, LATER) as box:
        return {concern.text for concern in (await box.listed(LARKSPUR)).concerns}


async def _state(settings: Settings, milestone: str) -> State:
    async with open_work(settings) as work, work.reading() as books:
        clinic = await books.clinics.get(LARKSPUR.workspace, LARKSPUR.clinic)
        assert clinic is not None
        return (await books.at(clinic).milestones.row(milestone)).state


# -- upgrade and check -----------------------------------------------------------------------------------------------


def test_upgrade_makes_both_stores_and_then_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine
) -> None:
    here(tmp_path, monkeypatch)
    assert call("db", "check")[0] == 1
    assert call("db", "upgrade") == (0, "The main store is made.\nThe concern store is made.\n", "")
    assert call("db", "upgrade")[1] == "The main store is up to date.\nThe concern store is up to date.\n"
    assert call("db", "check") == (
        0,
        "The main store is up to date and whole.\nThe concern store is up to date and whole.\n",
        "",
    )


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations as a later version has them: the main store gets one more table."""
    tree = tmp_path / "migrations"
    shutil.copytree(database.MIGRATIONS, tree)
    (tree / "main" / "versions" / "next.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision = 'next'\ndown_revision = '{database.head()}'\n"
        "def upgrade():\n    op.create_table('later', sa.Column('id', sa.String(), primary_key=True))\n"
        "def downgrade():\n    op.drop_table('later')\n"
    )
    monkeypatch.setattr(database, "MIGRATIONS", tree)


def test_upgrade_copies_a_main_store_that_is_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine, request: pytest.FixtureRequest
) -> None:
    settings = here(tmp_path, monkeypatch, SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", MAT_PORT="0")
    fill(settings)
    before = database.head()
    request.getfixturevalue("next_version")
    code, _, said = call("run")
    assert (code, "python -m bot db upgrade" in said) == (1, True)
    with only_running(settings.database_url):
        assert call("db", "upgrade")[0] == 1
    code, said, _ = call("db", "upgrade")
    assert code == 0
    assert "The main store is upgraded.\nThe concern store is up to date.\n" in said
    (copy,) = (tmp_path / "data").glob(f"matbot-{before}-*.db")
    assert str(copy) in said
    assert copy.stat().st_mode & 0o077 == 0
    assert rows(copy, "clinic") == rows(tmp_path / "data" / "matbot.db", "clinic") == 2
    assert rows(tmp_path / "data" / "matbot.db", "later") == 0


def test_a_store_of_a_newer_version_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine
) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    with closing(sqlite3.connect(tmp_path / "data" / "matbot.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from the future'")
    for command in ("upgrade", "check"):
        code, _, said = call("db", command)
        assert (code, "newer version of me" in said) == (1, True)


def test_a_store_that_is_behind_is_not_upgraded_by_a_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine
) -> None:
    settings = here(tmp_path, monkeypatch, SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", MAT_PORT="0")
    fill(settings)
    downgrade(both_stores(settings)[1].url, "concerns", to="base")
    code, _, said = call("run")
    assert code == 1
    assert "python -m bot db upgrade" in said


def test_check_names_the_store_that_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine
) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    file = tmp_path / "data" / "matbot.db"
    bytes_ = bytearray(file.read_bytes())
    for page in range(3, len(bytes_) // 4096):
        bytes_[page * 4096 : page * 4096 + 64] = b"\x55" * 64
    file.write_bytes(bytes_)
    code, _, said = call("db", "check")
    assert code == 1
    assert said.startswith("matbot: The main store is damaged")


def test_a_store_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "matbot.db").mkdir()
    with pytest.raises(StoreIsAway):
        health_problem(f"sqlite:///{tmp_path / 'matbot.db'}")
    (tmp_path / "other.db").write_text("a shopping list, as long as the head of a database would be " * 9)
    assert health_problem(f"sqlite:///{tmp_path / 'other.db'}") == "it is not a database"


# -- backup and restore ----------------------------------------------------------------------------------------------


def test_a_backup_holds_what_was_released_and_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    asyncio.run(_raised(settings, "not released yet", WEDNESDAY))
    lines = backed_up(settings, tmp_path / "backups", None, WEDNESDAY)
    folder = tmp_path / "backups" / "matbot-backup-20270106-150000"
    assert str(folder) in lines[0]
    assert "Add --keys" in lines[1]
    assert {file.name for file in folder.iterdir()} == {"about.json", "matbot.db", "concerns.db"}
    assert rows(folder / "matbot.db", "clinic") == 2
    assert rows(tmp_path / "data" / "concerns.db", "concern") == 3
    assert rows(folder / "concerns.db", "concern") == 2
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.glob("*.db"))
    assert folder.stat().st_mode & 0o077 == 0


def test_backups_before_and_after_a_concern_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    backed_up(settings, tmp_path / "backups", None, WEDNESDAY)
    asyncio.run(_raised(settings, "raised between two backups", WEDNESDAY))
    backed_up(settings, tmp_path / "backups", None, LATER)
    before, after = sorted((tmp_path / "backups").glob("*/concerns.db"))
    assert before.read_bytes() == after.read_bytes()


def test_a_backup_is_put_back_with_its_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    texts = asyncio.run(_texts(settings))
    backed_up(settings, tmp_path / "backups", tmp_path / "usb", WEDNESDAY)
    assert len(texts) == 2
    assert None not in texts
    shutil.rmtree(tmp_path / "data")
    shutil.rmtree(tmp_path / "data-keys")

    (folder,) = (tmp_path / "backups").iterdir()
    lines = restored(settings, folder, None, LATER, over=False)
    assert "can't be read" in lines[1]
    lines = restored(settings, folder, tmp_path / "usb", LATER, over=True)
    assert lines[0] == "The backup of 2027-01-06T15:00:00+00:00 is back."
    assert not any("can't be read" in line for line in lines)
    assert asyncio.run(_texts(settings)) == texts
    assert asyncio.run(_state(settings, "di-tracking-pdmp")) is State.STUCK
    assert all(file.stat().st_mode & 0o777 == 0o400 for file in (tmp_path / "data-keys").glob("*.key"))


def test_what_was_due_before_a_restore_is_not_posted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    backed_up(settings, tmp_path / "backups", None, WEDNESDAY)
    (folder,) = (tmp_path / "backups").iterdir()
    much_later = WEDNESDAY + timedelta(days=30)
    restored(settings, folder, None, much_later, over=True)

    async def schedules_and_posts() -> tuple[list[datetime | None], set[datetime | None], int]:
        async with open_work(settings) as work, work.reading() as books:
            all_ = [s for c in await books.clinics.all() for s in await books.at(c).schedules.all()]
            waiting = len(await books.outbox.ready(much_later + timedelta(days=9), 99))
            return [s.next_at for s in all_], {s.since for s in all_}, waiting

    next_times, since, waiting = asyncio.run(schedules_and_posts())
    assert since == {much_later}, "the audit does not ask for what was due before"
    assert len(next_times) == 12
    assert all(at is not None and at > much_later for at in next_times)
    assert waiting == 0


def test_posts_that_waited_in_the_backup_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)

    async def an_extra_post() -> str:
        async with open_work(settings) as work, work.writing() as books:
            clinic = (await books.clinics.all())[0]
            (post, *_) = await extra_copies(
                books, clinic, PostKind.WEEKLY_REMINDER, now=WEDNESDAY, new_id=lambda: "f" * 32
            )
            await books.outbox.add(post)
            await books.commit()
            return post.id

    async def state(post: str) -> PostState:
        async with open_work(settings) as work, work.reading() as books:
            found = await books.outbox.get(post)
            assert found is not None
            return found.state

    post = asyncio.run(an_extra_post())
    backed_up(settings, tmp_path / "backups", None, WEDNESDAY)
    (folder,) = (tmp_path / "backups").iterdir()
    restored(settings, folder, None, LATER, over=True)
    assert asyncio.run(state(post)) is PostState.DROPPED


def test_nothing_is_put_back_over_rows_or_under_a_running_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    backed_up(settings, tmp_path / "backups", None, WEDNESDAY)
    (folder,) = (tmp_path / "backups").iterdir()
    with pytest.raises(StoresHoldSomething):
        restored(settings, folder, None, LATER, over=False)
    with only_running(settings.database_url), pytest.raises(StoreIsInUse):
        restored(settings, folder, None, LATER, over=True)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda folder: (folder / "about.json").unlink(), "it has no about.json"),
        (lambda folder: (folder / "about.json").write_text("{"), "its about.json can't be read"),
        (lambda folder: (folder / "concerns.db").unlink(), "concerns.db is missing"),
        (lambda folder: (folder / "matbot.db").write_bytes(b"SQLite format 3"), "matbot.db is not as it was written"),
        (
            lambda folder: (folder / "about.json").write_text(
                json.dumps({**json.loads((folder / "about.json").read_text()), "format": 2})
            ),
            "a newer version of me made it",
        ),
    ],
)
def test_what_is_no_backup_is_refused(
    harm: object, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine
) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    backed_up(settings, tmp_path / "backups", None, WEDNESDAY)
    (folder,) = (tmp_path / "backups").iterdir()
    assert callable(harm)
    harm(folder)
    with pytest.raises(NotABackup) as refused:
        restored(settings, folder, None, LATER, over=True)
    assert why in refused.value.sentence
    assert call("db", "restore", str(folder), "--replace")[0] == 2
    assert asyncio.run(_state(settings, "di-tracking-pdmp")) is State.STUCK


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    (tmp_path / "file").write_text("not a folder")
    code, _, said = call("db", "backup", "file")
    assert code == 1
    assert said.startswith("matbot: ")
    monkeypatch.setitem(backup_folder.FILES, "concerns", "matbot.db/concerns.db")
    assert call("db", "backup", "backups")[0] == 1
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize("keys", ["backups", "backups/keys", ".", "data-keys"])
def test_keys_are_never_backed_up_beside_the_stores(keys: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    with pytest.raises(KeysBesideStores):
        backed_up(settings, tmp_path / "backups", tmp_path / keys, WEDNESDAY)
    assert not (tmp_path / "backups").exists()


def test_only_new_keys_are_copied_and_where_to_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = here(tmp_path, monkeypatch)
    fill(settings)
    first = backed_up(settings, tmp_path / "backups", tmp_path / "usb", WEDNESDAY)
    again = backed_up(settings, tmp_path / "backups", tmp_path / "usb", LATER)
    names = {file.name for file in (tmp_path / "data-keys").glob("*.key")}
    assert {file.name for file in (tmp_path / "usb").iterdir()} == names
    assert first[1].startswith(f"{len(names)} new key files")
    assert again[1].startswith("0 new key files")
    noted = (tmp_path / "data-keys" / "copies.txt").read_text().splitlines()
    assert sorted(line.split("\t")[1] for line in noted) == sorted(names)
    assert {line.split("\t")[2] for line in noted} == {str(tmp_path / "usb")}


def test_a_backup_from_sqlite_goes_into_postgres_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: Postgres
) -> None:
    on_file = here(tmp_path, monkeypatch)
    fill(on_file)
    texts = asyncio.run(_texts(on_file))
    backed_up(on_file, tmp_path / "first", None, WEDNESDAY)
    (folder,) = (tmp_path / "first").iterdir()

    url = postgres.fresh()
    on_server = here(tmp_path, monkeypatch, MAT_DATABASE_URL=url)
    restored(on_server, folder, None, LATER, over=False)
    assert asyncio.run(_state(on_server, "di-tracking-pdmp")) is State.STUCK
    assert asyncio.run(_texts(on_server)) == texts
    asyncio.run(_raised(on_server, "not released yet", LATER))
    backed_up(on_server, tmp_path / "second", None, LATER)
    postgres.drop(url)

    (folder,) = (tmp_path / "second").iterdir()
    assert rows(folder / "concerns.db", "concern") == 2
    again = here(tmp_path, monkeypatch, MAT_DATABASE_URL=f"sqlite:///{tmp_path / 'new' / 'matbot.db'}")
    restored(again, folder, None, datetime(2027, 2, 1, tzinfo=UTC), over=True)
    assert asyncio.run(_state(again, "di-tracking-pdmp")) is State.STUCK
