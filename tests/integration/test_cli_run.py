"""`python -m bot run`: refuses what cannot work with a sentence, runs against Slack, and stops when told to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot import cli
from bot.settings import Settings
from bot.stores import open_work
from store.running import only_running
from tests.cli import filled
from tests.fakes import payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import APP_TOKEN, BOT_TOKEN, HANGS_BEFORE, MEMBER, TEAM, TEAM_CHANNEL, refuses

ROOT = Path(__file__).parents[2]


def environment(folder: Path, slack_url: str = "http://127.0.0.1:1/api/", **more: str) -> dict[str, str]:
    """The whole environment of a bot under test: nothing of this machine's but the way to programs."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack_url,
        "MAT_DATA_DIR": str(folder / "data"),
        "MAT_PORT": "0",
    } | more


@asynccontextmanager
async def process(folder: Path, environ: dict[str, str], *arguments: str) -> AsyncIterator[Process]:
    """`python -m bot …` in a folder without `.env`; killed at the end if it still runs."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        cwd=folder,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.communicate()


async def says_ok(page: str) -> dict[str, object]:
    """What a page says once it answers 200."""
    async with aiohttp.ClientSession() as browser:
        for _ in range(200):
            async with browser.get(page) as answer:
                report: dict[str, object] = await answer.json()
            if answer.status == 200:
                return report
            await asyncio.sleep(0.05)
    pytest.fail(f"{page} never said ok: {report}")


@pytest.mark.parametrize(
    ("tokens", "named"),
    [
        ({}, "SLACK_BOT_TOKEN and SLACK_APP_TOKEN must be set"),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN}, "SLACK_APP_TOKEN must be set"),
        ({"SLACK_APP_TOKEN": APP_TOKEN, "SLACK_BOT_TOKEN": " "}, "SLACK_BOT_TOKEN must be set"),
        ({"SLACK_APP_TOKEN": BOT_TOKEN, "SLACK_BOT_TOKEN": APP_TOKEN}, "What SLACK_BOT_TOKEN holds is not a bot token"),
    ],
)
def test_run_without_a_token_or_with_two_swapped_says_which(
    tokens: dict[str, str],
    named: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, token in tokens.items():
        monkeypatch.setenv(name, token)
    assert cli.main(["run"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"matbot: {named}")
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


async def test_it_runs_answers_and_stops(tmp_path: Path) -> None:
    async with FakeSlack() as slack, process(tmp_path, environment(tmp_path, slack.url), "run") as bot:
        await asyncio.wait_for(slack.connected(), 20)
        assert bot.stdout is not None
        said = (await bot.stdout.readline()).decode()
        assert "matbot is connected to" in said
        page = said.split("Health: ")[1].split(". ")[0]
        assert (await says_ok(page)).keys() == {"ok", "seconds_since_turn"}
        ready = await says_ok(page.replace("healthz", "readyz"))
        assert {"line", "database", "migrations", "clockwork"} <= ready.keys()
        answer = await slack.deliver(
            "slash_commands", payloads.slash_command("status", user=MEMBER, channel=TEAM_CHANNEL, trigger="t")
        )
        assert answer["response_type"] == "ephemeral"
        assert "/mat setup" in answer["text"]

        bot.send_signal(signal.SIGTERM)
        out, log = await asyncio.wait_for(bot.communicate(), 10)
        assert bot.returncode == 0
        assert out == b""
        assert [
            line for line in log.decode().splitlines() if json.loads(line)["level"] not in {"INFO", "WARNING"}
        ] == []
    assert (tmp_path / "data" / "matbot.db").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data" / "concerns.db").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data-keys").stat().st_mode & 0o077 == 0


async def test_it_waits_while_slack_is_away_and_can_be_stopped(tmp_path: Path) -> None:
    async with process(tmp_path, environment(tmp_path), "run") as bot:
        assert bot.stderr is not None
        first = json.loads(await asyncio.wait_for(bot.stderr.readline(), 20))
        assert first["event"] == "slack_away"
        bot.send_signal(signal.SIGTERM)
        await asyncio.wait_for(bot.communicate(), 10)
        assert bot.returncode == 0


async def test_it_stops_in_time_while_slack_hangs(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, MAT_DATA_DIR=tmp_path / "data", MAT_KEY_DIR=tmp_path / "data-keys")
    await filled(settings, datetime.now(UTC), workspace=TEAM)  # an agenda is due at once
    async with FakeSlack() as slack, process(tmp_path, environment(tmp_path, slack.url), "run") as bot:
        slack.order("chat.postMessage", HANGS_BEFORE)
        while not slack.called("chat.postMessage"):  # noqa: ASYNC110 - another process calls it
            await asyncio.sleep(0.05)
        bot.send_signal(signal.SIGTERM)
        await asyncio.wait_for(bot.communicate(), 10)
        assert bot.returncode == 0
    async with open_work(settings) as work, work.reading() as books:
        assert len(await books.outbox.in_doubt()) == 1


@pytest.mark.parametrize(
    ("method", "sentence"),
    [("auth.test", "SLACK_BOT_TOKEN (invalid_auth)"), ("apps.connections.open", "SLACK_APP_TOKEN (invalid_auth)")],
)
async def test_a_wrong_token_ends_it_with_a_sentence(method: str, sentence: str, tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        slack.order(method, refuses("invalid_auth"))
        async with process(tmp_path, environment(tmp_path, slack.url), "run") as bot:
            _, said = await asyncio.wait_for(bot.communicate(), 20)
    assert bot.returncode == 1
    assert f"matbot: Slack does not accept {sentence}." in said.decode()
    assert "Traceback" not in said.decode()


async def test_a_second_bot_on_the_same_records_is_refused(tmp_path: Path) -> None:
    with only_running(f"sqlite:///{tmp_path / 'data' / 'matbot.db'}"):
        async with process(tmp_path, environment(tmp_path), "run") as bot:
            _, said = await asyncio.wait_for(bot.communicate(), 20)
    assert bot.returncode == 1
    assert said.decode().startswith("matbot: Another bot is already running on these records.")


async def test_a_taken_port_ends_it_with_a_sentence(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        port = slack.url.split(":")[2].split("/")[0]
        async with process(tmp_path, environment(tmp_path, slack.url, MAT_PORT=port), "run") as bot:
            _, said = await asyncio.wait_for(bot.communicate(), 20)
    assert bot.returncode == 1
    assert said.decode().startswith(f"matbot: Port {port} is taken")


@pytest.mark.parametrize(
    ("setting", "value"), [("MAT_PORT", "eighty"), ("MAT_PORT", "70000"), ("MAT_LOG_LEVEL", "DEBUG")]
)
async def test_a_wrong_setting_is_named_and_its_value_is_not(setting: str, value: str, tmp_path: Path) -> None:
    async with process(tmp_path, environment(tmp_path, **{setting: value}), "run") as bot:
        _, said = await asyncio.wait_for(bot.communicate(), 20)
    assert bot.returncode == 2
    assert setting in said.decode()
    assert "Traceback" not in said.decode()
    assert not (tmp_path / "data").exists()
