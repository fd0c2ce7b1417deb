"""A test that runs a command or a web server in its own process leaves the bot's logging behind; the next test must not find it there.

A pytest plugin.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from bot.logging_setup import AllowListFormatter
from bot.web_server import ACCESS_LOG


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    level, printing, shown = root.level, logging.raiseExceptions, warnings.showwarning
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    yield
    ACCESS_LOG.disabled, ACCESS_LOG.propagate = False, True
    if any(isinstance(handler.formatter, AllowListFormatter) for handler in root.handlers):
        root.handlers[:] = [h for h in root.handlers if not isinstance(h.formatter, AllowListFormatter)]
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        logging.raiseExceptions, warnings.showwarning = printing, shown
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
