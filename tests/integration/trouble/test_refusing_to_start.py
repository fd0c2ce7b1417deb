"""A store that does not have this code's schema, and a playbook that is damaged: the bot says so and does not start."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot import database
from bot.build import build_bot
from mat.errors import MatError, PlaybookError
from mat.playbook import load_playbook
from mat.playbook.loading import SHIPPED
from tests.bot_under_test import settings_for
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import APP_TOKEN, BOT_TOKEN

ROOT = Path(__file__).parents[3]
STORES = {"matbot.db": database.MAIN, "concerns.db": database.CONCERNS}
UPGRADE, NEWER = "python -m bot db upgrade", "a newer version of me"


def set_revision(file: Path, revision: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as store:
        store.execute("DELETE FROM alembic_version")
        if revision:
            store.execute("INSERT INTO alembic_version VALUES (?)", (revision,))


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(("revision", "sentence"), [("", UPGRADE), ("from_the_future", NEWER)], ids=["none", "newer"])
async def test_another_schema_is_said_and_left_as_it_is(
    bot_folder: Path, store: str, revision: str, sentence: str
) -> None:
    file = bot_folder / "data" / store
    set_revision(file, revision)
    before = file.read_bytes()
    async with FakeSlack() as slack:
        with pytest.raises(MatError) as refused:
            async with build_bot(settings_for(bot_folder, slack), clock=slack.clock):
                pass
        assert sentence in refused.value.sentence
        assert not slack.calls, "Slack is not asked anything before the store is right"
    assert file.read_bytes() == before


async def test_a_main_store_that_is_behind_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    url = f"sqlite:///{tmp_path / 'data' / 'matbot.db'}"
    database.upgrade(url, to="+1")
    assert not database.is_current(url), "the first migration is not the last"
    async with FakeSlack() as slack:
        with pytest.raises(MatError) as refused:
            async with build_bot(settings_for(tmp_path, slack), clock=slack.clock):
                pass
    assert UPGRADE in refused.value.sentence


COMMANDS = (
    ("run",),
    ("plan", "--days", "1"),
    ("preview", "digest"),
    ("run-now", "digest"),
    ("export", "out"),
    ("db", "check"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
async def test_no_command_works_on_another_schema(bot_folder: Path, command: tuple[str, ...]) -> None:
    set_revision(bot_folder / "data" / "matbot.db", "from_the_future")
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": "http://127.0.0.1:1/api/",
        "MAT_DATA_DIR": str(bot_folder / "data"),
        "MAT_PORT": "0",
    }
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *command),
        cwd=bot_folder,
        env=environ,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, problem = await program.communicate()
    told = f"{out.decode()}{problem.decode()}"
    assert program.returncode
    assert NEWER in told
    assert "Traceback" not in told


@pytest.mark.parametrize("damage", ["cut in half", "emptied", "gone", "no TOML"])
@pytest.mark.parametrize("part", sorted(file.name for file in SHIPPED.iterdir() if file.suffix in {".toml", ".yaml"}))
def test_a_damaged_playbook_is_refused_with_the_name_of_the_file(tmp_path: Path, part: str, damage: str) -> None:
    folder = tmp_path / "playbook"
    shutil.copytree(SHIPPED, folder)
    file = folder / part
    whole = file.read_text()
    if damage == "gone":
        file.unlink()
    else:
        file.write_text(
            {"cut in half": whole[: len(whole) // 2] + "\n[[[", "emptied": "", "no TOML": "\x00\xff{"}[damage]
        )
    with pytest.raises(PlaybookError) as refused:
        load_playbook(folder)
    assert len(refused.value.sentence) > len("The playbook can't be used until this is put right: ")
