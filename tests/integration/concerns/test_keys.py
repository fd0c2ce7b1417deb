"""The key folder: several processes at once, crashes, wrong and damaged files, what it notes, and keys put back."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mat.concerns import Draft, IsoWeek
from mat.errors import ConcernKeyMissing, ConcernTooOld, KeysBusy, KeysUnusable, SiteKeyMissing
from store.concerns import key_files
from store.concerns.backup import back_up_keys, other_keys, put_keys_back
from store.concerns.keys import KeyFolder
from store.concerns.ledger import Ledger
from tests.concern_store import CLINIC, NOW, open_box

ON = date(2026, 11, 20)
MONTH = "2026-11"
FIRST, SECOND, THIRD = "concerns-2026-11.key", "concerns-2026-11.2.key", "concerns-2026-11.3.key"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keys(folder: Path) -> KeyFolder:
    made = KeyFolder(folder)
    made.make(MONTH)
    return made


def give_up(keys: KeyFolder) -> None:
    keys.destroy(keys.files(MONTH), ON)


# -- one key, several processes -------------------------------------------------------------------------------------------


def test_of_many_who_make_a_key_at_once_one_does(folder: Path) -> None:
    start = threading.Barrier(16)

    def make(_number: int) -> bytes:
        start.wait()
        keys = KeyFolder(folder)
        keys.make(MONTH)
        return keys.seal(MONTH, "a text")

    with ThreadPoolExecutor(16) as threads:
        sealed = list(threads.map(make, range(16)))
    keys = KeyFolder(folder)
    assert {keys.open(MONTH, one) for one in sealed} == {"a text"}
    assert sorted(file.name for file in folder.iterdir()) == [FIRST, "site.key"]


def test_a_folder_that_two_programs_open_first_has_one_site_key(folder: Path) -> None:
    code = f"from pathlib import Path; from store.concerns.keys import KeyFolder; print(KeyFolder(Path({str(folder)!r}))._site.hex())"
    programs = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert len({program.communicate()[0] for program in programs}) == 1


def test_two_who_change_keys_at_once_take_turns_and_the_second_says_so(
    keys: KeyFolder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_files, "TRIES", 2)
    with keys.changing():
        with pytest.raises(KeysBusy), KeyFolder(folder).changing():
            pass
        keys.fresh(MONTH)
    with KeyFolder(folder).changing():
        assert keys.files(MONTH) == (SECOND, FIRST)


def test_what_a_crash_left_half_written_is_swept_away_and_stops_nobody(keys: KeyFolder, folder: Path) -> None:
    left = folder / ".concerns-2026-12.key.abcd1234.new"
    left.write_bytes(secrets.token_bytes(11))
    left.chmod(0o400)
    keys.make("2026-12")
    assert keys.open("2026-12", keys.seal("2026-12", "a text")) == "a text"
    with keys.changing():
        assert not left.exists()


# -- newest and older ones -------------------------------------------------------------------------------------------------


def test_texts_are_sealed_to_the_newest_and_opened_with_whichever_fits(keys: KeyFolder) -> None:
    old = keys.seal(MONTH, "old")
    keys.fresh(MONTH)
    new = keys.seal(MONTH, "new")
    assert (keys.open(MONTH, old), keys.open(MONTH, new)) == ("old", "new")
    assert (keys.is_newest(MONTH, old), keys.is_newest(MONTH, new)) == (False, True)
    assert keys.months() == (MONTH,)


def test_a_number_is_used_once_even_when_its_key_is_gone(keys: KeyFolder, folder: Path) -> None:
    """Or a copy of the old one, put back, would take the place of the new one."""
    keys.fresh(MONTH)
    keys.destroy([SECOND], ON)
    keys.fresh(MONTH)
    assert keys.files(MONTH) == (THIRD, FIRST)
    give_up(keys)
    keys.make(MONTH)
    assert keys.files(MONTH) == ("concerns-2026-11.4.key",)
    assert not any(part in str(list(folder.iterdir())) for part in (SECOND, THIRD))


def test_nothing_is_sealed_to_a_key_that_is_being_destroyed(
    keys: KeyFolder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Listed, then gone: look again. Opened, then overwritten with zeros, whose other half everybody knows: the same."""
    keys.fresh(MONTH)
    reading = key_files.read

    def read_too_late(file: Path) -> bytes:
        if file.name == SECOND:
            file.unlink()
            return bytes(32)
        return reading(file)

    monkeypatch.setattr(key_files, "read", read_too_late)
    sealed = keys.seal(MONTH, "a text")
    monkeypatch.undo()
    assert keys.files(MONTH) == (FIRST,)
    assert keys.open(MONTH, sealed) == "a text"


