"""What a backup and an export show of concerns, from either database: no order of arrival, and nothing of what waits."""

from __future__ import annotations

import asyncio
from math import sqrt
from pathlib import Path
from statistics import fmean

import pytest

from bot.backup_command import backed_up
from bot.export_command import export
from bot.settings import Settings
from bot.stores import make_new
from mat.concerns import Draft
from store.concerns import open_concern_box
from tests.cli import fill, here
from tests.concern_store import CLINIC, NOW, every_byte
from tests.integration.concerns.test_proofs import places, spearman
from tests.postgres import Postgres
from tests.proof_table import Proof

KINDS = ("sqlite", "postgres")


def settings_in(folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch, postgres: Postgres) -> Settings:
    folder.mkdir()
    url = {"MAT_DATABASE_URL": postgres.fresh()} if kind == "postgres" else {}
    return here(folder, monkeypatch, **url)


async def _arrived(settings: Settings, n: int) -> list[bytes]:
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, NOW) as box:
        receipts = [await box.raise_concern(Draft("other", f"text {number}"), CLINIC, NOW) for number in range(n)]
        await box.release(CLINIC, NOW.date())
        return [box._keys.receipt_keys(receipt).id for receipt in receipts]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("files", "n"), [(3, 30), *(pytest.param(20, n, marks=pytest.mark.proof) for n in (6, 60, 200))]
)
def test_no_backup_keeps_the_order_of_arrival(
    kind: str, files: int, n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: Postgres, proof: Proof
) -> None:
    found = []
    for number in range(files):
        settings = settings_in(tmp_path / str(number), kind, monkeypatch, postgres)
        make_new(settings)
        ids = asyncio.run(_arrived(settings, n))
        backed_up(settings, tmp_path / f"backup {number}", None, NOW)
        (made,) = (tmp_path / f"backup {number}").iterdir()
        found.append({way: spearman(where) for way, where in places(made / "concerns.db", ids).items()})
        if kind == "postgres":
            postgres.drop(settings.database_url)
    means = {way: fmean(one[way] for one in found) for way in found[0]}
    bound = 5 / sqrt(files * (n - 1))
    worst = max(means, key=lambda way: abs(means[way]))
    proof(
        f"order of {n} concerns in {files} backups from {kind}: worst mean rank correlation ({worst})",
        f"{means[worst]:+.3f}",
        f"±{bound:.3f}",
    )
    assert all(abs(mean) < bound for mean in means.values()), means


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_has_nothing_of_concerns(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: Postgres
) -> None:
    """The same files before and after, byte for byte."""
    settings = settings_in(tmp_path / "here", kind, monkeypatch, postgres)
    fill(settings)
    written = {}
    for form in ("csv", "json"):
        for when in ("before", "after"):
            if when == "after":
                asyncio.run(_arrived(settings, 6))
            export(tmp_path / f"{when} {form}", form=form, clinic="")
            written[when, form] = every_byte(tmp_path / f"{when} {form}")
        assert written["before", form] == written["after", form] != b""
    if kind == "postgres":
        postgres.drop(settings.database_url)
