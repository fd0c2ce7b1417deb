"""`concerns keys status|rotate|destroy`, and what `check` says of keys and of a server's own log."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot import store_checks
from bot.backup_command import backed_up
from bot.keys_command import destroyed, rotated, told
from bot.restore_command import restored
from bot.settings import Settings
from bot.store_checks import keys as keys_checked
from bot.store_checks import scrub as scrub_checked
from bot.stores import make_new
from bot.wrong_use import KeysOfAnother, NoKeyOfMonth, NotAMonth, NotConfirmed
from mat.concerns import ClinicKey, Draft, Receipt
from mat.errors import KeysUnusable, RotationUnfinished, SiteKeyMissing, StoreIsBusy
from mat.installations import Tokens
from store.concerns import concern_url, open_concern_box
from store.concerns.keys import KeyFolder
from store.concerns.rotation import Rotation
from store.engine import sync_url
from store.token_seal import TokenSeal
from tests.cli import CommandLine, here

ROOT = Path(__file__).parents[2]
CLINIC = ClinicKey("T0CLINICS", "larkspur")
OCTOBER = datetime(2026, 10, 14, 15, 0, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 11, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A bot's place on each database, with a concern of October and one of November, both released."""
    url = {"MAT_DATABASE_URL": request.getfixturevalue("postgres_url")} if request.param == "postgres" else {}
    made = here(tmp_path, monkeypatch, **url)
    make_new(made)
    for now in (OCTOBER, NOVEMBER):
        asyncio.run(raised(made, now, released=True))
    return made


@pytest.fixture
def on_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = here(tmp_path, monkeypatch)
    make_new(made)
    for now in (OCTOBER, NOVEMBER):
        asyncio.run(raised(made, now, released=True))
    return made


async def raised(settings: Settings, now: datetime, *, released: bool = False) -> Receipt:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, now) as box:
        receipt = await box.raise_concern(Draft("other", f"text of {now:%B}"), CLINIC, now)
        if released:
            await box.release(CLINIC, now.date())
    return receipt


async def texts(settings: Settings) -> set[str | None]:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, NOW) as box:
        return {concern.text for concern in (await box.listed(CLINIC)).concerns}


def status(settings: Settings, today: date = TODAY) -> str:
    return "\n".join(told(settings, today)[0])


def yes(_question: str) -> bool:
    return True


# -- status ------------------------------------------------------------------------------------------------------------------


def test_status_says_of_each_month_whether_its_key_is_here_needed_and_until_when(settings: Settings) -> None:
    lines, worst = told(settings, date(2026, 12, 30))
    assert not worst
    assert "2026-10   here; concerns need it; destroyed from 2027-05-03 on" in lines
    assert "2026-11   here; concerns need it; destroyed from 2027-05-31 on" in lines
    assert "2026-12   here; in use; destroyed from 2027-07-05 on" in lines
    assert "receipts  here; stays for good" in lines
    assert lines[1].startswith("Concerns are kept for 180 days")


def test_status_does_not_tell_that_something_came(settings: Settings) -> None:
    """Asked before and after a concern that waits for its batch, in its month and after its month."""
    for today in (TODAY, date(2026, 12, 30)):
        before = status(settings, today)
        asyncio.run(raised(settings, NOW + timedelta(days=10)))
        assert status(settings, today) == before


def test_status_lists_copies_and_which_of_them_must_go(on_file: Settings, tmp_path: Path) -> None:
    for second, folder in enumerate(("usb", "safe")):
        backed_up(on_file, tmp_path / "backups", tmp_path / folder, NOW.replace(second=second))
    destroyed(on_file, "2026-10", TODAY, yes)
    said = status(on_file)
    assert f"2026-10   destroyed here on {TODAY}" in said
    assert "destroyed here, 2 copies to delete:" in said
    for folder in ("usb", "safe"):
        assert f"            {tmp_path / folder / 'concerns-2026-10.key'}" in said
    (tmp_path / "usb" / "concerns-2026-10.key").unlink()
    (tmp_path / "safe").rename(tmp_path / "unplugged")
    said = status(on_file)
    assert "destroyed here, 1 copy to delete:" in said
    assert f"{tmp_path / 'safe' / 'concerns-2026-10.key'}  (its folder is not there now, so I cannot look)" in said
    assert str(tmp_path / "usb" / "concerns-2026-10.key") not in said
    assert str(tmp_path / "usb" / "concerns-2026-11.key") in said


