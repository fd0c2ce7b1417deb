"""`make run` starts the bot, the demo, or says which token is missing; it never starts one in place of the other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.launch import extras, which_command
from bot.settings import Settings
from bot.wrong_use import TokensMissing
from mat.errors import OneTokenMissing

BOT, APP = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"
SECRET = "SLACK_SIGNING_SECRET"
ROOT = Path(__file__).parents[3]


def settings(**tokens: str) -> Settings:
    return Settings.model_construct(**{name: SecretStr(token) for name, token in tokens.items()})  # type: ignore[arg-type]


def test_both_tokens_run_the_bot() -> None:
    assert which_command(settings(slack_bot_token="xoxb-1", slack_app_token="xapp-1")) == "run"


def test_no_token_shows_the_demo() -> None:
    assert which_command(settings()) == "demo"


def test_blank_is_not_set() -> None:
    assert which_command(settings(slack_bot_token=" ", slack_app_token="")) == "demo"


@pytest.mark.parametrize(("found", "missing"), [(BOT, APP), (APP, BOT)])
def test_one_token_alone_is_refused_by_name(found: str, missing: str) -> None:
    with pytest.raises(OneTokenMissing) as problem:
        which_command(settings(**{found.lower(): "x-1"}))
    assert problem.value.sentence.startswith(f"{found} is set, but {missing} is not.")


def over_http(**tokens: str) -> Settings:
    return Settings(_env_file=None, MAT_TRANSPORT="http", **tokens)  # type: ignore[call-arg, arg-type]


def test_over_http_the_signing_secret_stands_in_for_the_app_token() -> None:
    assert which_command(over_http(slack_bot_token="xoxb-1", slack_signing_secret="s-1")) == "run"


@pytest.mark.parametrize(
    ("tokens", "missing"),
    [
        ({}, f"{BOT} and {SECRET}"),
        ({"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "slack_signing_secret": " "}, SECRET),
        ({"slack_signing_secret": "s-1"}, BOT),
    ],
)
def test_over_http_there_is_no_demo_and_no_start_without_a_secret(tokens: dict[str, str], missing: str) -> None:
    with pytest.raises(TokensMissing) as problem:
        which_command(over_http(**tokens))
    assert problem.value.sentence.startswith(f"{missing} must be set")


def test_a_signing_secret_alone_does_not_choose_http() -> None:
    with pytest.raises(OneTokenMissing):
        which_command(settings(slack_bot_token="xoxb-1", slack_signing_secret="s-1"))


def launched(folder: Path, **tokens: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name not in {BOT, APP}}
    return subprocess.run(
        [sys.executable, "-m", "bot.launch"],
        cwd=folder,
        env={**environ, **tokens, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_makefile_gets_one_word_on_standard_output(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f'{BOT}=xoxb-1\n{APP}="xapp-1"\n')
    assert launched(tmp_path).stdout == "run\n"


def test_the_file_and_the_environment_may_share_the_work(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{BOT}=xoxb-1\n")
    assert launched(tmp_path, SLACK_APP_TOKEN="xapp-1").stdout == "run\n"


def test_with_neither_the_makefile_is_told_to_show_the_demo(tmp_path: Path) -> None:
    assert launched(tmp_path, SLACK_APP_TOKEN="").stdout == "demo\n"


def test_the_makefile_gets_status_2_and_a_sentence_when_one_is_missing(tmp_path: Path) -> None:
    answer = launched(tmp_path, SLACK_APP_TOKEN="xapp-1")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "SLACK_BOT_TOKEN is not" in answer.stderr
    assert "xapp-1" not in answer.stderr


def test_postgres_asks_for_its_driver_and_sqlite_for_nothing() -> None:
    postgres = Settings(_env_file=None, MAT_DATABASE_URL="postgresql://localhost/matbot")  # type: ignore[call-arg]
    assert extras(postgres) == "postgres"
    assert not extras(Settings(_env_file=None))  # type: ignore[call-arg]
