"""`python -m bot …` as a process of its own, as `make run` starts it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Program:
    """A running program and what it has said so far."""

    process: asyncio.subprocess.Process
    said: list[str]

    async def says(self, pattern: str) -> re.Match[str]:
        """The first match in its output from now on, or in what it said before. Raises AssertionError when it never comes."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while not (found := re.search(pattern, "".join(self.said))):
                line = await self.process.stdout.readline()
                assert line, f"it ended without {pattern!r}: {''.join(self.said)}"
                self.said.append(line.decode())
        return found

    async def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE):
            rest, _ = await self.process.communicate()
        self.said.append(rest.decode())
        return int(self.process.returncode or 0)


@asynccontextmanager
async def program(folder: Path, *arguments: str, **environ: str) -> AsyncIterator[Program]:
    """Runs in `folder` (no `.env` there) with an environment of PATH and `environ` only; its temporary files go there too."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Program(process, [])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
