"""The command line itself: quick help, friendly refusals, sentences in place of tracebacks."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import bodies, cli
from bot.settings import read_settings
from mat.errors import StoreIsBusy
from tests.cli import CommandLine, fill, here

ROOT = Path(__file__).parents[2]
HEAVY = ("slack_bolt", "slack_sdk", "sqlalchemy", "sqlmodel", "aiohttp", "pydantic", "apscheduler", "alembic", "nacl")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


def parsers(parser: argparse.ArgumentParser, *words: str) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every command that can be typed."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        for name, one in action.choices.items():
            yield from parsers(one, *words, name)
    if not below:
        yield words, parser


COMMANDS = list(parsers(cli.make_parser()))


def test_these_are_the_commands() -> None:
    assert [" ".join(words) for words, _ in COMMANDS] == [
        "run",
        "demo",
        "check",
        "plan",
        "run-now",
        "preview",
        "posts retry",
        "posts drop",
        "db upgrade",
        "db check",
        "db backup",
        "db restore",
        "export",
        "workspace add",
        "workspace list",
        "workspace remove",
        "forget",
        "concerns keys status",
        "concerns keys rotate",
        "concerns keys destroy",
        "occurrences",
        "guard",
        "simulate",
    ]


@pytest.mark.parametrize("words", [words for words, _ in COMMANDS], ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...], call: CommandLine) -> None:
    code, said, _ = call(*words, "--help")
    assert code == 0
    assert said.startswith(f"usage: python -m bot {' '.join(words)}")
    assert all(parser.get_default("body") for found, parser in COMMANDS if found == words)


def test_help_loads_neither_slack_nor_the_store() -> None:
    code = f"import sys; from bot import cli; cli.make_parser().format_help(); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_it_starts_as_a_module(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "--help"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: python -m bot")
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [(), ("stauts",), ("db",), ("plan", "--weeks", "2"), ("demo", "--port", "http"), ("demo", "--port", "70000")],
)
def test_wrong_use_is_said_in_a_line(arguments: tuple[str, ...], call: CommandLine) -> None:
    code, out, said = call(*arguments)
    assert (code, out) == (2, "")
    assert "error: " in said.splitlines()[-1]


@pytest.mark.parametrize(
    ("problem", "code", "sentence"),
    [
        (StoreIsBusy(), 1, "matbot: My records are busy. Nothing was changed; please try again in a moment.\n"),
        (KeyboardInterrupt(), 130, ""),
        (
            FileNotFoundError(2, "No such file or directory", "/srv/usb"),
            1,
            "matbot: No such file or directory: /srv/usb\n",
        ),
        (ConnectionResetError("what a person wrote"), 1, "matbot: something went wrong that I did not expect (Conn"),
        (ValueError("what a person wrote"), 1, "matbot: something went wrong that I did not expect (ValueError at "),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    problem: BaseException, code: int, sentence: str, call: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def body(_options: argparse.Namespace) -> int:
        raise problem

    monkeypatch.setattr(bodies, "check", body)
    found, out, said = call("check")
    assert (found, out) == (code, "")
    assert said.startswith(sentence)
    assert "what a person wrote" not in said


def test_settings_come_from_the_environment_and_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here(tmp_path, monkeypatch, MAT_ADMINS="U1, U2 U3", SLACK_API_URL="http://127.0.0.1:9/api")
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-from-the-file\nMAT_ADMINS=U9\nMAT_PORT=\n")
    settings = read_settings()
    assert settings.slack_bot_token.get_secret_value() == "xoxb-from-the-file"
    assert settings.admins == {"U1", "U2", "U3"}
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"
    assert settings.port == 8025
    assert settings.key_dir == tmp_path / "data-keys"
    assert "xoxb" not in repr(settings)


@pytest.mark.parametrize("arguments", [("preview", "digests"), ("run-now", "digests"), ("forget", "--user", "@ana")])
def test_wrong_use_is_said_before_any_records_are_looked_for(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine
) -> None:
    here(tmp_path, monkeypatch)
    code, out, said = call(*arguments)
    assert (code, out) == (2, "")
    assert "records" not in said


@pytest.mark.parametrize("address", ["mysql://bot:secret@host/matbot", "postgres://host/matbot", "matbot.db"])
def test_an_address_of_no_store_that_i_know_is_refused_by_its_setting(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine
) -> None:
    here(tmp_path, monkeypatch)
    monkeypatch.setenv("MAT_DATABASE_URL", address)
    code, out, said = call("plan")
    assert (code, out) == (2, "")
    assert "MAT_DATABASE_URL" in said
    assert address not in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to somebody else")
@pytest.mark.parametrize("path", ["data/matbot.db", "data-keys"])
@pytest.mark.parametrize(
    "arguments",
    [("plan",), ("preview", "digest"), ("run-now", "digest"), ("db", "upgrade"), ("db", "backup", "out"), ("run",)],
    ids=" ".join,
)
def test_nothing_is_written_beside_the_records_of_another_user(
    arguments: tuple[str, ...], path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: CommandLine
) -> None:
    settings = here(tmp_path, monkeypatch, SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", MAT_PORT="0")
    fill(settings)
    os.chown(tmp_path / path, 65534, -1)
    code, out, said = call(*arguments)
    assert (code, out) == (2, "")
    assert f"{path} belongs to nobody" in said


@pytest.mark.parametrize("count", ["3", "100000"])
def test_a_reader_that_has_seen_enough_is_no_trouble(count: str) -> None:
    """As with `| head -1`, where a pipe is closed while the bot still has something to print."""
    rule = ("--rule", "FREQ=DAILY", "--start", "2027-01-04T09:00", "--zone", "UTC", "--count", count)
    command = [sys.executable, "-m", "bot", "occurrences", *rule]
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (cli.READER_GONE, "")
