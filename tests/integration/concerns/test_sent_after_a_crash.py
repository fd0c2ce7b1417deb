"""A form that is sent again after a crash: stored once, with the receipt it would have got; and nothing tells afterwards which it was."""

from __future__ import annotations

import itertools
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mat.concerns import ClinicKey, Draft, OpenedForm, Receipt
from mat.errors import KeysOpenToOthers
from store.concerns.backup import back_up_keys
from store.concerns.box import ConcernStore
from store.concerns.forms import FOLDER, FormSecrets
from tests.concern_store import CLINIC, NOW, open_box
from tests.proof_table import Proof

DRAFT = Draft("other", "Purple giraffes leave no time to call back.")
HALF_AN_HOUR = timedelta(minutes=30)
ROUND = timedelta(minutes=5)


def form(number: int = 1) -> OpenedForm:
    made = OpenedForm.named(f"V0CANARY{number:04}", f"1763712345.kZ3f{number:04}")
    assert made is not None
    return made


async def stored(box: ConcernStore) -> int:
    async with box._engines.reader.connect() as connection:
        return int((await connection.exec_driver_sql("SELECT count(*) FROM concern")).scalar_one())


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "keys" / FOLDER).iterdir())


@pytest.fixture
async def crashed(tmp_path: Path, database_url: str) -> tuple[Path, Receipt]:
    """A concern was stored, and then the process was gone: whoever raised it saw no receipt."""
    async with open_box(tmp_path, database_url) as box:
        receipt = await box.raise_concern(DRAFT, CLINIC, NOW, form())
    return tmp_path, receipt


@pytest.mark.parametrize("away", [timedelta(seconds=20), timedelta(hours=3), timedelta(hours=23)])
async def test_the_same_form_again_is_the_same_concern_however_long_the_bot_was_away(
    crashed: tuple[Path, Receipt], database_url: str, away: timedelta
) -> None:
    folder, receipt = crashed
    back = NOW + away
    async with open_box(folder, database_url, back) as box:
        await box.keep(back + ROUND)
        assert await box.raise_concern(DRAFT, CLINIC, back + 2 * ROUND - timedelta(seconds=1), form()) == receipt
        assert await stored(box) == 1
        assert await box.look_up(receipt) is not None


@pytest.mark.parametrize(
    ("draft", "clinic", "opened"),
    [
        (replace(DRAFT, text="Other words."), CLINIC, form()),
        (replace(DRAFT, topic="safety"), CLINIC, form()),
        (DRAFT, ClinicKey(CLINIC.workspace, "clinic-2"), form()),
        (DRAFT, CLINIC, form(2)),
        (DRAFT, CLINIC, None),
    ],
)
async def test_anything_else_is_a_concern_of_its_own(
    crashed: tuple[Path, Receipt], database_url: str, draft: Draft, clinic: ClinicKey, opened: OpenedForm | None
) -> None:
    folder, receipt = crashed
    async with open_box(folder, database_url) as box:
        assert await box.raise_concern(draft, clinic, NOW, opened) != receipt
        assert await stored(box) == 2


async def test_another_copy_of_the_bot_knows_the_form_too(tmp_path: Path, postgres_url: str) -> None:
    """Of several, another one answers after a crash: they share the key folder."""
    async with open_box(tmp_path, postgres_url) as one, open_box(tmp_path, postgres_url) as other:
        receipt = await one.raise_concern(DRAFT, CLINIC, NOW, form())
        assert await other.raise_concern(DRAFT, CLINIC, NOW, form()) == receipt
        assert await stored(other) == 1


async def test_released_answered_and_sealed_anew_meanwhile_it_is_the_same_one(
    crashed: tuple[Path, Receipt], database_url: str
) -> None:
    folder, receipt = crashed
    async with open_box(folder, database_url) as box:
        await box.release(CLINIC, NOW.date())
        (concern,) = (await box.listed(CLINIC)).concerns
        await box.reply(CLINIC, concern.id, "Since when?", NOW)
        await box.rotate(NOW.date())
        assert await box.raise_concern(DRAFT, CLINIC, NOW, form()) == receipt
        (concern,) = (await box.listed(CLINIC)).concerns
        assert concern.text == DRAFT.text


# -- how long a secret lives ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rounds", [pytest.param(300, id="short"), pytest.param(20_000, id="full", marks=pytest.mark.proof)]
)
def test_a_form_is_known_for_ten_minutes_and_no_secret_is_older_than_half_an_hour(
    tmp_path: Path, rounds: int, proof: Proof
) -> None:
    """Rounds every five minutes and starts at random moments; a form at random between them, sent again within ten minutes."""
    chance, now, oldest, unknown = random.Random(11), NOW, timedelta(), 0
    (tmp_path / "keys").mkdir(mode=0o700)
    secrets = FormSecrets(tmp_path / "keys", now)
    secrets.keep(now)
    sent: list[tuple[datetime, datetime, bytes]] = []
    up = now
    for _ in range(rounds):
        if chance.random() < 0.1:
            cut_off = [each for each in sent if now - each[0] < timedelta(minutes=10)]
            now += timedelta(seconds=chance.randrange(1, 3 * 3600))
            secrets, up = FormSecrets(tmp_path / "keys", now), now
            sent = [(now, first, one) for _, first, one in cut_off]
            secrets.keep(now)
        at = now + timedelta(seconds=chance.random() * 299)
        sent.append((at, at, secrets.all()[0]))
        now += ROUND
        # A bot that comes back once a day or less has forgotten.
        sent = [each for each in sent if now - each[0] <= timedelta(minutes=10) and now - each[1] < timedelta(hours=23)]
        unknown += sum(one not in secrets.all() for _, _, one in sent)
        secrets.keep(now)
        ages = [now - datetime.strptime(name, "%Y%m%dT%H%M%SZ.key").replace(tzinfo=UTC) for name in names(tmp_path)]
        if now - up >= timedelta(minutes=10):
            oldest = max(oldest, *ages)
    proof(
        f"of forms sent again within ten minutes, over {rounds:,} rounds with starts in between, not known",
        unknown,
        "0",
    )
    assert unknown == 0
    assert timedelta(minutes=10) <= oldest < HALF_AN_HOUR


