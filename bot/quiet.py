"""Before the bot runs: nothing but our own formatter writes a log, and a crash leaves no picture of the memory behind."""

from __future__ import annotations

import logging
import resource

from bot.logging_setup import OURS
from bot.wrong_use import WrongUse

# SQLAlchemy writes out every statement with what it was given once its loggers are at INFO; that is what `echo` does.
_WORDY_AT_INFO = "sqlalchemy"


class LogsTooMuch(WrongUse):
    """The logger “{name}” would write what people wrote: it has a handler of its own, or a level that shows too much. I don't start
    like this. Look for what sets it: a sitecustomize, a tracing agent, an echo.
    """


def require_quiet() -> None:
    """Raises `LogsTooMuch` for the first logger that goes past the allow-list."""
    for name, logger in sorted(logging.Logger.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and _goes_past(name, logger):
            raise LogsTooMuch(name=name)


def _goes_past(name: str, logger: logging.Logger) -> bool:
    own = [handler for handler in logger.handlers if not isinstance(handler, logging.NullHandler)]
    library = name.partition(".")[0]
    if library == OURS:
        return bool(own)
    shows = logging.INFO if library == _WORDY_AT_INFO else logging.DEBUG
    return bool(own) or logging.NOTSET < logger.level <= shows


def no_core_dumps() -> None:
    """From here on a crash of this process writes no core file."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))
