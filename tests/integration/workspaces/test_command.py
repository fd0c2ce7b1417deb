"""`python -m bot workspace`: tokens come from standard input and are shown nowhere; removing deletes everything."""

from __future__ import annotations

import asyncio
import io
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.check_command import findings
from bot.forget_command import forgotten
from bot.launch import which_command
from bot.settings import Settings
from bot.stores import any_added, make_new, open_work
from bot.workspace_command import added, lines, removed
from bot.wrong_use import NoSuchWorkspace, NotConfirmed, OtherToken, TokenEmpty, TokenNotTaken, WorkspaceOfSettings
from mat.installations import Tokens
from store.running import only_running
from store.token_seal import TokenSeal
from tests.bot_under_test import bot_under_test, settings_for
from tests.cli import CommandLine
from tests.fakes import payloads
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import APP_TOKEN, BOT_TOKEN
from tests.integration.test_cli_run import environment, process
from tests.integration.workspaces.test_leaving import of, rows
from tests.integration.workspaces.two import CEDAR, THERE, in_team, two_workspaces

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def secrets(*given: str) -> Iterator[str]:
    return iter(given)


async def add(settings: Settings, *given: str, admins: tuple[str, ...] = ()) -> str:
    left = secrets(*given)
    return await added(settings, admins, lambda _what: next(left), lambda: NOON)


async def test_it_is_added_listed_without_tokens_and_found_by_a_running_bot(bot_folder: Path) -> None:
    async with FakeSlack() as slack:
        cedar = slack.join(CEDAR)
        async with bot_under_test(bot_folder, slack=slack) as bot:
            settings = bot.bot.settings
            said = await add(settings, cedar.token, f" {cedar.app_token}\n", admins=("U0CEDAR01",))
            assert CEDAR in said
            await bot.bot.workspaces.look()
            presence = bot.bot.presences.of(CEDAR)
            assert presence is not None
            assert presence.tokens == Tokens(cedar.token, cedar.app_token)
            shown = "\n".join([said, *await lines(settings)])
        assert "U0CEDAR01" in shown
        assert "0 clinics" in shown
        assert "xoxb" not in shown
        assert "xapp" not in shown
        assert cedar.token.encode() not in b"".join(f.read_bytes() for f in (bot_folder / "data").iterdir())


async def test_over_http_the_signing_secret_is_asked_for_and_the_path_is_said(bot_folder: Path) -> None:
    async with FakeSlack() as slack:
        cedar = slack.join(CEDAR)
        settings = settings_for(bot_folder, slack, MAT_TRANSPORT="http")
        assert f"/slack/events/{CEDAR}" in await add(settings, cedar.token, "a-secret")
        async with open_work(settings) as work, work.reading() as books:
            (one,) = await books.installations.all()
        assert TokenSeal(settings.key_dir).open(CEDAR, one.sealed).signing == "a-secret"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (("", "x"), TokenEmpty),
        (("xoxb-made-up-T0CEDAR01", " "), TokenEmpty),
        (("xoxb-nobody", "xapp-nobody"), TokenNotTaken),
        (("xapp-nobody", "xoxb-nobody"), OtherToken),
        (("xoxb-made-up-T0CEDAR01", "xapp-nobody"), TokenNotTaken),
        ((BOT_TOKEN, APP_TOKEN), WorkspaceOfSettings),
    ],
)
async def test_what_slack_does_not_take_is_not_kept(
    bot_folder: Path, given: tuple[str, ...], wrong: type[Exception]
) -> None:
    async with FakeSlack() as slack:
        slack.join(CEDAR)
        settings = settings_for(bot_folder, slack)
        with pytest.raises(wrong):
            await add(settings, *given)
        assert not await any_added(settings)


async def test_removed_while_no_bot_runs_it_is_gone_at_once(bot_folder: Path) -> None:
    async with two_workspaces(bot_folder) as two:
        settings = two.under_test.bot.settings
    with pytest.raises(NotConfirmed):
        await removed(settings, CEDAR, lambda: NOON, lambda _question: False)
    assert of(CEDAR, rows(bot_folder))
    said = await removed(settings, CEDAR, lambda: NOON, lambda question: "Cedar" in question)
    assert "Nothing about Cedar is left" in said
    assert of(CEDAR, rows(bot_folder)) == []
    with pytest.raises(NoSuchWorkspace):
        await removed(settings, CEDAR, lambda: NOON, lambda _question: True)


