"""Rotation and retention broken at any operation of the store, and killed at any change of a file: nothing is lost, the next one ends it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mat.concerns import Draft, Note, Receipt
from mat.errors import MatError
from store.concerns import rotation
from store.concerns.box import ConcernStore
from tests.concern_store import CLINIC, NOW, open_box
from tests.integration.concerns.test_faults import Breaker

LATER = NOW + timedelta(days=45)
PAST = date(2027, 5, 24)
"""When the concern of November is past its time, and neither the later one nor the key of November is."""


class KilledHere(BaseException):
    """No handler may catch it, as none hears of a SIGKILL."""


@asynccontextmanager
async def broken_after(box: ConcernStore, breaker: Breaker) -> AsyncIterator[None]:
    async def set_authorizer(authorizer: Breaker | None) -> None:
        async with box._engines.writer.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            await raw._execute(raw._conn.set_authorizer, authorizer)

    await set_authorizer(breaker)
    try:
        yield
    finally:
        await set_authorizer(None)


async def two_conversations(box: ConcernStore) -> dict[str, Receipt]:
    receipts = {}
    for text, now in (("of November", NOW), ("of later", LATER)):
        await box.keep(now)
        receipts[text] = await box.raise_concern(Draft("other", text), CLINIC, now)
        await box.release(CLINIC, now.date())
        await box.reply(CLINIC, id_of(box, receipts[text]), f"reply {text}", now)
    return receipts


def id_of(box: ConcernStore, receipt: Receipt) -> str:
    return box._keys.receipt_keys(receipt).id.hex()


async def readable(box: ConcernStore, receipts: dict[str, Receipt], *texts: str) -> bool:
    """Whether these and no others can be read, with their replies."""
    found = {c.text: (await box.read(CLINIC, c.id)).notes for c in (await box.listed(CLINIC)).concerns}
    looked = {text for text, receipt in receipts.items() if await box.look_up(receipt) is not None}
    return looked == set(texts) and found == {text: (Note(True, f"reply {text}"),) for text in texts}


async def test_rotation_broken_at_any_operation_loses_nothing(
    file_box: ConcernStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 1)
    receipts, whole = await two_conversations(file_box), Breaker()
    async with broken_after(file_box, whole):
        assert await file_box.rotate(NOW.date())
    assert whole.count > 20
    for last in range(whole.count):
        async with broken_after(file_box, Breaker(last)):
            with pytest.raises(MatError):
                await file_box.rotate(NOW.date())
        assert await readable(file_box, receipts, *receipts), last
        assert len(file_box._keys.files("2026-11")) > 1, "the old key stays until all is done"
    assert await file_box.rotate(NOW.date())
    assert await readable(file_box, receipts, *receipts)
    assert len(file_box._keys.files("2026-11")) == 1


async def test_retention_broken_at_any_operation_deletes_a_concern_whole_or_not_at_all(tmp_path: Path) -> None:
    last, ended = 0, False
    while not ended:
        async with open_box(tmp_path / str(last), now=LATER) as box:
            receipts = await two_conversations(box)
            try:
                async with broken_after(box, Breaker(last)):
                    await box.expire(PAST, 180)
                ended = True
            except MatError:
                assert await readable(box, receipts, *receipts), last
            await box.expire(PAST, 180)
            assert await readable(box, receipts, "of later")
        last += 1
    assert last > 5


@pytest.mark.parametrize("change", ["link", "unlink", "rename"])
async def test_killed_at_any_change_of_a_key_file_everything_can_be_read_and_the_next_rotation_ends_it(
    tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, ended = 0, False
    while not ended:
        folder = tmp_path / str(last)
        async with open_box(folder, now=LATER) as box:
            receipts = await two_conversations(box)
            changes = killing(change, last)
            with monkeypatch.context() as patched:
                changes(patched)
                try:
                    await box.rotate(NOW.date())
                    ended = True
                except KilledHere:
                    pass
        # Another process, as after a kill.
        async with open_box(folder, now=LATER) as box:
            assert await readable(box, receipts, *receipts), (change, last)
            assert await box.rotate(NOW.date())
            assert await readable(box, receipts, *receipts)
        assert not list((folder / "keys").glob(".*")), "nothing half-written is left"
        last += 1
    assert last > 3


def killing(change: str, last: int) -> Callable[[pytest.MonkeyPatch], None]:
    """Kills at the change of a file that comes after so many others of its kind."""
    owner: Any = os if change == "link" else Path
    done, count = getattr(owner, change), 0

    def instead(*args: Any, **more: Any) -> Any:
        nonlocal count
        if str(args[0]).rpartition("/")[2].startswith((".", "concerns-")) and ".key" in str(args[0]):
            count += 1
            if count > last:
                raise KilledHere
        return done(*args, **more)

    return lambda patched: patched.setattr(owner, change, instead)
