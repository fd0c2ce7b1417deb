"""What else could write into the log: libraries at any level, Python itself, and records of our own made at run time."""

from __future__ import annotations

import ast
import json
import logging
import sys
import threading
import warnings
from pathlib import Path

import pytest

from bot.logging_setup import FIELDS
from tests.logged import FORCED_DEBUG, logged

CANARY = "Purple giraffes"
LIBRARY = logging.getLogger("some.library")
OURS = logging.getLogger("mat.some")


def fail() -> None:
    raise ValueError(CANARY)


@pytest.mark.parametrize("level", ["WARNING", "info", FORCED_DEBUG])
def test_no_text_of_a_library_and_no_field_that_is_not_listed_is_written(level: str) -> None:
    with logged(level) as log:
        LIBRARY.error("%s", CANARY, extra={"reference": CANARY})
        LIBRARY.debug("body: %r", {"text": CANARY})
        OURS.error("handler_failed", extra={"type": "ValueError", "text": CANARY})
        try:
            fail()
        except ValueError:
            LIBRARY.exception(CANARY)
    lines = [json.loads(line) for line in log.lines.splitlines()]
    assert len(lines) >= 3
    assert {"handler_failed", "library"} == {line["event"] for line in lines}
    assert CANARY not in log.lines
    assert CANARY in log.exceptions


def test_what_nobody_caught_is_told_by_its_type() -> None:
    """In a thread, in a destructor, at the end of the program, and in the writing of a record itself."""

    class Unwritable:
        def __str__(self) -> str:
            raise ValueError(CANARY)

    class Falling:
        def __del__(self) -> None:
            fail()

    with logged("INFO") as log:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
        Falling()
        sys.excepthook(ValueError, ValueError(CANARY), None)
        OURS.error({Unwritable(): CANARY})
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(CANARY, stacklevel=1)
    lines = [json.loads(line) for line in log.lines.splitlines()]
    assert [(line["event"], line["type"]) for line in lines] == [("uncaught", "ValueError")] * 3
    assert CANARY not in log.lines


def test_our_own_records_have_fixed_names_and_listed_fields() -> None:
    """A message built at run time could hold anything, and `is_ours` would let it through."""
    calls = []
    for file in (
        f for folder in ("bot", "commands", "scheduler", "messages", "store", "mat") for f in Path(folder).rglob("*.py")
    ):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        made = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and "getLogger" in ast.dump(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        calls += [
            (file, node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"debug", "info", "warning", "error", "exception", "critical", "log"}
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in made
        ]
    assert len(calls) > 10
    for file, call in calls:
        where = f"{file}:{call.lineno}"
        assert [type(argument) for argument in call.args] == [ast.Constant], where
        assert {keyword.arg for keyword in call.keywords} <= {"extra"}, where
        for node in (node for keyword in call.keywords for node in ast.walk(keyword.value)):
            if isinstance(node, ast.Dict):
                assert {key.value for key in node.keys if isinstance(key, ast.Constant)} <= set(FIELDS), where
