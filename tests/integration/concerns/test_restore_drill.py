"""The drill of docs/operations.md, step by step, on both databases: everything is lost but two backups, kept apart."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backup_command import backed_up
from bot.keys_command import destroyed, told
from bot.restore_command import restored
from bot.settings import Settings
from bot.stores import open_work
from mat.concerns import ClinicKey, Concern, Draft, LookUp, Receipt, Status
from store.concerns import open_concern_box
from tests.cli import filled, here
from tests.concern_store import every_byte
from tests.postgres import Postgres

CLINIC = ClinicKey("T0CLINICS", "larkspur")
MONTHS = {month: datetime(2026, month, 11, 15, 0, tzinfo=UTC) for month in (8, 9, 10)}
BACKED_UP = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
DISASTER = BACKED_UP + timedelta(days=2)
GIVEN_UP = "2026-09"


@dataclass(frozen=True, slots=True)
class Before:
    """What people held when it happened: a receipt for each month, and one of a concern that came after the backup."""

    receipts: dict[int, Receipt]
    after_the_backup: Receipt


async def _months(settings: Settings) -> dict[int, Receipt]:
    receipts = {}
    for month, now in MONTHS.items():
        async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, now) as box:
            receipts[month] = await box.raise_concern(Draft("other", f"text of {month}"), CLINIC, now)
            await box.release(CLINIC, now.date())
            (concern,) = [c for c in (await box.listed(CLINIC)).concerns if c.text == f"text of {month}"]
            await box.reply(CLINIC, concern.id, f"reply of {month}", now)
            status, sentence = Status.DOING, f"sentence of {month}"
            await box.set_status(CLINIC, concern.id, status=status, sentence=sentence, topic="other", now=now)
    return receipts


async def _after(settings: Settings) -> Receipt:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, DISASTER) as box:
        return await box.raise_concern(Draft("other", "after the backup"), CLINIC, DISASTER)


async def _found(settings: Settings, before: Before) -> tuple[dict[int, LookUp | None], LookUp | None, list[Concern]]:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, DISASTER) as box:
        found = {month: await box.look_up(receipt) for month, receipt in before.receipts.items()}
        return found, await box.look_up(before.after_the_backup), list((await box.listed(CLINIC)).concerns)


async def _clinics(settings: Settings) -> set[str]:
    async with open_work(settings) as work, work.reading() as books:
        return {clinic.name for clinic in await books.clinics.all()}


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: Postgres) -> Settings:
    (tmp_path / "server").mkdir()
    url = {"MAT_DATABASE_URL": postgres.fresh()} if kind == "postgres" else {}
    return here(tmp_path / "server", monkeypatch, **url)


def lived(settings: Settings, backups: Path, keys: Path) -> Before:
    """Months of work, a backup of the stores and one of the keys, a month given up, and what came since."""
    asyncio.run(filled(settings, MONTHS[8]))
    receipts = asyncio.run(_months(settings))
    backed_up(settings, backups, keys, BACKED_UP)
    lines = destroyed(settings, GIVEN_UP, DISASTER.date(), lambda _question: True)
    copies = [Path(line.strip()) for line in lines if line.startswith("      ")]
    assert copies == [keys / f"concerns-{GIVEN_UP}.key"], "the command says which copy must go"
    for copy in copies:
        copy.unlink()
    return Before(receipts, asyncio.run(_after(settings)))


def test_the_drill(
    kind: str, place: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: Postgres
) -> None:
    backups, keys = tmp_path / "backups", tmp_path / "usb"
    before = lived(place, backups, keys)
    clinics = asyncio.run(_clinics(place))

    # 1. The machine is gone: stores and key folder.
    shutil.rmtree(tmp_path / "server")
    if kind == "postgres":
        postgres.drop(place.database_url)

    # 2. A new machine, the backup and the keys put back.
    (tmp_path / "new").mkdir()
    url = {"MAT_DATABASE_URL": postgres.fresh()} if kind == "postgres" else {}
    settings = here(tmp_path / "new", monkeypatch, **url)
    (made,) = backups.iterdir()
    lines = restored(settings, made, keys, DISASTER, over=False)
    assert lines[0] == f"The backup of {BACKED_UP.isoformat()} is back."

    # 3. The team's work is back.
    assert asyncio.run(_clinics(settings)) == clinics

    # 4. Receipts find their concerns; what came after the backup is lost, and was to be.
    found, since, listed = asyncio.run(_found(settings, before))
    assert {month: one.replies if one else None for month, one in found.items()} == {
        month: (f"reply of {month}",) for month in MONTHS
    }
    assert since is None

    # 5. Old concerns can be read; those of the month that was given up cannot, by anybody.
    texts = [concern.text for concern in listed]
    assert {"text of 8", "text of 10"} <= set(texts)
    assert "text of 9" not in texts
    assert texts.count(None) == 1
    sentences = {month: one.sentence for month, one in found.items() if one}
    assert sentences == {8: "sentence of 8", 9: "", 10: "sentence of 10"}

    # 6. The keys are as they should be. What was destroyed since the backup this folder cannot know: it asks, and is told.
    (trouble,) = [line for line in told(settings, DISASTER.date())[0] if line.startswith("trouble: ")]
    assert trouble.startswith(f"trouble: The key of {GIVEN_UP} is not here and was not destroyed here.")
    lines = destroyed(settings, GIVEN_UP, DISASTER.date(), lambda _question: True)
    assert (
        lines[0] == f"The key of {GIVEN_UP} was not here. I noted it as destroyed, so that no restore puts a copy back."
    )
    assert not told(settings, DISASTER.date())[1]

    # 7. And new concerns are raised, released and read.
    assert asyncio.run(_goes_on(settings)) == "from now on"


async def _goes_on(settings: Settings) -> str | None:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, DISASTER) as box:
        receipt = await box.raise_concern(Draft("other", "from now on"), CLINIC, DISASTER)
        await box.release(CLINIC, (DISASTER + timedelta(days=1)).date())
        assert await box.look_up(receipt) is not None
        return (await box.listed(CLINIC)).concerns[0].text


def test_a_thief_of_the_backup_alone_reads_nothing(place: Settings, tmp_path: Path) -> None:
    lived(place, tmp_path / "backups", tmp_path / "usb")
    (made,) = (tmp_path / "backups").iterdir()
    written = every_byte(made)
    assert b"larkspur" in written
    keys = [file.read_bytes() for file in (tmp_path / "usb").glob("*.key")]
    assert len(keys) >= 4
    for hidden in (
        *keys,
        *(f"{what} of {month}".encode() for what in ("text", "reply", "sentence") for month in MONTHS),
    ):
        assert hidden not in written
    with closing(sqlite3.connect(made / "concerns.db")) as connection:
        assert connection.execute("SELECT count(*) FROM concern WHERE batch IS NULL").fetchone() == (0,)
