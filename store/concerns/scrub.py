"""The scrub: rewrites the file and empties its journal, so that neither keeps an order or deleted bytes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

from store.concerns.engines import set_pragmas

# Together well under the five seconds that docs/privacy.md names, when no reader is in the way.
DELAY_SECONDS = 1.0
RETRY_SECONDS = 0.5
# Then the keeper's next round goes on.
TRIES = 60
PATIENCE_MS = 100


def scrub_file(file: Path) -> bool:
    """VACUUM and a full checkpoint on a connection of its own; False when a reader or writer was in the way."""
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        set_pragmas(connection)
        connection.execute("VACUUM")
        # While it waits for readers it keeps writers out, and whoever raises a concern must not wait for somebody's file viewer.
        connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    else:
        return bool(busy == 0)
    finally:
        connection.close()


def is_scrubbed(file: Path) -> bool:
    """Whether nothing stands in the journal, and no page is left that something was deleted from."""
    journal = file.with_name(f"{file.name}-wal")
    if journal.exists() and journal.stat().st_size:
        return False
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (pages,) = connection.execute("PRAGMA freelist_count").fetchone()
    return int(pages) == 0


def touch(file: Path) -> None:
    """Sets the times of the file and of its journals to now, so that they tell the keeper's round and no submission."""
    for each in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        with contextlib.suppress(FileNotFoundError):
            os.utime(each)


class Scrubber:
    """One scrub for all writes since the last: a moment after a write, and again while somebody is in the way."""

    def __init__(self, scrub: Callable[[], Awaitable[bool]], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._scrub = scrub
        self._sleep = sleep
        self._written = 0
        self._scrubbed = 0
        self._round: asyncio.Task[None] | None = None

    @property
    def clean(self) -> bool:
        """Whether everything that was written has been scrubbed."""
        return self._scrubbed == self._written

    def wake(self) -> None:
        """Something was written: scrub soon, after the answer went out."""
        self._written += 1
        if self._round is None or self._round.done():
            self._round = asyncio.get_running_loop().create_task(self._run())

    async def now(self) -> bool:
        """One try at once; whether it finished."""
        written = self._written
        done = await self._scrub()
        if done:
            self._scrubbed = written
        return done

    async def close(self) -> None:
        """Stops the round and tries a last time."""
        if self._round is not None:
            self._round.cancel()
            await asyncio.gather(self._round, return_exceptions=True)
        if not self.clean:
            await self.now()

    async def _run(self) -> None:
        await self._sleep(DELAY_SECONDS)
        for _ in range(TRIES):
            if await self.now() and self.clean:
                return
            await self._sleep(RETRY_SECONDS)
