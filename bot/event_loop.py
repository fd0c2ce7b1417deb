"""The event loop that the bot runs on: on Postgres uvloop, which comes with what Postgres needs; else asyncio's own.

Where thousands of posts go out in the same minute it saves an eighth of each. See docs/decisions/0027.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from store.engine import sqlite_file

T = TypeVar("T")


def run_for_long(program: Coroutine[Any, Any, T], database_url: str) -> T:
    """Like `asyncio.run`, for the program that goes on."""
    # uvloop is not there for every platform, and nothing but speed depends on it.
    quick = sqlite_file(database_url) is None and find_spec("uvloop") is not None
    factory = import_module("uvloop").new_event_loop if quick else None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(program)
