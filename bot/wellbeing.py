"""What the audit looks at outside the records, and the sign of life it gives to a watch outside this machine."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import aiohttp

from messages.audit import disk_nearly_full
from scheduler.audit import Check

MB = 1_000_000
FINE = 400

log = logging.getLogger("mat.audit")


class Usage(Protocol):
    """What is left of a disk, in bytes."""

    @property
    def free(self) -> int: ...


def disk_check(folder: Path, least_mb: int, usage: Callable[[Path], Usage] = shutil.disk_usage) -> Check:
    """A check that the disk of `folder` has at least `least_mb` megabytes left."""

    def check() -> tuple[str, str] | None:
        try:
            free_mb = usage(folder).free // MB
        except OSError:
            free_mb = 0
        return ("disk", disk_nearly_full(folder.name, free_mb, least_mb)) if free_mb < least_mb else None

    return check


def sign_of_life(url: str, session: aiohttp.ClientSession) -> Callable[[], Awaitable[None]]:
    """Asks for `url` and nothing else: no data goes with it, and what comes back is not read. Never raises; empty: does nothing."""

    async def give() -> None:
        if not url:
            return
        try:
            async with session.get(url, allow_redirects=False) as answer:
                if answer.status >= FINE:
                    log.warning("alive-not-taken", extra={"code": str(answer.status)})
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as failed:
            log.warning("alive-not-taken", extra={"type": type(failed).__name__})

    return give