def test_status_names_what_is_wrong_and_ends_with_one(on_file: Settings, call: CommandLine) -> None:
    folder = on_file.key_dir
    assert call("concerns", "keys", "status")[0] == 0
    (folder / "concerns-2026-10.key").rename(folder / "away")
    harm(folder / "concerns-2026-11.key")
    code, out, _ = call("concerns", "keys", "status")
    assert code == 1
    assert "trouble: The key of 2026-10 is not here and was not destroyed here." in out
    assert "trouble: concerns-2026-11.key is damaged." in out
    checked = [str(finding) for finding in keys_checked(on_file, NOW)]
    assert any("The key of 2026-10 is not here" in line for line in checked)
    assert any("concerns-2026-11.key is damaged" in line for line in checked)


def test_a_key_of_something_else_in_the_right_place_is_noticed(settings: Settings, tmp_path: Path) -> None:
    mine = settings.key_dir / "concerns-2026-10.key"
    mine.rename(tmp_path / "mine")
    KeyFolder(settings.key_dir).make("2026-10")
    lines, worst = told(settings, TODAY)
    assert worst
    assert [line for line in lines if "trouble" in line] == [
        "trouble: The key of 2026-10 here is not the one that its concerns are sealed to. Put the right file back from your backup."
    ]
    mine.unlink()
    (tmp_path / "mine").rename(mine)
    assert not told(settings, TODAY)[1]


def test_a_key_unlike_its_copy_is_noticed_the_one_for_receipts_too(on_file: Settings, tmp_path: Path) -> None:
    """A wrong `site.key` is as good a key as the right one; its copy tells, and the store."""
    backed_up(on_file, tmp_path / "backups", tmp_path / "usb", NOW)
    assert not told(on_file, TODAY)[1]
    site = on_file.key_dir / "site.key"
    site.unlink()
    KeyFolder(on_file.key_dir)
    lines, worst = told(on_file, TODAY)
    assert worst
    assert f"trouble: site.key here is another key than its copy {tmp_path / 'usb' / 'site.key'}." in "\n".join(lines)
    (tmp_path / "usb").rename(tmp_path / "unplugged")
    (line,) = [line for line in told(on_file, TODAY)[0] if line.startswith("trouble: ")]
    assert line.startswith("trouble: site.key here is not the key that the stored receipts were made with")


def harm(file: Path) -> None:
    file.chmod(0o600)
    file.write_bytes(b"short")
    file.chmod(0o400)


def test_a_key_past_its_time_or_brought_back_is_told(on_file: Settings, tmp_path: Path) -> None:
    lines, worst = told(on_file, date(2028, 1, 1))
    assert worst
    assert any("should have been destroyed on 2027-05-03" in line for line in lines)
    shutil.copy2(on_file.key_dir / "concerns-2026-10.key", tmp_path / "by hand")
    destroyed(on_file, "2026-10", TODAY, yes)
    shutil.copy2(tmp_path / "by hand", on_file.key_dir / "concerns-2026-10.key")
    lines, worst = told(on_file, TODAY)
    assert any("concerns-2026-10.key was destroyed here and is back" in line for line in lines)


def test_without_stores_and_keys_status_says_so_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine
) -> None:
    here(tmp_path, monkeypatch)
    code, out, _ = call("concerns", "keys", "status")
    assert code == 0
    assert "There is no key of a month yet" in out
    assert list(tmp_path.iterdir()) == []


def test_a_wider_mode_is_told_by_every_command(on_file: Settings, call: CommandLine) -> None:
    (on_file.key_dir / "concerns-2026-10.key").chmod(0o440)
    for words in (["status"], ["rotate"], ["destroy", "2026-10", "--yes"]):
        code, _, err = call("concerns", "keys", *words)
        assert code == 1
        assert "chmod 0400" in err


# -- destroy ----------------------------------------------------------------------------------------------------------------


def test_a_destroyed_month_cannot_be_read_and_the_others_can(settings: Settings, tmp_path: Path) -> None:
    backed_up(settings, tmp_path / "backups", tmp_path / "usb", NOW)
    lines = destroyed(settings, "2026-10", TODAY, yes)
    assert lines[0] == "The key of 2026-10 is destroyed here."
    assert "Destroyed here, 1 copy to delete:" in lines
    assert f"            {tmp_path / 'usb' / 'concerns-2026-10.key'}" in lines
    assert asyncio.run(texts(settings)) == {None, "text of November"}
    again = destroyed(settings, "2026-10", TODAY, yes)
    assert again[0] == f"The key of 2026-10 was destroyed here on {TODAY}."
    assert "Destroyed here, 1 copy to delete:" in again


def test_the_month_of_now_gets_a_fresh_key_before_its_old_one_goes(on_file: Settings) -> None:
    """So that a running bot finds one at any moment, and no concern makes the file."""
    lines = destroyed(on_file, "2026-11", TODAY, yes)
    assert "A fresh key seals what comes from now on." in lines
    assert KeyFolder(on_file.key_dir).files("2026-11") == ("concerns-2026-11.2.key",)
    asyncio.run(raised(on_file, NOW, released=True))
    assert asyncio.run(texts(on_file)) == {"text of October", None, "text of November"}


