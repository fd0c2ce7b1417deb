"""Fixtures: a whole bot on migrated stores of its own, with one clinic set up. A pytest plugin."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import database
from mat.clinic import Clinic
from store.concerns import concern_url
from tests.bot_under_test import BotUnderTest, bot_under_test, with_clinic


@pytest.fixture(scope="session")
def store_templates(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Migrated files of the main store and the concern store, without rows."""
    folder = tmp_path_factory.mktemp("concern-template")
    database.upgrade(concern_url("sqlite://", folder), database.CONCERNS)
    return sqlite_template, next(folder.glob("*.db"))


@pytest.fixture
def bot_folder(store_templates: tuple[Path, Path], tmp_path: Path) -> Path:
    """A folder with fresh stores, for `bot_under_test`; open it twice to see what a restart keeps."""
    main, concerns = store_templates
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    shutil.copy(main, data / "matbot.db")
    shutil.copy(concerns, data / concerns.name)
    return tmp_path


@pytest.fixture
async def bot(bot_folder: Path) -> AsyncIterator[BotUnderTest]:
    """A bot nobody has set up yet."""
    async with bot_under_test(bot_folder) as under_test:
        yield under_test


@pytest.fixture
async def clinic(bot: BotUnderTest) -> Clinic:
    """A clinic in that bot, set up: LEAD leads it, MEMBER is its project manager."""
    return await with_clinic(bot)
