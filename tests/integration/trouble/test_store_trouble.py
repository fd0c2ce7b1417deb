"""The store is locked, read-only, full or damaged: a sentence for whoever asked, nothing half-done, and what was typed kept."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from mat.errors import StoreIsBusy
from store.engine import Engines, open_engines
from store.work import SqlWork
from tests.bot_under_test import BotUnderTest, bot_under_test, with_clinic
from tests.integration.trouble.buttons import every_button, lived_in
from tests.integration.trouble.forms import FORMS
from tests.integration.trouble.looking import kept, said

SHORT_MS = 30
# What concerns are made of lies in a store of its own; its trouble is tested in tests/integration/concerns.
WRITES = [name for name in FORMS if not name.startswith("concern:")]


@asynccontextmanager
async def impatient_bot(folder: Path) -> AsyncIterator[tuple[BotUnderTest, Engines]]:
    """A bot that waits for a locked store only a moment, with a clinic."""
    engines = open_engines(f"sqlite:///{folder / 'data' / 'matbot.db'}", busy_ms=SHORT_MS)
    try:
        async with bot_under_test(folder, work=SqlWork(engines)) as bot:
            await with_clinic(bot)
            yield bot, engines
    finally:
        await engines.close()


@contextmanager
def locked(bot: BotUnderTest) -> Iterator[None]:
    with closing(sqlite3.connect(bot.folder / "data" / "matbot.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def shown_at_last(bot: BotUnderTest, answer: object) -> str:
    """What the person saw, also what was put into the modal afterwards."""
    return f"{answer} {[call.arguments for call in bot.slack.called('views.update')]}"


@pytest.mark.parametrize("name", WRITES)
async def test_a_form_sent_while_the_store_is_locked_keeps_its_words_and_works_afterwards(
    bot_folder: Path, name: str
) -> None:
    async with impatient_bot(bot_folder) as (bot, _):
        form = await FORMS[name](bot)
        before = kept(bot)
        with locked(bot):
            busy = await bot.submit(form.view, form.answers, user=form.user)
        assert StoreIsBusy().sentence in shown_at_last(bot, said(busy))
        assert kept(bot) == before
        again = await bot.submit(form.view, form.answers, user=form.user)
        assert again.body.get("response_action") in {"update", "clear"}
        assert StoreIsBusy().sentence not in said(again)


async def test_every_button_pressed_while_the_store_is_locked_is_answered(bot_folder: Path) -> None:
    async with impatient_bot(bot_folder) as (bot, _):
        await lived_in(bot)
        buttons = await every_button(bot)
        before = kept(bot)
        busy = 0
        with locked(bot):
            for shown in buttons:
                calls = len(bot.slack.calls)
                await bot.press(shown.name, shown.on)
                told = str([call.arguments for call in bot.slack.calls[calls:]])
                assert "went wrong" not in told
                assert bot.slack.calls[calls:], f"{shown.name} of {shown.place} says nothing"
                busy += StoreIsBusy().sentence in told
        assert busy
        assert kept(bot) == before


@pytest.mark.parametrize("line", ["done pdmp", "asks add a fax", "agenda add the fridge", "undo", "stuck pdmp: IT"])
async def test_a_line_typed_while_the_store_is_locked_is_answered(bot_folder: Path, line: str) -> None:
    async with impatient_bot(bot_folder) as (bot, _):
        with locked(bot):
            assert (await bot.slash(line)).text == StoreIsBusy().sentence
            assert "Six Building Blocks" in (await bot.slash("status")).text, "reading goes on"


@pytest.mark.parametrize(
    ("pragma", "sentence"),
    [("query_only = ON", "I can't write to my records"), ("max_page_count = 1", "my records are on is full")],
    ids=["read-only", "full"],
)
async def test_a_store_that_takes_nothing_more_is_said_and_changes_nothing(
    bot_folder: Path, pragma: str, sentence: str
) -> None:
    async with impatient_bot(bot_folder) as (bot, engines):
        form = await FORMS["plan:add"](bot)
        await engines.writer.dispose()
        event.listen(engines.writer.sync_engine, "connect", lambda made, _: made.execute(f"PRAGMA {pragma}").close())
        before = kept(bot)
        words = "word " * 50
        # A disk is full when no page is left: a small row may still fit into one, so ask until it is.
        told = [(await bot.slash(f"asks add {words}{number}")).text for number in range(80)]
        assert any(sentence in text for text in told)
        assert all(sentence in text or text.startswith("Asked:") for text in told)
        refused = await bot.submit(form.view, form.answers)
        if pragma.startswith("query_only"):
            assert any(sentence in text for text in refused.body["errors"].values())
            assert kept(bot) == before
        assert "Six Building Blocks" in (await bot.slash("status")).text, "reading goes on"


async def test_a_damaged_store_is_said_to_be_one(bot_folder: Path) -> None:
    async with impatient_bot(bot_folder) as (bot, engines):
        await engines.close()
        with closing(sqlite3.connect(bot.folder / "data" / "matbot.db", isolation_level=None)) as store:
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            store.execute("PRAGMA journal_mode = DELETE")
        file = bot.folder / "data" / "matbot.db"
        whole = file.read_bytes()
        file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
        answer = await bot.slash("status")
        assert "My records are damaged" in answer.text
        assert "reference" not in answer.text
