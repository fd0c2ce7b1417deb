"""Keeps short what SQLite's journal remembers: what was deleted stands in it until it is carried over into the file."""

from __future__ import annotations

import asyncio
import logging

from bot.line import Sleep
from store.checkpoint import empty_journal

EVERY_SECONDS = 3600.0

log = logging.getLogger("mat.store")


async def keep_journal_short(url: str, *, sleep: Sleep = asyncio.sleep) -> None:
    """Empties the journal of the main store at `url` once an hour, for ever. Where somebody is in the way, the next hour does it."""
    while True:
        await sleep(EVERY_SECONDS)
        if not await asyncio.to_thread(empty_journal, url):
            log.warning("journal-not-emptied")
