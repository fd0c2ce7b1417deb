"""Keeps what the bot knows of people fresh, in every workspace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bot.line import Sleep
from bot.presence import Presence, Presences

PEOPLE_EVERY_SECONDS = 600.0
LOOK_EVERY_SECONDS = 2.0
AT_ONCE = 4


class PeopleKeeper:
    """Reads everybody of a workspace as soon as it came, and every ten minutes; a few workspaces at a time."""

    def __init__(
        self, presences: Presences, *, sleep: Sleep = asyncio.sleep, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._presences = presences
        self._sleep = sleep
        self._now = now
        self._read_at: dict[str, tuple[Presence, float]] = {}

    async def keep(self) -> None:
        """Never returns. The settings' workspace is read once before this begins."""
        for presence in self._presences:
            if presence.workspace == self._presences.home:
                self._read_at[presence.workspace] = presence, self._now()
        while True:
            due = self._due()
            for begin in range(0, len(due), AT_ONCE):
                await asyncio.gather(*(self._read(presence) for presence in due[begin : begin + AT_ONCE]))
            await self._sleep(LOOK_EVERY_SECONDS)

    def _due(self) -> list[Presence]:
        there = {presence.workspace: presence for presence in self._presences}
        self._read_at = {name: read for name, read in self._read_at.items() if there.get(name) is read[0]}
        now = self._now()
        return [
            presence
            for name, presence in there.items()
            if name not in self._read_at or now - self._read_at[name][1] >= PEOPLE_EVERY_SECONDS
        ]

    async def _read(self, presence: Presence) -> None:
        self._read_at[presence.workspace] = presence, self._now()
        await presence.directory.load()