def test_a_destroyed_key_is_overwritten_before_it_goes(keys: KeyFolder, folder: Path, tmp_path: Path) -> None:
    """A second name of the same file shows what was left in it."""
    os.link(folder / FIRST, tmp_path / "other name")
    give_up(keys)
    assert (tmp_path / "other name").read_bytes() == bytes(32)
    assert keys.ledger.destroyed() == {FIRST: ON}


# -- wrong, damaged, missing ---------------------------------------------------------------------------------------------


def harm(file: Path, content: bytes) -> None:
    file.chmod(0o600)
    file.write_bytes(content)
    file.chmod(0o400)


@pytest.mark.parametrize("content", [b"", b"short", bytes(32), bytes(33)])
async def test_a_damaged_key_stops_the_start_and_is_named(tmp_path: Path, content: bytes) -> None:
    async with open_box(tmp_path):
        pass
    harm(tmp_path / "keys" / FIRST, content)
    with pytest.raises(KeysUnusable) as refused:
        async with open_box(tmp_path):
            pass
    assert str(tmp_path / "keys" / FIRST) in refused.value.sentence


async def test_without_the_site_key_a_store_with_concerns_does_not_start(tmp_path: Path, database_url: str) -> None:
    """A key folder that is not mounted must not be made anew: every receipt would be useless from then on."""
    async with open_box(tmp_path, database_url) as box:
        receipt = await box.raise_concern(Draft("other", "a text"), CLINIC, NOW)
    (tmp_path / "keys").rename(tmp_path / "away")
    with pytest.raises(SiteKeyMissing) as refused:
        async with open_box(tmp_path, database_url):
            pass
    assert "concerns keys rotate" in refused.value.sentence
    assert not (tmp_path / "keys").exists()
    (tmp_path / "away").rename(tmp_path / "keys")
    async with open_box(tmp_path, database_url) as box:
        assert await box.look_up(receipt) is not None


def test_a_lost_key_a_destroyed_one_and_a_wrong_one_are_told_apart(keys: KeyFolder, folder: Path) -> None:
    sealed = keys.seal(MONTH, "a text")
    (folder / FIRST).rename(folder / "kept")
    with pytest.raises(ConcernKeyMissing):
        keys.open(MONTH, sealed)
    keys.make(MONTH)
    with pytest.raises(KeysUnusable):
        keys.open(MONTH, sealed)
    give_up(keys)
    with pytest.raises(ConcernTooOld) as gone:
        keys.open(MONTH, sealed)
    assert not isinstance(gone.value, ConcernKeyMissing)
    keys.make(MONTH)
    with pytest.raises(ConcernTooOld):
        keys.open(MONTH, sealed)


# -- the clock ------------------------------------------------------------------------------------------------------------


async def test_every_key_is_there_before_its_month_begins_and_midnight_makes_none(tmp_path: Path) -> None:
    """A year of midnights (UTC): what the first concern of a day needs was made at least six days before."""
    async with open_box(tmp_path) as box:
        midnight = datetime(2026, 11, 20, tzinfo=UTC)
        for _ in range(365):
            midnight += timedelta(days=1)
            for moment in (midnight - timedelta(microseconds=1), midnight):
                month, soon = IsoWeek.of(moment.date()).month, IsoWeek.of(moment.date() + timedelta(days=6)).month
                assert {month, soon} <= set(box._keys.months())
            box._make_keys(midnight)


