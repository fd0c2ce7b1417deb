"""The whole concern store behind one door, and how it is opened."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from mat.errors import KeysBusy
from store.concerns.clock import Clockwork
from store.concerns.engines import concern_url, file_of, open_engines
from store.concerns.expiry import Expiry
from store.concerns.forms import FormSecrets
from store.concerns.groups import Groups
from store.concerns.inbox import Inbox
from store.concerns.intake import Intake
from store.concerns.keys import KeyFolder
from store.concerns.rotation import Rotation
from store.concerns.said import Publisher
from store.concerns.scrub import Scrubber, scrub_file, touch
from store.concerns.site_key import open_keys
from store.engine import Engines


class ConcernStore(Intake, Inbox, Publisher, Clockwork, Groups, Expiry, Rotation):
    """Implements `mat.concerns.ConcernBox`."""

    def __init__(
        self, engines: Engines, keys: KeyFolder, scrubber: Scrubber, forms: FormSecrets, file: Path | None
    ) -> None:
        super().__init__(engines, keys, scrubber, forms)
        self._file = file
        self._in_vain = 0

    @property
    def scrubbed(self) -> bool:
        return self._scrubber.clean

    @property
    def scrub_stuck(self) -> bool:
        return self._in_vain >= TRIES_IN_VAIN

    async def keep(self, now: datetime) -> None:
        self._make_keys(now)
        if self._file is not None:
            # On the timer whether or not something was written, so that a scrub tells nothing either.
            self._in_vain = 0 if await self._scrubber.now() else self._in_vain + 1
            touch(self._file)
        # A folder that cannot be written: receipts do without, and the next round tries again.
        with contextlib.suppress(OSError, KeysBusy):
            await asyncio.to_thread(self._forms.keep, now)


# Three rounds of the keeper, a quarter of an hour. Not what came of a single write: an alarm about that would tell when it came.
TRIES_IN_VAIN = 3


@asynccontextmanager
async def open_concern_box(
    database_url: str,
    data_dir: Path,
    key_dir: Path,
    now: datetime,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    afresh: bool = False,
) -> AsyncIterator[ConcernStore]:
    """The migrated concern store, opened. `database_url` is the main store's; `now` an aware instant. `afresh`: a lost site key is
    given up.

    Leaving it scrubs what is left and closes every connection.

    Raises KeysOpenToOthers, KeysUnusable, SiteKeyMissing or SiteKeyOfAnother for the keys, ConcernStoreUnsafe for a database that
    would not forget.
    """
    url = concern_url(database_url, data_dir)
    engines, file = open_engines(url), file_of(url)

    async def scrub() -> bool:
        return file is None or await asyncio.to_thread(scrub_file, file)

    scrubber = Scrubber(scrub, sleep)
    try:
        for engine in (engines.writer, engines.reader):
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        keys = await open_keys(engines, key_dir, afresh=afresh)
        await asyncio.to_thread(keys.require_sound)
        box = ConcernStore(engines, keys, scrubber, FormSecrets(key_dir, now), file)
        await box.keep(now)
        yield box
        await scrubber.close()
    finally:
        await engines.close()