def test_a_process_that_dies_again_and_again_leaves_none_older_than_a_day(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    for minutes in range(0, 3 * 24 * 60, 4):
        now = NOW + timedelta(minutes=minutes)
        FormSecrets(tmp_path / "keys", now).keep(now)
        ages = [now - datetime.strptime(name, "%Y%m%dT%H%M%SZ.key").replace(tzinfo=UTC) for name in names(tmp_path)]
        assert all(timedelta() <= age < timedelta(days=1) for age in ages)


def test_a_clock_that_was_ahead_leaves_no_secret_for_long(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    secrets = FormSecrets(tmp_path / "keys", NOW)
    secrets.keep(NOW + timedelta(days=40))
    secrets.keep(NOW)
    assert names(tmp_path) == ["20261120T150000Z.key"]


def test_a_destroyed_secret_is_overwritten_and_what_a_crash_left_half_done_goes(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    secrets = FormSecrets(tmp_path / "keys", NOW)
    secrets.keep(NOW)
    (secret,) = secrets.all()
    beside = tmp_path / "beside"
    beside.hardlink_to(tmp_path / "keys" / FOLDER / names(tmp_path)[0])
    (tmp_path / "keys" / FOLDER / ".20261120T150000Z.key.00ff.new").write_bytes(secret)
    secrets.keep(NOW + timedelta(minutes=26))
    assert beside.read_bytes() == bytes(32), "whoever still has the file open reads nothing"
    assert secret not in b"".join(file.read_bytes() for file in (tmp_path / "keys").rglob("*") if file.is_file())


def test_a_folder_open_to_others_refuses_to_start(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    FormSecrets(tmp_path / "keys", NOW).keep(NOW)
    (tmp_path / "keys" / FOLDER).chmod(0o755)
    with pytest.raises(KeysOpenToOthers):
        FormSecrets(tmp_path / "keys", NOW)


async def test_without_its_folder_a_concern_is_stored_all_the_same(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        for file in (tmp_path / "keys" / FOLDER).iterdir():
            file.unlink()
        (tmp_path / "keys" / FOLDER).rmdir()
        (tmp_path / "keys" / FOLDER).write_bytes(b"in the way")
        await box.keep(NOW)
        receipt = await box.raise_concern(DRAFT, CLINIC, NOW, form())
        assert await box.look_up(receipt) is not None


# -- what it gives away ------------------------------------------------------------------------------------------------------


def ids_of_all_forms(folder: Path, box: ConcernStore, drafts: list[Draft], forms: list[OpenedForm]) -> set[bytes]:
    """What somebody finds who has every file of the folder, the words, and Slack's own names for every form."""
    found = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    tried = {data[at : at + 32] for data in found for at in range(max(1, len(data) - 31)) if len(data) < 500}
    combined = itertools.product(forms, tried, drafts)
    return {box._keys.receipt_keys(one.receipt(secret, CLINIC, draft)).id for one, secret, draft in combined}


async def test_half_an_hour_later_nobody_can_tell_which_form_a_concern_came_from(tmp_path: Path) -> None:
    forms, drafts = [form(number) for number in range(6)], [replace(DRAFT, text=f"text {n}") for n in range(6)]
    async with open_box(tmp_path) as box:
        for one, draft in zip(forms, drafts, strict=True):
            await box.raise_concern(draft, CLINIC, NOW, one)
        with closing(sqlite3.connect(tmp_path / "data" / "concerns.db")) as store:
            rows = {row[0] for row in store.execute("SELECT id FROM concern")}
        assert ids_of_all_forms(tmp_path, box, drafts, forms) >= rows, (
            "in those minutes it can be told, and the measure sees it"
        )
        for minutes in range(0, 35, 5):
            await box.keep(NOW + timedelta(minutes=minutes))
        assert not ids_of_all_forms(tmp_path, box, drafts, forms) & rows


async def test_no_backup_of_keys_takes_a_secret_of_forms(tmp_path: Path) -> None:
    async with open_box(tmp_path) as box:
        await box.raise_concern(DRAFT, CLINIC, NOW, form())
        back_up_keys(tmp_path / "keys", tmp_path / "usb", NOW.date())
    (secret,) = [file.read_bytes() for file in (tmp_path / "keys" / FOLDER).iterdir()]
    assert len(list((tmp_path / "usb").glob("*.key"))) == 3
    assert secret not in b"".join(file.read_bytes() for file in (tmp_path / "usb").rglob("*") if file.is_file())


async def test_secrets_come_by_the_clock_whether_or_not_something_was_raised(tmp_path: Path) -> None:
    seen = []
    for name, many in (("quiet", 0), ("busy", 5)):
        async with open_box(tmp_path / name) as box:
            for minutes in range(0, 60, 5):
                for number in range(many):
                    await box.raise_concern(DRAFT, CLINIC, NOW, form(100 * minutes + number))
                await box.keep(NOW + timedelta(minutes=minutes))
                seen.append((name, names(tmp_path / name)))
    assert [what for name, what in seen if name == "quiet"] == [what for name, what in seen if name == "busy"]
