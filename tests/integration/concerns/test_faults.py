"""A store that cannot take a concern: full, read-only, locked, or broken at any of its operations. The form says so, and keeps the words."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from mat.concerns import Receipt
from mat.errors import StoreIsAway
from store.concerns.box import ConcernStore
from tests.bot_under_test import BotUnderTest, bot_under_test, with_clinic
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import TEAM, Person
from tests.hidden import Hidden
from tests.logged import logged

ANA = Person("U0CANARYANA", "ana.canary")
TEXT = "Purple giraffes leave no time to call back."
NO_RECEIPT = "there is no receipt"


@pytest.fixture
async def bot(bot_folder: Path) -> AsyncIterator[BotUnderTest]:
    async with FakeSlack() as slack:
        slack.world.people[ANA.id] = ANA
        async with bot_under_test(bot_folder, slack=slack) as bot:
            await with_clinic(bot)
            yield bot


def box_of(bot: BotUnderTest) -> ConcernStore:
    box = bot.bot.concerns
    assert isinstance(box, ConcernStore)
    return box


def stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "data" / "concerns.db")) as store:
        count: int = store.execute("SELECT count(*) FROM concern").fetchone()[0]
        return count


@asynccontextmanager
async def writer(bot: BotUnderTest) -> AsyncIterator[Any]:
    """The driver's side of the one connection that writes; there, no transaction is begun."""
    async with box_of(bot)._engines.writer.connect() as connection:
        yield (await connection.get_raw_connection()).driver_connection


async def told(bot: BotUnderTest, statement: str) -> int | None:
    async with writer(bot) as raw, raw.execute(statement) as cursor:
        row = await cursor.fetchone()
        return row[0] if row else None


# -- the faults -------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def full(bot: BotUnderTest) -> AsyncIterator[None]:
    """Not one more page fits on the disk."""
    pages = await told(bot, "PRAGMA page_count")
    most = await told(bot, "PRAGMA max_page_count")
    await told(bot, f"PRAGMA max_page_count={pages}")
    yield
    await told(bot, f"PRAGMA max_page_count={most}")


@asynccontextmanager
async def read_only(bot: BotUnderTest) -> AsyncIterator[None]:
    await told(bot, "PRAGMA query_only=ON")
    yield
    await told(bot, "PRAGMA query_only=OFF")