async def test_a_clock_set_back_finds_its_months_and_a_destroyed_one_gets_a_key_of_another_name(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        give_up(box._keys)
        await box.keep(NOW + timedelta(days=60))
        receipt = await box.raise_concern(Draft("other", "a text"), CLINIC, NOW)
        await box.keep(NOW - timedelta(days=60))
        await box.release(CLINIC, NOW.date())
        assert [c.text for c in (await box.listed(CLINIC)).concerns] == ["a text"]
        assert box._keys.files(MONTH) == (SECOND,)
        assert await box.look_up(receipt) is not None


# -- what is noted ----------------------------------------------------------------------------------------------------------


def test_a_torn_or_foreign_line_stops_nothing_and_spoils_no_other(folder: Path, keys: KeyFolder) -> None:
    (folder / "copies.txt").write_text(f"2026-11-01\t{FIRST}\t/srv/a\nsomething else\n2026-11-02\t{FIRST}")
    (folder / "destroyed.txt").write_bytes(b"yesterday\tconcerns-2026-10.key\n\xff\xfe\n2026-11-0")
    ledger = Ledger(folder)
    ledger.note_copies([FIRST], Path("/srv/b"), ON)
    ledger.note_destroyed(["concerns-2026-09.key"], ON)
    assert ledger.copies() == {FIRST: (Path("/srv/a") / FIRST, Path("/srv/b") / FIRST)}
    assert ledger.destroyed() == {"concerns-2026-09.key": ON}
    ledger.note_copies([FIRST], Path("/srv/b"), ON)
    assert (folder / "copies.txt").read_text().count("/srv/b") == 1
    assert keys.months() == (MONTH,)


def test_copies_are_noted_also_where_the_file_was_there_already(keys: KeyFolder, folder: Path, tmp_path: Path) -> None:
    assert back_up_keys(folder, tmp_path / "usb", ON) == (FIRST, "site.key")
    (folder / "copies.txt").unlink()
    assert back_up_keys(folder, tmp_path / "usb", ON) == ()
    assert Ledger(folder).copies()[FIRST] == (tmp_path / "usb" / FIRST,)


# -- put back ---------------------------------------------------------------------------------------------------------------


def test_a_destroyed_key_does_not_come_back(keys: KeyFolder, folder: Path, tmp_path: Path) -> None:
    back_up_keys(folder, tmp_path / "usb", ON)
    give_up(keys)
    put = put_keys_back(tmp_path / "usb", folder, ON)
    assert (put.changed, put.refused) == ((), (FIRST,))
    assert keys.files(MONTH) == ()


def test_nor_when_the_whole_folder_was_lost_and_the_backup_knows_of_it(
    keys: KeyFolder, folder: Path, tmp_path: Path
) -> None:
    back_up_keys(folder, tmp_path / "usb", ON)
    give_up(keys)
    keys.make("2026-12")
    back_up_keys(folder, tmp_path / "usb", ON)
    folder.rename(tmp_path / "lost")
    put = put_keys_back(tmp_path / "usb", folder, ON)
    assert put.refused == (FIRST,)
    again = KeyFolder(folder)
    assert (again.months(), again.ledger.destroyed()) == (("2026-12",), {FIRST: ON})
    assert again.ledger.copies()[FIRST] == (tmp_path / "usb" / FIRST,), "so that `status` names what is left to delete"


def test_a_key_made_since_stays_the_newest(keys: KeyFolder, folder: Path, tmp_path: Path) -> None:
    """The folder was lost, the bot went on with new keys, and then the backup was found."""
    keys.fresh(MONTH)
    before = keys.seal(MONTH, "before")
    back_up_keys(folder, tmp_path / "usb", ON)
    folder.rename(tmp_path / "lost")
    keys = KeyFolder(folder)
    keys.make(MONTH)
    since = keys.seal(MONTH, "since")
    assert other_keys(folder, tmp_path / "usb") == (tmp_path / "usb" / FIRST, tmp_path / "usb" / "site.key")
    put_keys_back(tmp_path / "usb", folder, ON)
    keys = KeyFolder(folder)
    assert keys.files(MONTH) == (THIRD, SECOND, FIRST)
    assert {keys.open(MONTH, before), keys.open(MONTH, since)} == {"before", "since"}
    assert keys.is_newest(MONTH, since)
    assert (folder / "site.key").read_bytes() == (tmp_path / "usb" / "site.key").read_bytes()
