"""Short forms of the proofs: what lies on disk says neither who nor when nor in which order, and forgets when told to."""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
import random
import shutil
import sqlite3
import time
import traceback
from pathlib import Path

import pytest
from sqlalchemy import event

from mat.concerns import Draft, OpenedForm, Receipt, Status
from mat.errors import ConcernStoreUnsafe, KeysOpenToOthers, KeysUnusable, StoreIsBusy, StoreIsFull
from store.concerns.box import ConcernStore
from store.concerns.engines import set_pragmas
from store.concerns.keys import KeyFolder
from tests.concern_store import CLINIC, NOW, every_byte, open_box, scrubbed

CANARY = "Purple giraffes count the morning list"
FORM = OpenedForm.named("V0CANARYVIEW", "1763712345.kZ3fQ9aB")


def encodings(text: str) -> list[bytes]:
    """The text as it could hide: plain, wide, hex, base 64 in its three phases, reversed."""
    plain = text.encode()
    phases = [base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)]
    return [plain, text.encode("utf-16-le"), text.encode("utf-16-be"), binascii.hexlify(plain), plain[::-1], *phases]


def spearman(first: list[int], second: list[int]) -> float:
    n = len(first)
    return 1 - 6 * sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / (n * (n * n - 1))


async def test_plain_text_and_receipts_are_in_no_file(file_box: ConcernStore, tmp_path: Path) -> None:
    receipt = await file_box.raise_concern(Draft("other", CANARY), CLINIC, NOW)
    await file_box.release(CLINIC, NOW.date())
    (concern,) = (await file_box.listed(CLINIC)).concerns
    await file_box.reply(CLINIC, concern.id, CANARY, NOW)
    await file_box.answer(receipt, CANARY)
    await file_box.redact(CLINIC, concern.id, "giraffes")
    written = every_byte(tmp_path)
    assert b"clinic-1" in written
    for hidden in (CANARY, "giraffes", receipt.symbols, receipt.shown):
        assert not any(form in written for form in encodings(hidden))


async def test_after_the_scrub_no_order_of_arrival_is_left(file_box: ConcernStore, tmp_path: Path) -> None:
    """SELECT order and place in the file of 60 concerns against their order of arrival, far inside what chance gives."""
    receipts = [await file_box.raise_concern(Draft("other", f"text {n}"), CLINIC, NOW) for n in range(60)]
    await scrubbed(file_box)
    ids = [file_box._keys.receipt_keys(receipt).id for receipt in receipts]
    data = (tmp_path / "data" / "concerns.db").read_bytes()
    by_place = sorted(range(60), key=lambda n: data.index(ids[n]))
    with sqlite3.connect(tmp_path / "data" / "concerns.db") as connection:
        selected = [ids.index(row[0]) for row in connection.execute("SELECT id FROM concern")]
    connection.close()
    assert (tmp_path / "data" / "concerns.db-wal").stat().st_size == 0
    # |rho| of a random order of 60 stays below 0.55 but once in 100,000 runs.
    assert abs(spearman(list(range(60)), by_place)) < 0.55
    assert abs(spearman(list(range(60)), selected)) < 0.55


async def test_the_listing_has_no_order_of_arrival(file_box: ConcernStore) -> None:
    first_places = set()
    for run in range(12):
        for n in range(3):
            await file_box.raise_concern(Draft("other", f"{n}"), CLINIC, NOW)
        await file_box.release(CLINIC, NOW.date().replace(day=1 + run))
        newest = (await file_box.listed(CLINIC)).concerns[0]
        first_places.add(newest.text)
    assert len(first_places) > 1


async def test_the_bytes_of_a_purged_concern_are_gone_with_the_scrub(file_box: ConcernStore, tmp_path: Path) -> None:
    receipt = await file_box.raise_concern(Draft("other", CANARY), CLINIC, NOW)
    await file_box.release(CLINIC, NOW.date())
    with sqlite3.connect(tmp_path / "data" / "concerns.db") as connection:
        sealed, answer_key = connection.execute("SELECT sealed, answer_key FROM concern").fetchone()
    connection.close()
    concern = file_box._keys.receipt_keys(receipt).id
    await file_box.purge(CLINIC, concern.hex())
    await scrubbed(file_box)
    left = every_byte(tmp_path)
    for piece in (sealed[:64], sealed[500:564], answer_key, concern):
        assert piece not in left


