"""Tests keep their stores in memory where the machine has room for that, so that none waits for a disk that is busy with something else.

A pytest plugin. On a disk under load one commit can take longer than the bot waits for a locked store, and a sound test then fails with
"busy". Whoever sets TMPDIR chooses the place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # folders in it are made by `tempfile` and pytest, for their owner alone
ROOM_BYTES = 1 << 30
"""Several times what a run needs at once. Inside a container the whole place often has 64 MB."""


def usable(folder: Path, room: int = ROOM_BYTES) -> bool:
    """Whether a test may write `room` bytes to `folder` and run what it writes there."""
    try:
        free, flags = shutil.disk_usage(folder).free, os.statvfs(folder).f_flag
    except OSError:
        return False
    return free >= room and not flags & os.ST_NOEXEC and os.access(folder, os.W_OK)


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Before any folder is asked for; the processes of one run inherit the choice."""
    if "TMPDIR" not in os.environ and usable(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
