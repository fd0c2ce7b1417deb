"""`python -m bot run` while its records are locked or replaced: it says so, keeps well or ends with a sentence, and starts again."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from shutil import copy

import aiohttp

from tests.fakes.slack_api import FakeSlack
from tests.integration.test_cli_run import environment, process, says_ok


async def page_of(stdout: asyncio.StreamReader | None) -> str:
    assert stdout is not None
    said = (await asyncio.wait_for(stdout.readline(), 30)).decode()
    return said.split("Health: ")[1].split("/healthz")[0]


async def status_of(page: str) -> int:
    async with aiohttp.ClientSession() as browser, browser.get(page) as answer:
        return answer.status


def replace_by_copy(records: Path) -> None:
    Path(copy(records, records.with_name("older.db"))).replace(records)


async def test_locked_for_long_it_is_alive_and_not_ready_and_ready_again(tmp_path: Path) -> None:
    async with FakeSlack() as slack, process(tmp_path, environment(tmp_path, slack.url), "run") as bot:
        page = await page_of(bot.stdout)
        await says_ok(f"{page}/readyz")
        holder = sqlite3.connect(tmp_path / "data" / "matbot.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(1.1)  # what was said a second ago is said again
        assert await status_of(f"{page}/readyz") == 503
        assert await status_of(f"{page}/healthz") == 200
        holder.close()
        await says_ok(f"{page}/readyz")
        assert bot.returncode is None


async def test_replaced_by_an_older_copy_it_stops_with_a_sentence_and_starts_on_the_copy(tmp_path: Path) -> None:
    records = tmp_path / "data" / "matbot.db"
    async with FakeSlack() as slack:
        async with process(tmp_path, environment(tmp_path, slack.url), "run") as bot:
            await page_of(bot.stdout)
            replace_by_copy(records)
            _, said = await asyncio.wait_for(bot.communicate(), 20)
            assert bot.returncode == 1
            assert "matbot: My records were replaced while I was running, so I stop." in said.decode()
            assert "Traceback" not in said.decode()
        async with process(tmp_path, environment(tmp_path, slack.url), "run") as bot:
            await says_ok(f"{await page_of(bot.stdout)}/readyz")
