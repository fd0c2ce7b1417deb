"""The same days lived twice, once with one person raising concerns and once with another: what is left is the same, byte for byte.

But for random ids, sealed bytes, receipts and what Slack itself puts on its side of a form.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mat.concerns import ClinicKey
from mat.schedules import keep_schedules
from tests.bot_under_test import HERE, BotUnderTest, bot_under_test, with_clinic
from tests.fakes import payloads
from tests.fakes.clock import MONDAY_MORNING, HandClock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import LEAD, Person
from tests.logged import FORCED_DEBUG, logged

KEY = ClinicKey(HERE.workspace, HERE.id)
ANA, BEN = Person("U0CANARYANA", "ana.canary"), Person("U0OTHERBENJ", "benjamin.quite-another")
TEXT = "Purple giraffes leave no time to call back."
WRONG = "7K2MQ-0A9ZT-W4XHB-PD61C"
RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}")
# Random or the clock's: ids of the outbox, references in the log, the time in front of a log line.
RANDOM = re.compile(r"\b[0-9a-f]{32}\b|(?<=\"reference\": \")[0-9a-f]{6}|(?<=\"at\": \")[^\"]+")
SEALED = ("id", "concern", "sealed", "sealed_back", "sentence", "answer_key", "said", "mark")
# What Slack puts in, or its fake in these tests: it knows who opened what.
SLACKS_OWN = {"trigger_id", "view_id", "hash"}


@dataclass(frozen=True, slots=True)
class Left:
    """Everything that is left of one life, as text."""

    main: str
    concerns: str
    log: str
    calls: str
    answers: str


def masked(text: str) -> str:
    return RECEIPT.sub("RECEIPT", RANDOM.sub("RANDOM", text))


def rows(file: Path, hidden: Collection[str]) -> str:
    """All rows of all tables, sorted; of the `hidden` columns only the length."""
    shown = []
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
        store.row_factory = sqlite3.Row
        for (table,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
            for row in store.execute(f'SELECT * FROM "{table}"'):
                values = {name: len(value) if name in hidden and value else value for name, value in dict(row).items()}
                shown.append(masked(f"{table} {values}"))
    return "\n".join(sorted(shown))


def wait_for_stores(before: Collection[threading.Thread]) -> None:
    """Until the connections opened since `before` have written their last line: a thread does so after it told the loop that it closed."""
    for thread in set(threading.enumerate()) - set(before):
        if "_connection_worker_thread" in thread.name:
            thread.join(timeout=30)
            assert not thread.is_alive(), "a connection was left open"


async def a_life(folder: Path, who: Person, level: str) -> Left:
    answers: list[Any] = []
    with logged(level) as log:
        before = threading.enumerate()
        async with FakeSlack(HandClock(MONDAY_MORNING - timedelta(days=1))) as slack:
            slack.world.people |= {ANA.id: ANA, BEN.id: BEN}
            async with bot_under_test(folder, slack=slack) as bot:
                await with_clinic(bot)
                async with bot.bot.desk.work.writing() as books:
                    await keep_schedules(books.at(HERE), HERE, bot.clock())
                    await books.commit()
                await lived(bot, who, answers)
            calls = [
                masked(f"{call.method} {[pair for pair in call.arguments.items() if pair[0] not in SLACKS_OWN]}")
                for call in slack.calls
            ]
        wait_for_stores(before)
    return Left(
        main=rows(folder / "data" / "matbot.db", ()),
        concerns=rows(folder / "data" / "concerns.db", SEALED),
        # Two threads may write their lines in either order.
        log="\n".join(sorted(masked(log.lines).splitlines())),
        calls="\n".join(sorted(calls)),
        answers=masked(json.dumps(answers, default=str)),
    )


async def lived(bot: BotUnderTest, who: Person, answers: list[Any]) -> None:
    """Two days: four forms (one too many), one sent twice and one with a number in it, look-ups, a reader's reply, an answer."""
    receipt, home = "", await bot.open_home(who)
    bot.slack.calls.clear()
    for text in (TEXT, TEXT[::-1], f"{TEXT} Call 555-014-2345.", f"{TEXT} Again.", "One too many."):
        view = (await bot.slash(f"concern {text}", user=who)).view
        assert view is not None
        first = await bot.submit(view, {"topic": "other", "text": text}, user=who)
        again = await bot.submit(view, {"topic": "other", "text": text}, user=who)
        assert first.body == again.body
        answers.append(first.body)
        if not receipt:
            receipt = first.body["view"]["blocks"][1]["text"]["text"].strip("`")
    assert "concerns a day" in str(answers[-1])
    # The other ways in: the shortcut, and the button on a Home that was opened before.
    trigger = bot.slack.world.trigger(who.id)
    await bot.dispatch(payloads.global_shortcut("mat:concern:raise", user=who, trigger=trigger))
    await bot.press("mat:concern:raise", home, user=who)
    await looked_up(bot, who, WRONG, answers)
    await looked_up(bot, who, receipt, answers)
    await ticked(bot)
    bot.clock.jump_to(bot.clock() + timedelta(hours=23, minutes=1))
    await ticked(bot)
    concern = next(one for one in (await bot.bot.concerns.listed(KEY)).concerns if one.text == TEXT)
    await bot.bot.concerns.reply(KEY, concern.id, "Which giraffes?", bot.clock())
    form = await looked_up(bot, who, receipt, answers)
    answers.append((await bot.submit(form, {"answer": "All of them.", "receipt": receipt}, user=who)).body)
    # Somebody else looks around meanwhile, in both lives.
    answers.append((await bot.open_home(LEAD))["blocks"])
    bot.clock.jump_to(bot.clock() + timedelta(days=1))
    await ticked(bot)


async def looked_up(bot: BotUnderTest, who: Person, receipt: str, answers: list[Any]) -> Mapping[str, Any]:
    form = (await bot.slash("concern", user=who)).view
    assert form is not None
    await bot.press("mat:concern:lookup", form, user=who)
    answer = await bot.submit(bot.slack.world.views[form["id"]], {"receipt": receipt}, user=who)
    answers.append(answer.body)
    return answer.view or {}


async def ticked(bot: BotUnderTest) -> None:
    delivery = bot.bot.delivery
    for part in (delivery.planner, delivery.rounds, delivery.heartbeat, delivery.courier):
        await part.tick()


@pytest.fixture
def two_folders(bot_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    other = tmp_path_factory.mktemp("other-life") / "bot"
    shutil.copytree(bot_folder, other)
    return bot_folder, other


@pytest.mark.parametrize("level", ["WARNING", "INFO", FORCED_DEBUG])
async def test_rows_logs_and_calls_are_the_same_whoever_raised_it(two_folders: tuple[Path, Path], level: str) -> None:
    as_ana, as_ben = [await a_life(folder, who, level) for folder, who in zip(two_folders, (ANA, BEN), strict=True)]
    assert as_ana.concerns == as_ben.concerns
    assert as_ana.main == as_ben.main
    assert as_ana.calls == as_ben.calls
    assert as_ana.answers == as_ben.answers
    assert as_ana.log == as_ben.log
    assert as_ana.concerns.count("concern {") == 3, "and there is something to compare"
    assert "chat.postMessage" in as_ana.calls
