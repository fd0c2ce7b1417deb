"""Postgres keeps a place and a transaction number for every row; a release writes all of them anew in random order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from mat.concerns import Draft
from tests.concern_store import CLINIC, NOW, open_box


async def test_a_release_leaves_one_transaction_and_no_order(postgres_url: str, tmp_path: Path) -> None:
    async with open_box(tmp_path, postgres_url) as box:
        receipts = [await box.raise_concern(Draft("other", f"text {n}"), CLINIC, NOW) for n in range(30)]
        ids = [box._keys.receipt_keys(receipt).id for receipt in receipts]
        await box.release(CLINIC, NOW.date())
        async with box._engines.reader.connect() as connection:
            rows = (await connection.exec_driver_sql("SELECT id, xmin::text FROM concern ORDER BY ctid")).all()
    placed = [ids.index(row[0]) for row in rows]
    assert len({row[1] for row in rows}) == 1
    # Rising neighbours: 14.5 of 29 by chance, 29 in order; beyond 4 to 25 only once in 100,000 runs.
    assert 4 <= sum(a < b for a, b in pairwise(placed)) <= 25
