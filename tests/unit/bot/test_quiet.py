from __future__ import annotations

import asyncio
import json
import logging
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bot.quiet import LogsTooMuch, no_core_dumps, require_quiet
from tests.logged import FORCED_DEBUG, logged, put_back

ROOT = Path(__file__).parents[3]
CANARY = "Purple giraffes"
# Every library that ever holds a person's words or id, by the logger that it has.
LIBRARIES = (
    *(
        "slack_bolt.AsyncApp",
        "slack_bolt.AsyncApp:listener",
        "slack_sdk.web.async_client",
        "slack_sdk.socket_mode.aiohttp",
    ),
    *("aiohttp.client", "aiohttp.access", "uvicorn.error", "uvicorn.access", "starlette", "asyncio"),
    *("sqlalchemy.engine.Engine", "sqlalchemy.pool.impl", "sqlalchemy.orm", "aiosqlite", "psycopg", "psycopg.pool"),
    *(
        "procrastinate.worker",
        "procrastinate.manager",
        "apscheduler.scheduler",
        "alembic.runtime.migration",
        "pydantic",
    ),
)


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    with put_back():
        made = logging.getLogger("some.agent")
        yield made
        made.handlers.clear()
        made.setLevel(logging.NOTSET)


def test_as_it_is_the_bot_may_start(logger: logging.Logger) -> None:
    logger.addHandler(logging.NullHandler())
    require_quiet()


def test_a_handler_of_its_own_is_refused(logger: logging.Logger) -> None:
    logger.addHandler(logging.StreamHandler())
    with pytest.raises(LogsTooMuch) as refused:
        require_quiet()
    assert "“some.agent”" in refused.value.sentence


def test_a_level_that_shows_payloads_is_refused(logger: logging.Logger) -> None:
    logger.setLevel(logging.DEBUG)
    with pytest.raises(LogsTooMuch):
        require_quiet()


def test_an_echo_is_refused() -> None:
    with put_back():
        engine = create_engine("sqlite://", echo=True)
        try:
            with pytest.raises(LogsTooMuch) as refused:
                require_quiet()
            assert "“sqlalchemy" in refused.value.sentence
        finally:
            engine.dispose()
            for name in ("sqlalchemy", "sqlalchemy.engine.Engine"):
                logging.getLogger(name).handlers.clear()
                logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.mark.parametrize("level", ["WARNING", "INFO", FORCED_DEBUG])
@pytest.mark.parametrize("name", LIBRARIES)
def test_no_library_writes_words_at_any_level(name: str, level: str) -> None:
    with logged(level) as log:
        library = logging.getLogger(name)
        for say in (library.debug, library.info, library.warning, library.error, library.critical):
            say("payload: %s", CANARY, extra={"reference": CANARY})
        library.error({"text": CANARY}, exc_info=ValueError(CANARY), stack_info=True)
    assert CANARY not in log.lines
    assert json.loads(log.lines.splitlines()[-1])["type"] == "ValueError"


async def test_what_falls_in_the_event_loop_is_told_by_its_type() -> None:
    """A task that nobody waits for, and a callback that falls: asyncio would print both with what they hold."""

    async def fall() -> None:
        raise ValueError(CANARY)

    def fall_at_once(text: str) -> None:
        raise ValueError(text)

    with logged("INFO") as log:
        task = asyncio.create_task(fall(), name=CANARY)
        asyncio.get_running_loop().call_soon(fall_at_once, CANARY)
        await asyncio.sleep(0.01)
        del task
        await asyncio.sleep(0)
    lines = [json.loads(line) for line in log.lines.splitlines()]
    assert [(line["logger"], line["type"]) for line in lines] == [("asyncio", "ValueError")] * 2
    assert CANARY not in log.lines


def test_no_core_file_after_a_crash() -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    try:
        no_core_dumps()
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


def test_a_crash_of_the_interpreter_prints_places_and_no_words() -> None:
    """Python's own report of a segmentation fault, where somebody switched it on."""
    program = (
        f"import ctypes, faulthandler\nfaulthandler.enable()\ndef crash(text): ctypes.string_at(0)\ncrash({CANARY!r})\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert "Segmentation fault" in ran.stderr
    assert "giraffes" not in ran.stderr
