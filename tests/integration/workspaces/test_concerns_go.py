"""The concerns of a workspace go with it, on both databases: every table of the store is looked through."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from mat.concerns import ClinicKey, Draft, Status
from store.concerns import tables
from store.concerns.box import ConcernStore
from tests.concern_store import CLINIC, NOW, OTHER_CLINIC, every_byte, open_box, scrubbed

STAYS = ClinicKey("T0STAYS01", "clinic-1")


async def rows(box: ConcernStore) -> list[tuple[str, tuple[object, ...]]]:
    found: list[tuple[str, tuple[object, ...]]] = []
    async with box._engines.reader.connect() as connection:
        # But for what the key of receipts is known by, which is the whole bot's.
        for table in (each for each in tables.metadata.sorted_tables if each.name != tables.key_marks.name):
            found += [(table.name, tuple(row)) for row in await connection.execute(select(table))]
    return found


async def lived_in(box: ConcernStore, clinic: ClinicKey) -> None:
    today = NOW.date()
    await box.raise_concern(Draft("other", f"text of {clinic.workspace}"), clinic, NOW)
    await box.release(clinic, today)
    await box.compute_digest(clinic, today)
    (concern,) = (await box.listed(clinic)).concerns
    await box.reply(clinic, concern.id, "Who?", NOW)
    await box.set_status(clinic, concern.id, status=Status.DONE, sentence="Done.", topic="other", now=NOW)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_nothing_of_a_workspace_is_left_and_nothing_of_another_is_touched(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = "sqlite://" if database == "sqlite" else str(request.getfixturevalue("postgres_url"))
    async with open_box(tmp_path, url) as box:
        for clinic in (CLINIC, OTHER_CLINIC, STAYS):
            await lived_in(box, clinic)
        before = await rows(box)
        await box.forget_workspace(CLINIC.workspace)
        after = await rows(box)
        assert not [row for row in after if CLINIC.workspace in str(row)]
        assert {name for name, _ in after} == {name for name, _ in before}
        assert len((await box.listed(STAYS)).concerns) == 1
        assert (await box.listed(CLINIC)).concerns == ()
        await box.forget_workspace(STAYS.workspace)
        assert await rows(box) == []
        if database == "sqlite":
            await scrubbed(box)
            assert CLINIC.workspace.encode() not in every_byte(tmp_path / "data")
