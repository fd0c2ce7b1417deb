"""`python -m bot run` with MAT_TRANSPORT=http: one process from its first line to its last."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import aiohttp
import pytest

from bot.settings import Settings
from tests.cli import filled
from tests.fakes import payloads
from tests.fakes.payloads import SIGNING_SECRET, signed_request
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import HANGS_BEFORE, TEAM
from tests.integration.test_cli_run import environment, process, says_ok


def over_http(folder: Path, slack_url: str = "http://127.0.0.1:1/api/", **more: str) -> dict[str, str]:
    given = {"MAT_TRANSPORT": "http", "SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SIGNING_SECRET}
    return environment(folder, slack_url, **given | more)


async def test_it_listens_answers_and_stops(tmp_path: Path) -> None:
    async with (
        FakeSlack() as slack,
        process(tmp_path, over_http(tmp_path, slack.url), "run") as bot,
        aiohttp.ClientSession() as browser,
    ):
        assert bot.stdout is not None
        said = (await asyncio.wait_for(bot.stdout.readline(), 20)).decode()
        assert said.startswith("matbot listens for ")
        address = said.split(" at ")[1].split(". ")[0]
        assert address.endswith("/slack/events")
        ready = await says_ok(address.replace("slack/events", "readyz"))
        assert ready["ok"] is True
        assert not slack.called("apps.connections.open"), "no socket is opened"
        headers, body = signed_request(payloads.slash_command("status", trigger="t"), now=datetime.now(UTC))
        async with browser.post(address, data=body, headers=headers) as answer:
            assert answer.status == 200
            assert (await answer.json())["response_type"] == "ephemeral"
        async with browser.post(address, data=body, headers=headers) as answer:
            assert answer.status == 401

        bot.send_signal(signal.SIGTERM)
        await asyncio.wait_for(bot.communicate(), 10)
        assert bot.returncode == 0


async def test_once_told_to_stop_it_takes_nothing_new_while_it_finishes(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, MAT_DATA_DIR=tmp_path / "data", MAT_KEY_DIR=tmp_path / "data-keys")  # type: ignore[call-arg]
    await filled(settings, datetime.now(UTC), workspace=TEAM)  # an agenda is due at once, and Slack does not answer
    async with FakeSlack() as slack, process(tmp_path, over_http(tmp_path, slack.url), "run") as bot:
        slack.order("chat.postMessage", HANGS_BEFORE)
        assert bot.stdout is not None
        said = (await asyncio.wait_for(bot.stdout.readline(), 20)).decode()
        while not slack.called("chat.postMessage"):  # noqa: ASYNC110 - another process calls it
            await asyncio.sleep(0.05)
        told = monotonic()
        bot.send_signal(signal.SIGTERM)
        async with aiohttp.ClientSession() as browser:
            while await answers(browser, said.split("Health: ")[1].split(". ")[0]):  # noqa: ASYNC110 - so is the page
                await asyncio.sleep(0.05)
        closed = monotonic()
        await asyncio.wait_for(bot.communicate(), 10)
        assert bot.returncode == 0
        assert closed - told < (monotonic() - told) / 2, "the post under way was waited for, the door was not"


async def answers(browser: aiohttp.ClientSession, page: str) -> bool:
    try:
        async with browser.get(page):
            return True
    except aiohttp.ClientError:
        return False


async def test_while_slack_is_away_it_says_so_and_can_be_stopped(tmp_path: Path) -> None:
    async with process(tmp_path, over_http(tmp_path), "run") as bot:
        assert bot.stderr is not None
        assert b"slack_away" in await asyncio.wait_for(bot.stderr.readline(), 20)
        bot.send_signal(signal.SIGTERM)
        await asyncio.wait_for(bot.communicate(), 10)
        assert bot.returncode == 0


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"SLACK_SIGNING_SECRET": " "}, "SLACK_SIGNING_SECRET must be set"),
        ({"SLACK_SIGNING_SECRET": "", "SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET must be set"),
        ({"MAT_TRANSPORT": "carrier pigeon"}, "I can't use what MAT_TRANSPORT says"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_made(more: dict[str, str], sentence: str, tmp_path: Path) -> None:
    async with process(tmp_path, over_http(tmp_path, **more), "run") as bot:
        _, said = await asyncio.wait_for(bot.communicate(), 20)
    assert bot.returncode == 2
    assert said.decode().startswith(f"matbot: {sentence}")
    assert not (tmp_path / "data").exists()


async def test_an_address_of_another_machine_ends_it_with_a_sentence(tmp_path: Path) -> None:
    async with (
        FakeSlack() as slack,
        process(tmp_path, over_http(tmp_path, slack.url, MAT_HTTP_HOST="192.0.2.1"), "run") as bot,
    ):
        _, said = await asyncio.wait_for(bot.communicate(), 20)
    assert bot.returncode == 1
    assert said.decode().startswith("matbot: I can't listen at 192.0.2.1, port 0.")
