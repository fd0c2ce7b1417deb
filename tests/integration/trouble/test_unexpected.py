"""A mistake of ours: the person gets a reference that is also in the log, what was typed stays, and the next command works."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from mat.ports import Books
from store.engine import open_engines
from store.work import SqlWork
from tests.bot_under_test import BotUnderTest, bot_under_test, with_clinic
from tests.fakes import payloads
from tests.fakes.slack_world import MEMBER
from tests.integration.trouble.forms import FORMS
from tests.integration.trouble.looking import kept, said

REFERENCE = re.compile(r"reference ([0-9a-f]{6})")
SECRET = "words of a person"


class FallsOver:
    """Work that falls over with a mistake of ours when it is told to."""

    def __init__(self, inner: SqlWork) -> None:
        self.inner = inner
        self.falls = False

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Books]:
        async with self.inner.reading() as books:
            self.maybe()
            yield books

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        async with self.inner.writing() as books:
            self.maybe()
            yield books

    def maybe(self) -> None:
        if self.falls:
            raise KeyError(SECRET)


@asynccontextmanager
async def fallible(folder: Path) -> AsyncIterator[tuple[BotUnderTest, FallsOver]]:
    engines = open_engines(f"sqlite:///{folder / 'data' / 'matbot.db'}")
    work = FallsOver(SqlWork(engines))
    try:
        async with bot_under_test(folder, work=work) as bot:
            await with_clinic(bot)
            yield bot, work
    finally:
        await engines.close()


async def test_a_command_that_falls_over_gives_a_reference_which_the_log_has(
    bot_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with fallible(bot_folder) as (bot, work):
        work.falls = True
        with caplog.at_level(logging.INFO):
            answer = await bot.slash("status")
        work.falls = False
        found = REFERENCE.search(answer.text)
        assert found
        logged = [vars(record) for record in caplog.records if record.name == "mat.commands"]
        assert [record["reference"] for record in logged] == [found[1]]
        assert logged[0]["type"] == "KeyError"
        assert SECRET not in caplog.text
        assert "Six Building Blocks" in (await bot.slash("status")).text


@pytest.mark.parametrize("name", FORMS)
async def test_a_form_that_falls_over_keeps_what_was_typed(bot_folder: Path, name: str) -> None:
    async with fallible(bot_folder) as (bot, work):
        form = await FORMS[name](bot)
        before = kept(bot)
        work.falls = True
        answer = await bot.submit(form.view, form.answers, user=form.user)
        work.falls = False
        assert REFERENCE.search(said(answer))
        fields = [block for block in form.view["blocks"] if block["type"] == "input"]
        if fields:
            assert set(answer.body["errors"]) <= {field["block_id"] for field in fields}
        else:
            assert form.view["callback_id"] == answer.body["view"]["callback_id"], "the form stands as it was"
        assert kept(bot) == before
        again = await bot.submit(form.view, form.answers, user=form.user)
        assert "reference" not in said(again)


async def test_home_a_button_and_a_shortcut_that_fall_over_are_answered(bot_folder: Path) -> None:
    async with fallible(bot_folder) as (bot, work):
        status = await bot.slash("status")
        work.falls = True
        assert REFERENCE.search(str((await bot.open_home())["blocks"]))
        assert REFERENCE.search((await bot.press("mat:status:blocks", status)).text)
        trigger = bot.slack.world.trigger(MEMBER.id)
        await bot.dispatch(payloads.global_shortcut("mat:concern:raise", trigger=trigger))
        assert REFERENCE.search(str(list(bot.slack.world.views.values())[-1]["blocks"]))


async def test_a_button_in_a_modal_that_falls_over_leaves_the_form_as_it_was(bot_folder: Path) -> None:
    async with fallible(bot_folder) as (bot, work):
        form = await FORMS["setup:people"](bot)
        work.falls = True
        await bot.press("mat:setup:back", form.view, user=form.user)
        shown = bot.slack.world.views[form.view["id"]]
        assert shown["callback_id"] == form.view["callback_id"]
        assert REFERENCE.search(str(shown["blocks"][0]))
        assert [b["block_id"] for b in shown["blocks"][1:]] == [b["block_id"] for b in form.view["blocks"]]
        await bot.press("mat:setup:back", shown, user=form.user)
        again = bot.slack.world.views[form.view["id"]]
        assert len(again["blocks"]) == len(shown["blocks"]), "a second notice takes the place of the first"


async def test_what_falls_over_behind_the_answer_is_told_too(bot_folder: Path) -> None:
    async with fallible(bot_folder) as (bot, work):
        form = await FORMS["team:channel"](bot)
        payload = payloads.submit(form.view, form.answers, user=form.user, trigger="made-up")
        await bot.bot.app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        work.falls = True
        await bot.settle()
        assert REFERENCE.search(str(bot.slack.world.views[form.view["id"]]["blocks"]))
