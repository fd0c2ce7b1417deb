"""Postgres keeps a place and a transaction number for every row version; a release writes all of them anew in random order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from math import sqrt
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from mat.concerns import Draft, Status
from mat.errors import StoreIsAway
from store.concerns import clock, tables
from store.concerns.box import ConcernStore
from store.concerns.engines import concern_url, migration_engine
from store.copying import copy_rows
from store.engine import async_url, sync_url
from tests.concern_store import CLINIC, NOW, OTHER_CLINIC, migrate, open_box
from tests.postgres import Postgres
from tests.proof_table import Proof

Rows = list[Any]


async def rows(box: ConcernStore, query: str) -> Rows:
    async with box._engines.reader.connect() as connection:
        return list((await connection.exec_driver_sql(query)).all())


async def arrived(box: ConcernStore, n: int) -> list[bytes]:
    """The ids of so many concerns in the order in which they came; their texts are long enough to be kept beside the row."""
    texts = [f"text {number} " * 250 for number in range(n)]
    receipts = [await box.raise_concern(Draft("other", text), CLINIC, NOW) for text in texts]
    return [box._keys.receipt_keys(receipt).id for receipt in receipts]


async def places(box: ConcernStore, ids: list[bytes]) -> dict[str, list[int]]:
    """For each concern in its order of arrival: its rank by everything that Postgres tells of a row."""
    found: dict[str, list[int]] = {}
    for way, query in {
        "place (ctid)": "SELECT id FROM concern ORDER BY ctid",
        "transaction (xmin)": "SELECT id FROM concern ORDER BY xmin::text::bigint, cmin::text::bigint, ctid",
        "as it comes": "SELECT id FROM concern",
        "number of the long text": "SELECT id FROM concern ORDER BY pg_column_toast_chunk_id(sealed)",
    }.items():
        order = [row[0] for row in await rows(box, query)]
        assert sorted(order) == sorted(ids)
        found[way] = [order.index(one) for one in ids]
    return found


def spearman(placed: list[int]) -> float:
    n = len(placed)
    return 1 - 6 * sum((a - b) ** 2 for a, b in enumerate(placed)) / (n * (n * n - 1))


async def test_before_the_release_the_order_shows_and_the_measure_sees_it(postgres_url: str, tmp_path: Path) -> None:
    """What docs/privacy.md says that Postgres cannot promise."""
    async with open_box(tmp_path, postgres_url) as box:
        found = await places(box, await arrived(box, 30))
    assert {way: spearman(placed) for way, placed in found.items()} == dict.fromkeys(found, 1)


@pytest.mark.parametrize(
    ("files", "n"),
    [(3, 30), *(pytest.param(20, n, marks=pytest.mark.proof) for n in (3, 6, 60, 200))],
)
async def test_after_the_release_no_row_keeps_the_order_of_arrival(
    postgres: Postgres, tmp_path: Path, files: int, n: int, proof: Proof
) -> None:
    found = []
    template = postgres.template("concern_store", lambda url: migrate(concern_url(url, tmp_path)))
    for number in range(files):
        url = postgres.fresh(template)
        async with open_box(tmp_path / str(number), url) as box:
            ids = await arrived(box, n)
            await box.release(CLINIC, NOW.date())
            found.append({way: spearman(placed) for way, placed in (await places(box, ids)).items()})
            (once,) = await rows(
                box, "SELECT count(DISTINCT xmin::text), count(DISTINCT cmin::text), max(xmax::text) FROM concern"
            )
            assert tuple(once) == (1, 1, "0")
        postgres.drop(url)
    means = {way: fmean(one[way] for one in found) for way in found[0]}
    bound = 5 / sqrt(files * (n - 1))
    worst = max(means, key=lambda way: abs(means[way]))
    proof(
        f"order of {n} concerns in {files} Postgres databases after a release: worst mean rank correlation ({worst})",
        f"{means[worst]:+.3f}",
        f"±{bound:.3f}",
    )
    assert all(abs(mean) < bound for mean in means.values()), means


async def test_notes_are_written_anew_with_their_concerns(postgres_url: str, tmp_path: Path) -> None:
    async with open_box(tmp_path, postgres_url) as box:
        receipts = [await box.raise_concern(Draft("other", f"text {n}"), CLINIC, NOW) for n in range(20)]
        await box.release(CLINIC, NOW.date())
        for receipt in receipts:
            await box.reply(CLINIC, box._keys.receipt_keys(receipt).id.hex(), "Why?", NOW)
        for receipt in receipts:
            await box.answer(receipt, "So.")
        await box.release(CLINIC, NOW.date().replace(day=28))
        answers = [
            row[0] for row in await rows(box, "SELECT concern FROM concern_note WHERE NOT from_reader ORDER BY ctid")
        ]
        (once,) = await rows(box, "SELECT count(DISTINCT xmin::text) FROM concern_note")
    assert once[0] == 1
    placed = [[box._keys.receipt_keys(receipt).id for receipt in receipts].index(one) for one in answers]
    # Beyond this lies one random order of 20 in a million.
    assert abs(spearman(placed)) < 0.9


Doing = Callable[[ConcernStore, str], Awaitable[None]]


async def _release(box: ConcernStore, _concern: str) -> None:
    await box.release(CLINIC, NOW.date().replace(day=27))


async def _purge(box: ConcernStore, concern: str) -> None:
    await box.purge(CLINIC, concern)


async def _redact(box: ConcernStore, concern: str) -> None:
    await box.redact(CLINIC, concern, "text")


async def _forget(box: ConcernStore, _concern: str) -> None:
    await box.forget_clinic(CLINIC)


async def _expire(box: ConcernStore, _concern: str) -> None:
    await box.expire(NOW.date().replace(year=2028), 180)


async def _rotate(box: ConcernStore, _concern: str) -> None:
    await box.rotate(NOW.date())


@pytest.mark.parametrize("do", [_release, _purge, _redact, _forget, _expire, _rotate])
async def test_old_row_versions_are_in_no_file_of_a_table_afterwards(
    postgres: Postgres, postgres_url: str, tmp_path: Path, do: Doing
) -> None:
    """Not in dead rows, indexes or long texts, once the server has written down what it holds; its log of writes is another matter."""
    async with open_box(tmp_path, postgres_url) as box:
        receipt = await box.raise_concern(Draft("other", "text " * 500), CLINIC, NOW)
        await box.raise_concern(Draft("other", "another"), OTHER_CLINIC, NOW)
        await box.release(CLINIC, NOW.date())
        before = await rows(box, "SELECT CAST(xmin AS text), ctid::text FROM concern")
        ids = box._keys.receipt_keys(receipt).id
        (old,) = await rows(box, f"SELECT sealed FROM concern WHERE id = '\\x{ids.hex()}'")
        assert in_tables(postgres, postgres_url, old[0][:48]) >= 1, "and what is stored is found"
        await do(box, ids.hex())
        left = in_tables(postgres, postgres_url, old[0][:48])
        assert left == (1 if do is _release else 0)
        if do is _release:
            assert await rows(box, "SELECT CAST(xmin AS text), ctid::text FROM concern") != before


def in_tables(postgres: Postgres, url: str, piece: bytes) -> int:
    """How often a piece of sealed bytes stands in the files of this database, the server's log of writes left out."""
    files = postgres.tables(url)
    assert len(files) > 100
    return sum(file.read_bytes().count(piece) for file in files)


