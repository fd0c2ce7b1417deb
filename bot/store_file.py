"""The file of the main store, watched: whoever puts another in its place while the bot runs would make it write into nowhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

from mat.errors import MatError
from store.engine import sqlite_file

LOOK_EVERY_SECONDS = 1.0


class StoreWasReplaced(MatError):
    """My records were replaced while I was running, so I stop. To put a backup back, stop me and run `python -m bot db restore`."""


class StoreFile:
    """The file that was there when this was made; on a server there is none to watch."""

    def __init__(self, url: str) -> None:
        self._file = sqlite_file(url)
        self._known = _identity(self._file)

    def replaced(self) -> bool:
        """Whether its name now leads to another file, or to none."""
        return _identity(self._file) != self._known

    async def watch(self) -> None:
        """Raises `StoreWasReplaced` within about a second; never ends by itself."""
        while True:
            if self.replaced():
                raise StoreWasReplaced
            await asyncio.sleep(LOOK_EVERY_SECONDS)


def _identity(file: Path | None) -> tuple[int, int] | None:
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None