async def test_the_bytes_of_blacked_out_words_are_gone_with_the_scrub(file_box: ConcernStore, tmp_path: Path) -> None:
    """The sealed text as it was before, that of its sentence for everybody, and that of the reply and its copy for the submitter."""
    receipt = await file_box.raise_concern(Draft("other", CANARY), CLINIC, NOW)
    await file_box.release(CLINIC, NOW.date())
    concern = file_box._keys.receipt_keys(receipt).id.hex()
    await file_box.reply(CLINIC, concern, f"You wrote: {CANARY}", NOW)
    await file_box.set_status(CLINIC, concern, status=Status.DOING, sentence=CANARY, topic="other", now=NOW)
    assert await file_box.approve(CLINIC, "2026-12", {line: line.sentence for line in await file_box.unsaid(CLINIC)})
    with sqlite3.connect(tmp_path / "data" / "concerns.db") as connection:
        before = connection.execute("SELECT sealed, sentence, said FROM concern").fetchone()
        before += connection.execute("SELECT sealed, sealed_back FROM concern_note").fetchone()
    connection.close()
    await file_box.redact(CLINIC, concern, "giraffes")
    await scrubbed(file_box)
    left = every_byte(tmp_path)
    for piece in (part[start : start + 64] for part in before for start in (0, 500)):
        assert piece not in left


async def test_an_open_reader_delays_the_scrub_and_it_is_tried_again(file_box: ConcernStore, tmp_path: Path) -> None:
    reader = sqlite3.connect(tmp_path / "data" / "concerns.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM concern").fetchone()
    await file_box.raise_concern(Draft("other", CANARY), CLINIC, NOW)
    assert not await file_box._scrubber.now()
    assert not file_box.scrubbed
    reader.close()
    await by_itself(file_box)
    assert (tmp_path / "data" / "concerns.db-wal").stat().st_size == 0


async def by_itself(box: ConcernStore) -> None:
    while not box.scrubbed:  # noqa: ASYNC110 - the store tells nobody when it is done
        await asyncio.sleep(0.05)


async def test_what_a_killed_process_left_is_scrubbed_at_the_next_start(file_box: ConcernStore, tmp_path: Path) -> None:
    await file_box.raise_concern(Draft("other", CANARY), CLINIC, NOW)
    shutil.copytree(tmp_path, tmp_path / "killed", ignore=lambda _path, names: {"killed"} & set(names))
    wal = tmp_path / "killed" / "data" / "concerns.db-wal"
    assert wal.stat().st_size > 0
    async with open_box(tmp_path / "killed"):
        assert wal.stat().st_size == 0


async def test_the_file_is_touched_whether_or_not_something_came(file_box: ConcernStore, tmp_path: Path) -> None:
    files = [file for file in (tmp_path / "data").iterdir() if file.name.startswith("concerns.db")]
    assert len(files) == 3
    for file in files:
        os.utime(file, (1, 1))
    await file_box.keep(NOW)
    assert all(file.stat().st_mtime > 1_000_000 for file in files)


async def test_keys_and_folders_keep_their_times_and_the_store_shows_the_keepers_round(
    file_box: ConcernStore, tmp_path: Path
) -> None:
    """Access times too: on most systems the first reading of a file in a day sets them."""
    keys, data = tmp_path / "keys", tmp_path / "data"
    untold, touched = [keys, data, *keys.rglob("*")], [*data.iterdir()]
    for path in (*untold, *touched):
        os.utime(path, (1_000_000_000, 1_000_000_001))
    receipt = await file_box.raise_concern(Draft("other", CANARY), CLINIC, NOW, FORM)
    await file_box.release(CLINIC, NOW.date())
    await file_box.reply(CLINIC, file_box._keys.receipt_keys(receipt).id.hex(), CANARY, NOW)
    await file_box.look_up(receipt)
    await file_box.answer(receipt, CANARY)
    await scrubbed(file_box)
    assert {(path.stat().st_atime, path.stat().st_mtime) for path in untold} == {(1_000_000_000, 1_000_000_001)}
    before = time.time()
    await file_box.keep(NOW)
    assert all(min(path.stat().st_atime, path.stat().st_mtime) >= before - 0.1 for path in touched)
    assert set(data.iterdir()) == set(touched)


async def test_every_connection_is_told_to_forget_and_asked(file_box: ConcernStore) -> None:
    for engine, query_only in ((file_box._engines.writer, 0), (file_box._engines.reader, 1)):
        async with engine.connect() as connection:
            for pragma, expected in (
                ("secure_delete", 1),
                ("journal_mode", "wal"),
                ("synchronous", 2),
                ("temp_store", 2),
                ("query_only", query_only),
            ):
                found = await connection.exec_driver_sql(f"PRAGMA {pragma}")
                assert found.scalar() == expected, pragma


