"""Another site key than the one that receipts were made with is noticed, wherever it could do harm without a word."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.backup_command import backed_up
from bot.keys_command import destroyed, rotated, told
from bot.restore_command import restored
from bot.settings import Settings
from bot.stores import make_new
from mat.concerns import Draft, Receipt
from mat.errors import MatError, SiteKeyMissing, SiteKeyOfAnother
from store.concerns import concern_url, open_concern_box
from store.concerns.engines import migration_engine
from store.concerns.keys import SITE, KeyFolder, mark_of
from store.concerns.tables import key_marks
from tests.cli import here
from tests.concern_store import CLINIC, NOW, every_byte, migrate, open_box

DRAFT = Draft("other", "a text")


def another(folder: Path) -> None:
    """Puts a whole site key of another bot in place of this one's."""
    (folder / SITE).unlink()
    KeyFolder(folder)


async def opens(folder: Path, database_url: str) -> MatError | None:
    try:
        async with open_box(folder, database_url):
            return None
    except MatError as refused:
        return refused


# -- at the start -----------------------------------------------------------------------------------------------------------


async def test_another_site_key_stops_the_start_and_the_right_one_goes_on(tmp_path: Path, database_url: str) -> None:
    async with open_box(tmp_path, database_url) as box:
        receipt = await box.raise_concern(DRAFT, CLINIC, NOW)
    shutil.copytree(tmp_path / "keys", tmp_path / "kept")
    another(tmp_path / "keys")
    refused = await opens(tmp_path, database_url)
    assert isinstance(refused, SiteKeyOfAnother)
    assert str(tmp_path / "keys" / SITE) in refused.sentence
    assert "concerns keys rotate" in refused.sentence
    shutil.rmtree(tmp_path / "keys")
    shutil.copytree(tmp_path / "kept", tmp_path / "keys")
    async with open_box(tmp_path, database_url) as box:
        assert await box.look_up(receipt) is not None


async def test_it_is_noticed_before_the_first_concern_too(tmp_path: Path, database_url: str) -> None:
    """Two copies of the bot on one store, each with a key folder of its own."""
    assert await opens(tmp_path, database_url) is None
    another(tmp_path / "keys")
    assert isinstance(await opens(tmp_path, database_url), SiteKeyOfAnother)


async def test_a_missing_one_is_made_anew_only_where_nobody_needs_it(tmp_path: Path, database_url: str) -> None:
    """On a server another copy of the bot may be using the right one."""
    assert await opens(tmp_path, database_url) is None
    shutil.rmtree(tmp_path / "keys")
    if database_url != "sqlite://":
        assert isinstance(await opens(tmp_path, database_url), SiteKeyMissing)
        assert not (tmp_path / "keys").exists()
    else:
        assert [await opens(tmp_path, database_url) for _ in range(2)] == [None, None]


async def test_a_store_of_before_takes_the_first_key_it_is_opened_with(tmp_path: Path, database_url: str) -> None:
    url = concern_url(database_url, tmp_path / "data")
    migrate(url, "0004")
    KeyFolder(tmp_path / "keys")
    assert await opens(tmp_path, database_url) is None
    another(tmp_path / "keys")
    assert isinstance(await opens(tmp_path, database_url), SiteKeyOfAnother)


async def test_of_two_first_starts_with_different_keys_one_is_refused(tmp_path: Path, postgres_url: str) -> None:
    migrate(concern_url(postgres_url, tmp_path))
    for run in range(5):
        engine = migration_engine(concern_url(postgres_url, tmp_path))
        with engine.begin() as connection:
            connection.execute(key_marks.delete())
        engine.dispose()
        folders = [tmp_path / f"{run}{name}" for name in "ab"]
        for folder in folders:
            KeyFolder(folder / "keys")

        async def start(folder: Path) -> bool:
            try:
                async with open_concern_box(postgres_url, folder / "data", folder / "keys", NOW):
                    return True
            except SiteKeyOfAnother:
                return False

        assert sorted(await asyncio.gather(*map(start, folders))) == [False, True]


def test_the_mark_says_nothing_of_the_key(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    site = (tmp_path / "keys" / SITE).read_bytes()
    assert keys.mark == mark_of(site)
    assert mark_of(site) not in site
    nothing_like_it = {keys.receipt_keys(Receipt(symbols)).id for symbols in ("", "0" * 20)}
    assert keys.mark not in nothing_like_it
    # One bit of another key changes about half of the mark's.
    other = bytes([site[0] ^ 1]) + site[1:]
    unlike = int.from_bytes(mark_of(site)) ^ int.from_bytes(mark_of(other))
    assert 32 < unlike.bit_count() < 96


# -- by the command line ----------------------------------------------------------------------------------------------------


async def one_raised(settings: Settings) -> Receipt:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, NOW) as box:
        receipt = await box.raise_concern(DRAFT, CLINIC, NOW)
        await box.release(CLINIC, NOW.date())
        return receipt


