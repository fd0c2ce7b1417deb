"""The command line in tests: called in this process, on a folder of its own, with the demo's clinics in the stores."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from bot import cli
from bot.demo_seed import seed
from bot.settings import Settings, read_settings
from bot.stores import make_new, open_work
from mat.playbook import load_playbook
from store.concerns import open_concern_box
from store.tables import metadata

# A Wednesday, 10:00 AM in New York.
WEDNESDAY = datetime(2027, 1, 6, 15, 0, tzinfo=UTC)

Called = tuple[int, str, str]
"""Exit code, standard output, standard error."""


class CommandLine:
    """Calls `python -m bot …` in this process and keeps what was printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Called:
        self._capsys.readouterr()
        try:
            code = cli.main(list(arguments))
        except SystemExit as stopped:  # argparse
            code = int(stopped.code or 0)
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err


def here(folder: Path, monkeypatch: pytest.MonkeyPatch, **more: str) -> Settings:
    """Makes `folder` the place where the bot runs, with an environment that names nothing else."""
    monkeypatch.chdir(folder)
    for name in (
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "MAT_DATABASE_URL",
        "MAT_KEY_DIR",
        "MAT_LOG_LEVEL",
        "MAT_ADMINS",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MAT_DATA_DIR", str(folder / "data"))
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def ids() -> Callable[[], str]:
    """Ids that count up, so that what a test prints is the same each time."""
    numbers = count(1)
    return lambda: f"{next(numbers):032x}"


def fill(settings: Settings, now: datetime = WEDNESDAY) -> None:
    """Makes both stores and puts the demo's clinics into them."""
    asyncio.run(filled(settings, now))


async def filled(settings: Settings, now: datetime = WEDNESDAY, *, workspace: str = "") -> None:
    """`workspace`: where the demo's clinics are instead of the demo's own."""
    await asyncio.to_thread(make_new, settings)
    async with (
        open_work(settings) as work,
        open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, now) as concerns,
    ):
        await seed(work, concerns, load_playbook(), now, ids())
    if workspace:
        with closing(sqlite3.connect(settings.data_dir / "matbot.db")) as store, store:
            for table in metadata.sorted_tables:
                if "workspace" in table.columns:
                    store.execute(f'UPDATE "{table.name}" SET workspace = ?', (workspace,))
