"""A concern store for tests, built by its migrations; and a look at everything it left on disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config

from mat.concerns import ClinicKey
from store.concerns import concern_url, open_concern_box
from store.concerns.box import ConcernStore

# A Friday, mid-week for nobody: ISO week 2026-W47.
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CLINIC = ClinicKey("T0CANARY", "clinic-1")
OTHER_CLINIC = ClinicKey("T0CANARY", "clinic-2")


def alembic_config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", "migrations/concerns")
    config.attributes["url"] = url
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Runs the concern migrations up to a revision, on the store's own URL."""
    command.upgrade(alembic_config(url), revision)


@asynccontextmanager
async def open_box(folder: Path, database_url: str = "sqlite://", now: datetime = NOW) -> AsyncIterator[ConcernStore]:
    """A migrated, open concern store under `folder`: `data` beside `keys`."""
    migrate(concern_url(database_url, folder / "data"))
    async with open_concern_box(database_url, folder / "data", folder / "keys", now) as box:
        yield box


def every_byte(folder: Path) -> bytes:
    """All files under a folder, journals included, one behind the other."""
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


async def scrubbed(box: ConcernStore) -> None:
    """Waits until nothing of what was written is left in the journal."""
    while not await box._scrubber.now():  # noqa: ASYNC110 - the store tells nobody when it is done
        await asyncio.sleep(0.05)