async def found(settings: Settings, receipt: Receipt) -> bool:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, NOW) as box:
        return await box.look_up(receipt) is not None


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Settings:
    (tmp_path / "server").mkdir()
    url = {} if database_url == "sqlite://" else {"MAT_DATABASE_URL": database_url}
    settings = here(tmp_path / "server", monkeypatch, **url)
    make_new(settings)
    return settings


def marks(settings: Settings) -> list[bytes]:
    engine = migration_engine(concern_url(settings.database_url, settings.data_dir))
    with engine.connect() as connection:
        kept = [bytes(mark) for mark in connection.execute(select(key_marks.c.mark)).scalars()]
    engine.dispose()
    return kept


def test_the_status_of_keys_says_so_without_any_copy(place: Settings) -> None:
    asyncio.run(one_raised(place))
    assert not told(place, NOW.date())[1]
    another(place.key_dir)
    lines, wrong = told(place, NOW.date())
    assert wrong
    assert [line for line in lines if line.startswith("trouble: site.key here is not the key")]


def test_a_backup_does_not_take_another_key_for_mine(place: Settings, tmp_path: Path) -> None:
    asyncio.run(one_raised(place))
    another(place.key_dir)
    with pytest.raises(SiteKeyOfAnother):
        backed_up(place, tmp_path / "backups", tmp_path / "usb", NOW)
    assert not (tmp_path / "backups").exists()
    assert not (tmp_path / "usb").exists()


def test_a_restore_beside_another_key_says_so_and_the_right_keys_put_it_right(place: Settings, tmp_path: Path) -> None:
    receipt = asyncio.run(one_raised(place))
    backed_up(place, tmp_path / "backups", tmp_path / "usb", NOW)
    another(place.key_dir)
    (folder,) = (tmp_path / "backups").iterdir()
    lines = restored(place, folder, None, NOW, over=True)
    assert [line for line in lines if line.startswith("site.key in") and "is not the key" in line]
    with pytest.raises(SiteKeyOfAnother):
        asyncio.run(found(place, receipt))
    lines = restored(place, folder, tmp_path / "usb", NOW, over=True)
    assert not [line for line in lines if "is not the key" in line]
    assert asyncio.run(found(place, receipt))


def test_a_bot_that_was_only_started_is_empty_for_a_restore(place: Settings, tmp_path: Path) -> None:
    receipt = asyncio.run(one_raised(place))
    backed_up(place, tmp_path / "backups", tmp_path / "usb", NOW)
    (folder,) = (tmp_path / "backups").iterdir()
    engine = migration_engine(concern_url(place.database_url, place.data_dir))
    with engine.begin() as connection:
        for name in ("concern", "concern_batch"):
            connection.execute(text(f"DELETE FROM {name}"))
    engine.dispose()
    assert len(marks(place)) == 1
    restored(place, folder, tmp_path / "usb", NOW, over=False)
    assert asyncio.run(found(place, receipt))


def test_a_rotation_gives_a_lost_one_up_and_the_old_one_is_another_from_then_on(
    place: Settings, tmp_path: Path
) -> None:
    receipt = asyncio.run(one_raised(place))
    before = marks(place)
    shutil.copyfile(place.key_dir / SITE, tmp_path / "old")
    (place.key_dir / SITE).unlink()
    assert any("receipts handed out before find nothing" in line for line in asyncio.run(rotated(place, NOW)))
    assert marks(place) != before
    assert asyncio.run(found(place, receipt)) is False
    (place.key_dir / SITE).unlink()
    shutil.copyfile(tmp_path / "old", place.key_dir / SITE)
    (place.key_dir / SITE).chmod(0o400)
    with pytest.raises(SiteKeyOfAnother):
        asyncio.run(found(place, receipt))


def test_a_rotation_does_not_take_another_one_for_a_lost_one(place: Settings) -> None:
    asyncio.run(one_raised(place))
    another(place.key_dir)
    with pytest.raises(SiteKeyOfAnother):
        asyncio.run(rotated(place, NOW))


def test_a_rotation_leaves_the_site_key_and_its_mark(place: Settings) -> None:
    receipt = asyncio.run(one_raised(place))
    before = marks(place)
    asyncio.run(rotated(place, NOW))
    assert marks(place) == before
    assert asyncio.run(found(place, receipt))


def test_to_destroy_a_month_makes_no_site_key(place: Settings) -> None:
    asyncio.run(one_raised(place))
    (place.key_dir / SITE).unlink()
    destroyed(place, "2026-11", NOW.date(), lambda _question: True)
    assert not (place.key_dir / SITE).exists()


def test_nothing_but_the_mark_is_added(place: Settings) -> None:
    asyncio.run(one_raised(place))
    (mark,) = marks(place)
    site = (place.key_dir / SITE).read_bytes()
    assert len(mark) == 16
    if place.database_url.startswith("sqlite"):
        written = every_byte(place.data_dir)
        assert mark in written
        assert not any(site[start : start + 8] in written for start in range(len(site) - 8))