async def test_a_backup_that_began_before_a_release_holds_what_stood_there(postgres_url: str, tmp_path: Path) -> None:
    """A table that is written anew looks empty to whoever took its picture before: the backup takes its locks first."""
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    migrate(copy)
    async with open_box(tmp_path, postgres_url) as box:
        await arrived(box, 3)
        source, target = migration_engine(postgres_url), migration_engine(copy)
        async with _busy(postgres_url):
            # The backup waits for a lock that somebody else holds; meanwhile a release wants its turn, and comes behind it.
            backup = asyncio.create_task(asyncio.to_thread(copy_rows, source, target, tables.metadata))
            await _waits_for_a_lock(postgres_url, 1)
            release = asyncio.create_task(box.release(CLINIC, NOW.date()))
            await _waits_for_a_lock(postgres_url, 2)
        await asyncio.gather(backup, release)
        with target.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM concern")).scalar_one() == 3
        assert len((await box.listed(CLINIC)).concerns) == 3
        source.dispose()
        target.dispose()


@asynccontextmanager
async def _busy(url: str) -> AsyncIterator[None]:
    """Somebody else alone with the digests, the first table of a backup."""
    engine = create_engine(sync_url(url))
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE concerns.concern_digest IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


async def _waits_for_a_lock(url: str, many: int) -> None:
    engine = create_engine(sync_url(url), isolation_level="AUTOCOMMIT")
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with engine.connect() as connection:
        while connection.execute(waiting).scalar_one() < many:  # noqa: ASYNC110 - Postgres tells nobody
            await asyncio.sleep(0.02)
    engine.dispose()


async def test_readers_and_a_release_at_once_do_not_wait_for_each_other_for_ever(
    postgres_url: str, tmp_path: Path
) -> None:
    async with open_box(tmp_path, postgres_url) as box:
        ids = [one.hex() for one in await arrived(box, 6)]
        await box.release(CLINIC, NOW.date())

        async def reading() -> None:
            for one in ids:
                await box.reply(CLINIC, one, "Why?", NOW)
                await box.set_status(CLINIC, one, status=Status.DOING, sentence="So.", topic="other", now=NOW)
                await box.listed(CLINIC)

        async def releasing() -> None:
            for day in range(21, 29):
                await box.release(CLINIC, NOW.date().replace(day=day))

        await asyncio.gather(reading(), releasing(), reading())
        assert len((await box.listed(CLINIC)).concerns) == 6


@pytest.mark.parametrize("driver", ["", "+psycopg2", "+asyncpg", "+pg8000", "+psycopg"])
def test_only_one_driver_is_ever_used(driver: str) -> None:
    """psycopg 3, whatever the address says: what a driver logs or keeps in memory was looked at for this one."""
    url = f"postgresql{driver}://user@host/db"
    assert {async_url(url).drivername, sync_url(url).drivername} == {"postgresql+psycopg"}
    assert make_url(concern_url(url, Path())).get_backend_name() == "postgresql"


async def test_a_release_that_breaks_off_in_the_middle_of_the_rewriting_changes_nothing(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks_off(connection: AsyncConnection) -> None:
        await connection.execute(text("TRUNCATE concern, concern_note"))
        raise StoreIsAway

    async with open_box(tmp_path, postgres_url) as box:
        ids = await arrived(box, 3)
        monkeypatch.setattr(clock, "shuffle", breaks_off)
        with pytest.raises(StoreIsAway):
            await box.release(CLINIC, NOW.date())
        monkeypatch.undo()
        assert sorted(row[0] for row in await rows(box, "SELECT id FROM concern WHERE batch IS NULL")) == sorted(ids)
        await box.release(CLINIC, NOW.date())
        assert len((await box.listed(CLINIC)).concerns) == 3
