"""What a running bot writes to its log, word for word, and the exceptions behind it."""

from __future__ import annotations

import io
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.logging_setup import set_up_logging

FORCED_DEBUG = "DEBUG, forced"


class _Witness(logging.Handler):
    """Keeps the representation of every exception that any record carries, and what its writer meant to say."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.meant: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.meant.append(record.getMessage())
        if record.exc_info and record.exc_info[1] is not None:
            self.seen += [repr(record.exc_info[1]), *traceback.format_exception(record.exc_info[1])]


@dataclass(slots=True)
class Logged:
    """`lines`: what stands in the log; `exceptions`: what the exceptions behind it would print; `meant`: what was to be logged."""

    stream: io.StringIO = field(default_factory=io.StringIO)
    witness: _Witness = field(default_factory=_Witness)

    @property
    def lines(self) -> str:
        return self.stream.getvalue()

    @property
    def meant(self) -> str:
        return "\n".join(self.witness.meant)

    @property
    def exceptions(self) -> str:
        return "\n".join(self.witness.seen)


@contextmanager
def put_back() -> Iterator[logging.Logger]:
    """The root logger; in the end everything that `set_up_logging` changes is as it was, in this process that logs for pytest."""
    root, levels = logging.getLogger(), dict[logging.Logger, tuple[int, bool, bool]]()
    handlers, hooks = list(root.handlers), (sys.excepthook, sys.unraisablehook, threading.excepthook)
    shown, printing = warnings.showwarning, logging.raiseExceptions
    for logger in (root, *_named_loggers()):
        levels[logger] = logger.level, logger.propagate, logger.disabled
    try:
        yield root
    finally:
        root.handlers[:] = handlers
        for logger, (level, propagate, disabled) in levels.items():
            logger.setLevel(level)
            logger.propagate, logger.disabled = propagate, disabled
        sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
        logging.captureWarnings(capture=False)
        warnings.showwarning, logging.raiseExceptions = shown, printing


def _named_loggers() -> list[logging.Logger]:
    return [logger for logger in logging.Logger.manager.loggerDict.values() if isinstance(logger, logging.Logger)]


@contextmanager
def logged(level: str) -> Iterator[Logged]:
    """Logs as `bot run` does, at a level or with DEBUG forced on every logger and no filter."""
    found, stderr = Logged(), sys.stderr
    with put_back() as root:
        sys.stderr = found.stream
        try:
            set_up_logging("INFO" if level == FORCED_DEBUG else level)
        finally:
            sys.stderr = stderr
        if level == FORCED_DEBUG:
            root.handlers[0].filters.clear()
            for logger in (root, *_named_loggers()):
                logger.setLevel(logging.DEBUG)
                logger.propagate, logger.disabled = True, False
        root.addHandler(found.witness)
        yield found
