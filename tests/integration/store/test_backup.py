"""Copies of a store that is in use, and putting them back."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot import database
from mat.errors import BackupUnreadable, StoreIsAway, StoreIsBusy, StoreIsDamaged
from store.backup import back_up, check, restore
from store.work import SqlWork
from tests.stores import BIRCH, MAPLE, keep, open_work


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


async def test_a_copy_holds_what_was_committed_and_nothing_else(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    async with open_work(sqlite_url) as work:
        await keep(work, MAPLE)
        async with work.writing() as books:
            await books.clinics.save(BIRCH)
            back_up(file, copy)
            await books.commit()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert check(copy, table="clinic") == database.head()
    async with open_work(f"sqlite:///{copy}") as of_copy, of_copy.reading() as books:
        assert await books.clinics.all() == (MAPLE,)


async def test_a_copy_made_while_many_write_is_whole(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    async with open_work(sqlite_url) as work:
        await keep(work, MAPLE)

        async def write(number: int) -> None:
            async with work.writing() as books:
                for name in ("a", "b"):
                    await books.clinics.save(replace(MAPLE, id=f"{number}-{name}"))
                await books.commit()

        async def copy(number: int) -> None:
            await asyncio.to_thread(back_up, file, tmp_path / f"copy{number}.db")

        await asyncio.gather(*(write(n) for n in range(40)), *(copy(n) for n in range(4)))
    for number in range(4):
        async with open_work(f"sqlite:///{tmp_path}/copy{number}.db") as of_copy, of_copy.reading() as books:
            found = [clinic.id for clinic in await books.clinics.all() if clinic != MAPLE]
            assert len(found) % 2 == 0, "never half of a transaction"


async def test_what_was_forgotten_is_not_in_a_copy(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    secret = replace(MAPLE, name="A name that must go")
    async with open_work(sqlite_url) as work:
        await keep(work, secret)
        async with work.writing() as books:
            await books.clinics.forget_clinic("T1", "maple")
            await books.commit()
        back_up(file, tmp_path / "copy.db")
    for path in (tmp_path / "copy.db", file):
        assert secret.name.encode() not in await asyncio.to_thread(path.read_bytes), path.name


async def test_a_store_comes_back_as_it_was_copied(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    async with open_work(sqlite_url) as work:
        await keep(work, MAPLE)
        back_up(file, copy)
        await keep(work, BIRCH, replace(MAPLE, name="Renamed later"))
    restore(copy, file, table="clinic")
    async with open_work(sqlite_url) as work:
        async with work.reading() as books:
            assert await books.clinics.all() == (MAPLE,)
        await keep(work, BIRCH)
    assert database.is_current(sqlite_url)


async def test_a_lost_store_is_made_anew_from_a_copy(sqlite_url: str, file: Path, tmp_path: Path) -> None:
    async with open_work(sqlite_url) as work:
        await keep(work, MAPLE)
    back_up(file, tmp_path / "copy.db")
    anew = tmp_path / "anew.db"
    restore(tmp_path / "copy.db", anew, table="clinic")
    assert anew.stat().st_mode & 0o777 == 0o600
    async with open_work(f"sqlite:///{anew}") as work, work.reading() as books:
        assert await books.clinics.all() == (MAPLE,)


@pytest.mark.parametrize("kind", ["text", "damaged", "of another store", "empty", "missing"])
async def test_what_is_no_whole_copy_of_this_store_is_refused(
    work_on_sqlite: SqlWork, file: Path, tmp_path: Path, kind: str
) -> None:
    await keep(work_on_sqlite, MAPLE)
    copy = tmp_path / "copy.db"
    if kind == "text":
        copy.write_text("not a database")
    elif kind == "damaged":
        back_up(file, copy)
        whole = copy.read_bytes()
        copy.write_bytes(whole[: len(whole) // 2])
    elif kind == "of another store":
        other = sqlite3.connect(copy)
        other.executescript("CREATE TABLE alembic_version (version_num); CREATE TABLE concern (id)")
        other.close()
    elif kind == "empty":
        copy.touch()
    with pytest.raises(BackupUnreadable) as caught:
        restore(copy, file, table="clinic")
    assert caught.value.sentence.startswith("“copy.db” is no backup")
    async with work_on_sqlite.reading() as books:
        assert await books.clinics.all() == (MAPLE,)


async def test_a_store_somebody_is_writing_to_is_not_replaced(
    work_on_sqlite: SqlWork, file: Path, tmp_path: Path
) -> None:
    back_up(file, tmp_path / "copy.db")
    async with work_on_sqlite.writing() as books:
        await books.clinics.save(MAPLE)
        with pytest.raises(StoreIsBusy):
            restore(tmp_path / "copy.db", file, table="clinic")
        await books.commit()
    async with work_on_sqlite.reading() as books:
        assert await books.clinics.all() == (MAPLE,)


def test_no_file_is_overwritten_and_nothing_is_left_behind(file: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("mine")
    with pytest.raises(FileExistsError):
        back_up(file, taken)
    assert taken.read_text() == "mine"
    with pytest.raises(StoreIsAway):
        back_up(tmp_path / "nowhere.db", tmp_path / "copy.db")
    (tmp_path / "broken.db").write_text("x" * 5000)
    with pytest.raises(StoreIsDamaged):
        back_up(tmp_path / "broken.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
