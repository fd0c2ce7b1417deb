"""`python -m bot run`, told to stop while a concern is on its way: nothing half-done, and no trace of who or what."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot_under_test import bot_under_test, with_clinic
from tests.fakes import payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import APP_TOKEN, BOT_TOKEN, TEAM, Person
from tests.hidden import Hidden

ROOT = Path(__file__).parents[3]
ANA = Person("U0CANARYANA", "ana.canary")
TEXT = "Purple giraffes leave no time to call back."


def environment(folder: Path, slack: FakeSlack, level: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.url,
        "MAT_DATA_DIR": str(folder / "data"),
        "MAT_KEY_DIR": str(folder / "keys"),
        "MAT_PORT": "0",
        "MAT_LOG_LEVEL": level,
    }


@pytest.mark.parametrize(("locked", "level"), [(True, "INFO"), (False, "WARNING"), (True, "ERROR")])
async def test_a_stop_leaves_no_receipt_without_a_concern_and_no_trace(
    bot_folder: Path, locked: bool, level: str
) -> None:
    (bot_folder / "tmp").mkdir()
    async with FakeSlack() as slack:
        slack.world.people[ANA.id] = ANA
        async with bot_under_test(bot_folder, slack=slack) as before:
            await with_clinic(before)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=bot_folder,
            env=environment(bot_folder, slack, level),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            shown = await sent_while_stopping(process, slack, bot_folder, locked=locked)
            out, err = await asyncio.wait_for(process.communicate(), 15)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert process.returncode == 0
    receipts = [answer["view"]["blocks"][1]["text"]["text"].strip("`") for answer in shown if "view" in answer]
    with closing(sqlite3.connect(bot_folder / "data" / "concerns.db")) as connection:
        assert len(receipts) <= connection.execute("SELECT count(*) FROM concern").fetchone()[0] <= 3
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    secrets = {"id": ANA.id, "name": ANA.name, "text": TEXT, "words of it": "giraffes"}
    hidden = Hidden(secrets | {f"receipt {n}": receipt for n, receipt in enumerate(receipts)}, [TEAM])
    assert hidden.within(out + err) == []
    assert hidden.in_folder(bot_folder) == []


async def sent_while_stopping(
    process: asyncio.subprocess.Process, slack: FakeSlack, folder: Path, *, locked: bool
) -> list[dict[str, object]]:
    """Three forms sent at once, and SIGTERM before the first can have its answer; the answers that still came."""
    assert process.stdout is not None
    assert b"is connected to" in await asyncio.wait_for(process.stdout.readline(), 30)
    views = []
    for _ in range(3):
        known = set(slack.world.views)
        trigger = slack.world.trigger(ANA.id)
        await slack.deliver("slash_commands", payloads.slash_command(f"concern {TEXT}", user=ANA, trigger=trigger))
        views.append(slack.world.views[(set(slack.world.views) - known).pop()])
    with closing(sqlite3.connect(folder / "data" / "concerns.db", isolation_level=None)) as blocker:
        if locked:
            blocker.execute("BEGIN IMMEDIATE")
        sent = [payloads.submit(view, {"topic": "other", "text": TEXT}, user=ANA) for view in views]
        answers = [asyncio.create_task(slack.deliver("interactive", payload)) for payload in sent]
        await asyncio.sleep(0.2 if locked else 0)
        process.send_signal(signal.SIGTERM)
        came = await asyncio.gather(*answers, return_exceptions=True)
    return [answer for answer in came if isinstance(answer, dict)]