async def test_removed_beside_a_running_bot_it_is_the_bot_that_lets_go_and_deletes(bot_folder: Path) -> None:
    async with two_workspaces(bot_folder, THERE) as two:
        bot = two.under_test

        async def meanwhile(_seconds: float) -> None:
            bot.clock.jump_to(bot.clock().replace(second=(bot.clock().second + 5) % 60))
            await two.look()

        with only_running(bot.bot.settings.database_url):
            await removed(bot.bot.settings, CEDAR, bot.clock, lambda _question: True, sleep=meanwhile)
        assert bot.bot.presences.of(CEDAR) is None
    assert of(CEDAR, rows(bot_folder)) == []


async def test_who_is_forgotten_looks_after_no_workspace_any_more_also_where_no_clinic_is(bot_folder: Path) -> None:
    async with FakeSlack() as slack:
        cedar, settings = slack.join(CEDAR), settings_for(bot_folder, slack)
        await add(settings, cedar.token, cedar.app_token, admins=("U0CEDAR01", "U0CEDAR02"))
        await forgotten(settings, "U0CEDAR01", "", lambda: NOON, lambda _question: True)
        said = "\n".join(await lines(settings))
    assert "U0CEDAR01" not in said
    assert "U0CEDAR02" in said
    assert b"U0CEDAR01" not in b"".join(f.read_bytes() for f in (bot_folder / "data").iterdir())


async def test_with_a_workspace_added_the_bot_needs_none_in_its_settings(bot_folder: Path) -> None:
    async with FakeSlack() as slack:
        cedar = slack.join(CEDAR)
        empty = {"slack_bot_token": SecretStr(""), "slack_app_token": SecretStr("")}
        none = settings_for(bot_folder, slack).model_copy(update=empty)
        assert which_command(none) == "demo"
        await add(none, cedar.token, cedar.app_token)
        assert which_command(none) == "run"


def test_tokens_are_read_from_standard_input_and_never_from_arguments(
    bot_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(bot_folder)
    monkeypatch.setenv("MAT_DATA_DIR", str(bot_folder / "data"))
    monkeypatch.setenv("MAT_KEY_DIR", str(bot_folder / "keys"))
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n"))
    code, _, err = CommandLine(capsys)("workspace", "add")
    assert (code, "I got no Bot token" in err) == (2, True)
    code, out, _ = CommandLine(capsys)("workspace", "list")
    assert (code, out) == (0, "No workspace was added.\n")


async def test_check_looks_at_every_workspace_with_its_own_tokens(bot_folder: Path) -> None:
    async with two_workspaces(bot_folder) as two:
        settings = two.under_test.bot.settings
        said = [str(finding) async for finding in findings(settings, two.under_test.clock)]
        assert "ok: Cedar: Slack takes its bot token: I am @matbot in Made-up Clinic." in said
        assert "ok: Cedar: Cedar Hill Clinic: I can post in #mat-team." in said
        assert "ok: Maple Street Clinic: I can post in #mat-team." in said
        assert not [line for line in said if line.startswith("trouble")]
        two.under_test.slack.others.clear()
        said = [str(finding) async for finding in findings(settings, two.under_test.clock)]
        assert "trouble: Cedar: its bot token: Slack refuses it (invalid_auth)." in said
        assert "ok: Maple Street Clinic: I can post in #mat-team." in said


async def test_a_bot_with_no_workspace_in_its_settings_serves_those_that_were_added(tmp_path: Path) -> None:
    """A process of its own: it starts, answers over its own socket, sees the workspace leave, and stops when told to."""
    async with FakeSlack() as slack:
        cedar = slack.join(CEDAR)
        none = SecretStr("")
        update = {"slack_bot_token": none, "slack_app_token": none}
        settings = settings_for(tmp_path, slack).model_copy(update=update)
        await asyncio.to_thread(make_new, settings)
        await add(settings, cedar.token, cedar.app_token)
        tokens = {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""}
        env = environment(tmp_path, slack.url, MAT_KEY_DIR=str(settings.key_dir), **tokens)
        async with process(tmp_path, env, "run") as bot:
            await asyncio.wait_for(slack.connected(), 20)
            command = in_team(payloads.slash_command("status", trigger="t"), CEDAR)
            assert "response_type" in str(await slack.deliver("slash_commands", command))
            await slack.deliver("events_api", in_team(payloads.event({"type": "app_uninstalled"}), CEDAR))
            while of(CEDAR, rows(tmp_path)):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.5)
            bot.send_signal(signal.SIGTERM)
            await asyncio.wait_for(bot.communicate(), 10)
            assert bot.returncode == 0