@asynccontextmanager
async def locked(bot: BotUnderTest) -> AsyncIterator[None]:
    with closing(sqlite3.connect(bot.folder / "data" / "concerns.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("fault", [full, read_only, locked], ids=lambda fault: fault.__name__)
async def test_a_store_that_cannot_take_it_gives_no_receipt_and_the_same_form_is_stored_once_when_it_can(
    bot: BotUnderTest, fault: Callable[[BotUnderTest], Any]
) -> None:
    # More than the pages of an empty store have room for.
    text = f"{TEXT} {'🌱' * 2900}"
    form = (await bot.slash("concern", user=ANA)).view
    assert form is not None
    with logged("INFO") as log:
        async with fault(bot):
            refused = await bot.submit(form, {"topic": "other", "text": text}, user=ANA)
            assert NO_RECEIPT in refused.body["errors"]["text"]
            assert stored(bot.folder) == 0
        kept = await bot.submit(form, {"topic": "other", "text": text}, user=ANA)
        again = await bot.submit(form, {"topic": "other", "text": text}, user=ANA)
    assert "Your receipt" in kept.shown
    assert kept.body == again.body
    assert stored(bot.folder) == 1
    hidden = Hidden({"text": TEXT, "words": "giraffes", "id": ANA.id, "name": ANA.name}, [TEAM])
    assert hidden.within((log.lines + log.exceptions).encode()) == []
    assert hidden.in_folder(bot.folder) == []


async def test_stored_and_not_heard_of_it_the_same_form_again_gets_its_receipt(bot: BotUnderTest) -> None:
    """A server that goes away in the middle of a commit may have kept it."""
    box = box_of(bot)
    write = box._together._write

    async def and_lose_the_answer(some: Any) -> None:
        await write(some)
        raise StoreIsAway

    form = (await bot.slash("concern", user=ANA)).view
    assert form is not None
    box._together._write = and_lose_the_answer
    refused = await bot.submit(form, {"topic": "other", "text": TEXT}, user=ANA)
    assert NO_RECEIPT in refused.body["errors"]["text"]
    box._together._write = write
    kept = await bot.submit(form, {"topic": "other", "text": TEXT}, user=ANA)
    assert stored(bot.folder) == 1
    receipt = kept.body["view"]["blocks"][1]["text"]["text"].strip("`")
    assert await box.look_up(Receipt.parse(receipt)) is not None


# -- at any operation -------------------------------------------------------------------------------------------------------


class Breaker:
    """Lets so many operations of the writing connection through, as SQLite itself counts them, and refuses the next."""

    def __init__(self, last: int | None = None) -> None:
        self.count, self._last = 0, last

    def __call__(self, *_operation: object) -> int:
        self.count += 1
        return sqlite3.SQLITE_OK if self._last is None or self.count <= self._last else sqlite3.SQLITE_DENY


async def set_breaker(bot: BotUnderTest, breaker: Breaker | None) -> None:
    async with writer(bot) as raw:
        await raw._execute(raw._conn.set_authorizer, breaker)


async def sent(bot: BotUnderTest, breaker: Breaker) -> dict[str, Any]:
    form = (await bot.slash("concern", user=ANA)).view
    assert form is not None
    await set_breaker(bot, breaker)
    try:
        answer = await bot.submit(form, {"topic": "other", "text": TEXT}, user=ANA)
    finally:
        await set_breaker(bot, None)
    return dict(answer.body)


async def test_broken_at_any_operation_a_receipt_is_shown_if_and_only_if_the_concern_is_stored(
    bot: BotUnderTest,
) -> None:
    # The first one on a connection takes a few more.
    assert "view" in await sent(bot, Breaker())
    whole = Breaker()
    assert "view" in await sent(bot, whole)
    assert whole.count >= 6
    receipts, refused = 2, 0
    with logged("WARNING") as log:
        for last in range(whole.count):
            bot.clock.jump_to(bot.clock().replace(day=5 + last))
            body = await sent(bot, Breaker(last))
            shown = "view" in body
            receipts += shown
            refused += not shown
            assert shown or NO_RECEIPT in body["errors"]["text"]
            assert stored(bot.folder) == receipts, last
            if shown:
                receipt = body["view"]["blocks"][1]["text"]["text"].strip("`")
                assert await box_of(bot).look_up(Receipt.parse(receipt)) is not None
    assert refused >= whole.count - 1
    assert "handler_failed" in log.lines
    hidden = Hidden({"text": TEXT, "words": "giraffes", "id": ANA.id, "name": ANA.name}, [TEAM])
    assert hidden.within((log.lines + log.exceptions).encode()) == []
    assert hidden.in_folder(bot.folder) == []


async def test_many_at_once_hear_of_a_fault_each_and_are_stored_once_each(bot: BotUnderTest) -> None:
    """They share a transaction."""
    people = [Person(f"U0CROWD{number:02}", f"crowd.{number}") for number in range(12)]
    bot.slack.world.people |= {person.id: person for person in people}
    await bot.bot.directory.load()
    forms = [(await bot.slash("concern", user=person)).view or {} for person in people]
    answers = {"topic": "other", "text": TEXT}

    async def all_of_them() -> list[dict[str, Any]]:
        sent = (bot.submit(form, answers, user=person) for form, person in zip(forms, people, strict=True))
        return [dict(answer.body) for answer in await asyncio.gather(*sent)]

    async with read_only(bot):
        assert all(NO_RECEIPT in body["errors"]["text"] for body in await all_of_them())
    assert stored(bot.folder) == 0
    shown = {body["view"]["blocks"][1]["text"]["text"] for body in await all_of_them()}
    assert len(shown) == stored(bot.folder) == 12
