"""The whole concern store behind one door, and how it is opened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from store.concerns.clock import Clockwork
from store.concerns.engines import concern_url, file_of, open_engines
from store.concerns.inbox import Inbox
from store.concerns.intake import Intake
from store.concerns.keys import KeyFolder
from store.concerns.scrub import Scrubber, scrub_file, touch
from store.engine import Engines


class ConcernStore(Intake, Inbox, Clockwork):
    """Implements `mat.concerns.ConcernBox`."""

    def __init__(self, engines: Engines, keys: KeyFolder, scrubber: Scrubber, file: Path | None) -> None:
        super().__init__(engines, keys, scrubber)
        self._file = file

    @property
    def scrubbed(self) -> bool:
        return self._scrubber.clean

    async def keep(self, now: datetime) -> None:
        self._make_keys(now)
        if self._file is not None:
            # On the timer whether or not something was written, so that a scrub tells nothing either.
            await self._scrubber.now()
            touch(self._file)


@asynccontextmanager
async def open_concern_box(
    database_url: str,
    data_dir: Path,
    key_dir: Path,
    now: datetime,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[ConcernStore]:
    """The migrated concern store, opened. `database_url` is the main store's; `now` an aware instant.

    Leaving it scrubs what is left and closes every connection.

    Raises KeysOpenToOthers or KeysUnusable for the keys, ConcernStoreUnsafe for a database that would not forget.
    """
    keys = await asyncio.to_thread(KeyFolder, key_dir)
    url = concern_url(database_url, data_dir)
    engines, file = open_engines(url), file_of(url)

    async def scrub() -> bool:
        return file is None or await asyncio.to_thread(scrub_file, file)

    scrubber = Scrubber(scrub, sleep)
    box = ConcernStore(engines, keys, scrubber, file)
    try:
        for engine in (engines.writer, engines.reader):
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        await box.keep(now)
        yield box
        await scrubber.close()
    finally:
        await engines.close()