def test_a_database_that_will_not_forget_is_refused() -> None:
    """An in-memory database cannot keep a write-ahead log, which the read-back notices."""
    connection = sqlite3.connect(":memory:")
    with pytest.raises(ConcernStoreUnsafe) as refused:
        set_pragmas(connection)
    connection.close()
    assert "journal_mode" in refused.value.sentence


async def test_a_locked_store_gives_no_receipt_and_an_error_without_words(
    file_box: ConcernStore, tmp_path: Path
) -> None:
    blocker = sqlite3.connect(tmp_path / "data" / "concerns.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreIsBusy) as refused:
        await file_box.raise_concern(Draft("other", CANARY), CLINIC, NOW)
    blocker.close()
    shown = "".join(traceback.format_exception(refused.value))
    assert "giraffes" not in shown
    assert "INSERT" not in shown
    assert refused.value.__cause__ is None
    assert await count(file_box) == 0


async def test_a_full_disk_gives_no_receipt_and_stores_nothing(file_box: ConcernStore) -> None:
    async with file_box._engines.writer.connect() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreIsFull):
        await file_box.raise_concern(Draft("other", "🌱" * 3000), CLINIC, NOW)
    assert await count(file_box) == 0


async def count(box: ConcernStore) -> int:
    async with box._engines.reader.connect() as connection:
        return int((await connection.exec_driver_sql("SELECT count(*) FROM concern")).scalar_one())


async def test_known_and_unknown_receipts_ask_the_same_of_the_store(file_box: ConcernStore) -> None:
    known = await file_box.raise_concern(Draft("other", CANARY), CLINIC, NOW)
    asked: list[list[str]] = []
    raw = file_box._engines.reader.sync_engine

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked[-1].append(statement)

    event.listen(raw, "before_cursor_execute", listen)
    for receipt in (known, Receipt.new()):
        asked.append([])
        await file_box.look_up(receipt)
    assert asked[0] == asked[1]
    assert len(asked[0]) == 2


async def test_keys_are_made_by_the_clock_and_never_by_a_first_concern(file_box: ConcernStore, tmp_path: Path) -> None:
    before = sorted(str(file.relative_to(tmp_path)) for file in (tmp_path / "keys").rglob("*"))
    await file_box.raise_concern(Draft("other", CANARY), CLINIC, NOW, FORM)
    assert sorted(str(file.relative_to(tmp_path)) for file in (tmp_path / "keys").rglob("*")) == before
    names = ["concerns-2026-11.key", "concerns-2026-12.key", "forms", "forms/20261120T150000Z.key", "site.key"]
    assert before == [f"keys/{name}" for name in names]


def test_the_key_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    folder.make("2026-11")
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "keys").iterdir()} == {0o400}


@pytest.mark.parametrize(("path", "mode"), [("", 0o750), ("site.key", 0o440), ("concerns-2026-11.key", 0o604)])
def test_a_wider_mode_refuses_to_start_and_says_what_to_do(tmp_path: Path, path: str, mode: int) -> None:
    KeyFolder(tmp_path / "keys").make("2026-11")
    (tmp_path / "keys" / path).chmod(mode)
    with pytest.raises(KeysOpenToOthers) as refused:
        KeyFolder(tmp_path / "keys")
    wanted = "0400" if path else "0700"
    assert f"chmod {wanted} {(tmp_path / 'keys' / path)}" in refused.value.sentence


def test_a_broken_key_is_refused(tmp_path: Path) -> None:
    KeyFolder(tmp_path / "keys")
    (tmp_path / "keys" / "site.key").chmod(0o600)
    (tmp_path / "keys" / "site.key").write_bytes(b"short")
    (tmp_path / "keys" / "site.key").chmod(0o400)
    with pytest.raises(KeysUnusable):
        KeyFolder(tmp_path / "keys")


def test_another_months_key_in_place_is_noticed(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    folder.make("2026-11")
    sealed = folder.seal("2026-11", CANARY)
    (tmp_path / "keys" / "concerns-2026-11.key").unlink()
    folder.make("2026-11")
    with pytest.raises(KeysUnusable):
        folder.open("2026-11", sealed)


def test_one_site_key_one_receipt_one_id(tmp_path: Path) -> None:
    receipt = Receipt.new(random.Random(7).getrandbits)
    here, there = KeyFolder(tmp_path / "here"), KeyFolder(tmp_path / "there")
    assert here.receipt_keys(receipt).id == KeyFolder(tmp_path / "here").receipt_keys(receipt).id
    assert here.receipt_keys(receipt).id != there.receipt_keys(receipt).id
    assert bytes(here.receipt_keys(receipt).private)[:16] != here.receipt_keys(receipt).id
