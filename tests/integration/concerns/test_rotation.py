"""Fresh keys for everything stored, beside a running bot, on both databases: nothing is lost and nothing is left to the old keys."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mat.concerns import Draft, IsoWeek, Note, Receipt, Status
from mat.errors import StoreIsAway
from store.concerns import rotation
from store.concerns.box import ConcernStore
from store.concerns.keys import KeyFolder
from store.concerns.rotation import sealed_columns
from store.concerns.tables import concerns, notes
from tests.concern_store import CLINIC, NOW, open_box

LATER = NOW + timedelta(days=40)
ON = LATER.date()
MONTH = "2026-11"


async def a_conversation(box: ConcernStore) -> Receipt:
    """A concern with a reply, a sentence that everybody was told, and an answer that still waits."""
    receipt = await box.raise_concern(Draft("other", "The phones ring all day."), CLINIC, NOW)
    await box.release(CLINIC, NOW.date())
    concern = box._keys.receipt_keys(receipt).id.hex()
    await box.reply(CLINIC, concern, "Which day?", NOW)
    await box.set_status(CLINIC, concern, status=Status.DOING, sentence="We try it.", topic="other", now=NOW)
    await box.answer(receipt, "Tuesday.")
    assert await box.approve(CLINIC, MONTH, {line: line.sentence for line in await box.unsaid(CLINIC)})
    return receipt


async def sealed_to_newest(box: ConcernStore) -> set[bool]:
    """Whether each stored text is sealed to its month's newest key."""
    found = []
    async with box._engines.reader.connect() as connection:
        rows = (await connection.execute(select(concerns))).all()
        months = {row.id: IsoWeek.parse(row.week).month for row in rows}
        found += [(months[row.id], getattr(row, name)) for row in rows for name in sealed_columns(concerns)]
        for note in (await connection.execute(select(notes))).all():
            found += [(months[note.concern], getattr(note, name)) for name in sealed_columns(notes)]
    return {box._keys.is_newest(month, sealed) for month, sealed in found if sealed is not None}


def test_what_is_sealed_is_known_by_its_kind() -> None:
    """A new column of bytes is sealed anew unless it is named as not of a month."""
    assert sealed_columns(concerns) == ("sealed", "sentence", "said")
    assert sealed_columns(notes) == ("sealed",)


async def test_everything_stays_readable_and_nothing_opens_with_the_old_keys(box: ConcernStore, tmp_path: Path) -> None:
    receipt = await a_conversation(box)
    await box.keep(LATER)
    await box.raise_concern(Draft("other", "Later."), CLINIC, LATER)
    old = {name: (tmp_path / "keys" / name).read_bytes() for m in box._keys.months() for name in box._keys.files(m)}
    assert await box.rotate(ON)
    assert {name for m in box._keys.months() for name in box._keys.files(m)}.isdisjoint(old)
    assert set(box._keys.ledger.destroyed()) == set(old)
    assert await sealed_to_newest(box) == {True}

    await box.release(CLINIC, LATER.date())
    read = await box.read(CLINIC, box._keys.receipt_keys(receipt).id.hex())
    assert (read.text, read.sentence) == ("The phones ring all day.", "We try it.")
    assert read.notes == (Note(True, "Which day?"), Note(False, "Tuesday."))
    found = await box.look_up(receipt)
    assert found is not None
    assert (found.sentence, found.replies) == ("We try it.", ("Which day?",))
    assert {c.text for c in (await box.listed(CLINIC)).concerns} == {"The phones ring all day.", "Later."}
    assert [line.sentence for line in await box.said_and_done(CLINIC)] == ["We try it."]


async def test_no_key_tells_which_concern_came_before_the_rotation(box: ConcernStore) -> None:
    await box.raise_concern(Draft("other", "before"), CLINIC, NOW)
    await box.rotate(NOW.date())
    await box.raise_concern(Draft("other", "after"), CLINIC, NOW)
    assert await sealed_to_newest(box) == {True}


async def test_what_comes_while_keys_are_rotated_is_not_lost(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program rotates twice beside the bot, a few rows at a time, while people raise, reply and answer."""
    monkeypatch.setattr(rotation, "AT_ONCE", 3)
    async with open_box(tmp_path, database_url) as bot, open_box(tmp_path, database_url) as command:
        receipts = [await bot.raise_concern(Draft("other", f"text {n}"), CLINIC, NOW) for n in range(12)]
        await bot.release(CLINIC, NOW.date())

        async def people() -> None:
            for n in range(12, 30):
                receipts.append(await bot.raise_concern(Draft("other", f"text {n}"), CLINIC, NOW))
                concern = bot._keys.receipt_keys(receipts[n - 12]).id.hex()
                if n < 24:
                    await bot.reply(CLINIC, concern, f"reply {n}", NOW)
                    await bot.answer(receipts[n - 12], f"answer {n}")

        async def rotations() -> None:
            for _ in range(2):
                assert await command.rotate(NOW.date())

        await asyncio.gather(people(), rotations())
        await bot.release(CLINIC, LATER.date())
        pages = [await bot.listed(CLINIC, page=page) for page in range(4)]
        assert {c.text for page in pages for c in page.concerns} == {f"text {n}" for n in range(30)}
        for receipt in receipts[:12]:
            read = await bot.read(CLINIC, bot._keys.receipt_keys(receipt).id.hex())
            assert len(read.notes) == 2
            assert all(note.text for note in read.notes)
        assert await sealed_to_newest(bot) == {True}


async def test_stopped_in_the_middle_everything_is_readable_and_the_next_one_ends_it(
    box: ConcernStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    for n in range(6):
        await box.raise_concern(Draft("other", f"text {n}"), CLINIC, NOW)
    await box.release(CLINIC, NOW.date())
    anew, rows = box._one_anew, 0

    async def breaks(*row: object) -> bool:
        nonlocal rows
        rows += 1
        if rows == 4:
            raise StoreIsAway
        return await anew(*row)  # type: ignore[arg-type]

    monkeypatch.setattr(box, "_one_anew", breaks)
    with pytest.raises(StoreIsAway):
        await box.rotate(ON)
    assert len(box._keys.files(MONTH)) == 2, "the old key goes last"
    assert {c.text for c in (await box.listed(CLINIC)).concerns} == {f"text {n}" for n in range(6)}
    assert await box.rotate(ON)
    assert len(box._keys.files(MONTH)) == 1
    assert {c.text for c in (await box.listed(CLINIC)).concerns} == {f"text {n}" for n in range(6)}


async def test_what_has_lost_its_key_stays_for_the_day_that_key_comes_back(box: ConcernStore, tmp_path: Path) -> None:
    await a_conversation(box)
    lost = tmp_path / "keys" / "concerns-2026-11.key"
    lost.rename(tmp_path / "found later")
    assert not await box.rotate(ON)
    (tmp_path / "found later").rename(lost)
    assert [c.text for c in (await box.listed(CLINIC)).concerns] == ["The phones ring all day."]
    assert await box.rotate(ON)
    assert KeyFolder(tmp_path / "keys").files(MONTH) == ("concerns-2026-11.2.key",)