@pytest.mark.parametrize(
    ("month", "wrong"),
    [
        ("", NotAMonth),
        ("November", NotAMonth),
        ("2026-13", NotAMonth),
        ("2026-1", NotAMonth),
        ("9999-12", NotAMonth),
        ("../site", NotAMonth),
        ("2026-11-01", NotAMonth),
        ("2025-01", NoKeyOfMonth),
    ],
)
def test_what_is_no_month_with_a_key_is_refused(
    on_file: Settings, call: CommandLine, month: str, wrong: type[Exception]
) -> None:
    with pytest.raises(wrong):
        destroyed(on_file, month, TODAY, yes)
    code, _, err = call("concerns", "keys", "destroy", month, "--yes")
    assert code == 2
    assert err.startswith("matbot: ")
    assert KeyFolder(on_file.key_dir).months() == ("2026-10", "2026-11", "2026-12")


def test_nothing_is_destroyed_without_a_yes(
    on_file: Settings, call: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotConfirmed):
        destroyed(on_file, "2026-10", TODAY, lambda _question: False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert call("concerns", "keys", "destroy", "2026-10")[0] == 2
    assert "2026-10" in KeyFolder(on_file.key_dir).months()
    assert call("concerns", "keys", "destroy")[0] == 2
    assert call("concerns", "keys")[0] == 2
    assert call("concerns", "keys", "destroy", "2026-10", "--yes")[0] == 0
    assert "2026-10" not in KeyFolder(on_file.key_dir).months()


def test_a_damaged_key_can_be_given_up(on_file: Settings) -> None:
    harm(on_file.key_dir / "concerns-2026-10.key")
    with pytest.raises(KeysUnusable):
        asyncio.run(texts(on_file))
    destroyed(on_file, "2026-10", TODAY, yes)
    assert asyncio.run(texts(on_file)) == {None, "text of November"}


# -- rotate -----------------------------------------------------------------------------------------------------------------


def test_rotate_says_what_it_does_and_what_not_and_names_the_old_copies(settings: Settings, tmp_path: Path) -> None:
    backed_up(settings, tmp_path / "backups", tmp_path / "usb", NOW)
    lines = asyncio.run(rotated(settings, NOW))
    assert lines[0].startswith("Every month has a fresh key")
    assert any(line.startswith("What this does not undo") for line in lines)
    assert "Destroyed here, 3 copies to delete:" in lines
    assert asyncio.run(texts(settings)) == {"text of October", "text of November"}
    assert status(settings).count("destroyed here, 1 copy to delete:") == 3
    backed_up(settings, tmp_path / "backups", tmp_path / "usb", NOW + timedelta(seconds=1))
    assert (tmp_path / "usb" / "concerns-2026-10.2.key").exists()


def test_the_key_of_tokens_stays_and_that_is_said(on_file: Settings) -> None:
    assert not any("tokens" in line for line in asyncio.run(rotated(on_file, NOW)))
    TokenSeal(on_file.key_dir).seal("T1", Tokens("xoxb-1", "xapp-1", ""))
    before = (on_file.key_dir / "tokens.key").read_bytes()
    assert any(line.startswith("tokens.key") for line in asyncio.run(rotated(on_file, NOW)))
    assert (on_file.key_dir / "tokens.key").read_bytes() == before
    assert not told(on_file, TODAY)[1]


def test_a_rotation_that_the_store_stops_says_that_nothing_is_lost(
    on_file: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(_self: Rotation) -> bool:
        raise StoreIsBusy

    monkeypatch.setattr(Rotation, "_all_anew", busy)
    with pytest.raises(RotationUnfinished) as unfinished:
        asyncio.run(rotated(on_file, NOW))
    assert "My records are busy" in unfinished.value.sentence
    monkeypatch.undo()
    assert asyncio.run(texts(on_file)) == {"text of October", "text of November"}


def test_two_programs_that_rotate_at_once_take_turns_or_say_so(on_file: Settings, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "MAT_DATA_DIR": str(on_file.data_dir)}
    environment["MAT_DATABASE_URL"] = on_file.database_url
    rotate = [sys.executable, "-m", "bot", "concerns", "keys", "rotate"]
    programs = [
        subprocess.Popen(
            rotate, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [program.communicate()[1] for program in programs]
    codes = [program.returncode for program in programs]
    assert 0 in codes
    assert all(
        code == 0 or (code == 1 and "Another command is changing the keys" in err)
        for code, err in zip(codes, said, strict=True)
    )
    keys = KeyFolder(on_file.key_dir)
    assert [len(keys.files(month)) for month in keys.months()] == [1, 1, 1]
    assert asyncio.run(texts(on_file)) == {"text of October", "text of November"}


def test_a_lost_site_key_stops_everything_but_a_rotation(on_file: Settings, call: CommandLine) -> None:
    (on_file.key_dir / "site.key").unlink()
    with pytest.raises(SiteKeyMissing):
        asyncio.run(texts(on_file))
    lines = asyncio.run(rotated(on_file, NOW))
    assert any("receipts handed out before find nothing" in line for line in lines)
    assert not any("Receipts go on" in line for line in lines)
    assert asyncio.run(texts(on_file)) == {"text of October", "text of November"}


def test_rotating_by_the_command_line_beside_a_bot(on_file: Settings, call: CommandLine) -> None:
    async def beside() -> tuple[int, set[str | None]]:
        async with open_concern_box(on_file.database_url, on_file.data_dir, on_file.key_dir, NOW) as bot:
            code = (await asyncio.to_thread(call, "concerns", "keys", "rotate"))[0]
            await bot.raise_concern(Draft("other", "afterwards"), CLINIC, NOW)
            await bot.release(CLINIC, NOW.date())
            return code, {concern.text for concern in (await bot.listed(CLINIC)).concerns}

    code, found = asyncio.run(beside())
    assert code == 0
    assert found == {"text of October", "text of November", "afterwards"}


# -- backups ----------------------------------------------------------------------------------------------------------------


def test_keys_of_another_bot_are_not_mixed_with_mine(on_file: Settings, tmp_path: Path) -> None:
    other = KeyFolder(tmp_path / "usb")
    other.make("2026-11")
    with pytest.raises(KeysOfAnother):
        backed_up(on_file, tmp_path / "backups", tmp_path / "usb", NOW)
    assert not (tmp_path / "backups").exists()
    assert sorted(file.name for file in (tmp_path / "usb").iterdir()) == ["concerns-2026-11.key", "site.key"]


def test_a_restore_says_which_keys_it_did_not_put_back(on_file: Settings, tmp_path: Path) -> None:
    backed_up(on_file, tmp_path / "backups", tmp_path / "usb", NOW)
    destroyed(on_file, "2026-10", TODAY, yes)
    (folder,) = (tmp_path / "backups").iterdir()
    lines = restored(on_file, folder, tmp_path / "usb", NOW, over=True)
    assert "Destroyed here, so not put back: concerns-2026-10.key. Delete those copies." in lines
    assert any("2026-10 are not in" in line for line in lines)
    assert asyncio.run(texts(on_file)) == {None, "text of November"}


def test_a_restore_without_keys_says_that_the_bot_does_not_start(on_file: Settings, tmp_path: Path) -> None:
    backed_up(on_file, tmp_path / "backups", tmp_path / "usb", NOW)
    shutil.rmtree(on_file.key_dir)
    (folder,) = (tmp_path / "backups").iterdir()
    lines = restored(on_file, folder, None, NOW, over=True)
    assert any(line.startswith("site.key is not in") for line in lines)
    assert any("2026-10, 2026-11 are not in" in line for line in lines)
    assert not on_file.key_dir.exists()
    lines = restored(on_file, folder, tmp_path / "usb", NOW, over=True)
    assert not any("not in" in line for line in lines)
    assert asyncio.run(texts(on_file)) == {"text of October", "text of November"}


# -- what a server writes down ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "value"),
    [("log_statement", "mod"), ("log_min_duration_statement", "0"), ("log_transaction_sample_rate", "0.5")],
)
def test_check_tells_when_postgres_writes_down_every_hour(postgres_url: str, setting: str, value: str) -> None:
    assert str(asyncio.run(scrub_checked(postgres_url))).startswith("ok: ")
    engine = create_engine(sync_url(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {make_url(postgres_url).database} SET {setting} = '{value}'"))
    engine.dispose()
    found = str(asyncio.run(scrub_checked(postgres_url)))
    assert found.startswith("trouble: ")
    assert f"{setting} = {value}" in found


# -- whether the scrub can finish -------------------------------------------------------------------------------------------


def test_check_tells_of_freed_pages_and_of_too_little_room(on_file: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    url = concern_url(on_file.database_url, on_file.data_dir)
    file = on_file.data_dir / "concerns.db"
    assert str(asyncio.run(scrub_checked(url, wait=0))).startswith("ok: ")
    monkeypatch.setattr(store_checks, "disk_usage", lambda _folder: SimpleNamespace(free=file.stat().st_size))
    assert "too little room" in str(asyncio.run(scrub_checked(url, wait=0)))
    monkeypatch.undo()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("CREATE TABLE filled AS SELECT randomblob(50000)")
        other.execute("DROP TABLE filled")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert "the scrub could not finish" in str(asyncio.run(scrub_checked(url, wait=0)))
