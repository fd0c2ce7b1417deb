"""One line a record, from an allow-list of fields: event, level, logger, and what is named below. Never a text that a person wrote.

The message of our own records is a fixed event name. Of other libraries only logger, level and the record's place are kept, because
their messages may carry whole payloads.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from functools import lru_cache

from bot.wrong_use import WrongUse

OURS = "mat"
log = logging.getLogger("mat.process")
FIELDS = (
    "reference",
    "type",
    "where",
    "code",
    "kind",
    "schedule",
    "post",
    "count",
    "seconds",
    "state",
    "port",
    "clinic",
    "workspace",
)


_WRITER = json.JSONEncoder(default=lambda value: type(value).__name__)


class TooTalkative(WrongUse):
    """MAT_LOG_LEVEL takes INFO, WARNING or ERROR. There is no DEBUG: Slack's libraries would log whole messages."""


class AllowListFormatter(logging.Formatter):
    """JSON with known fields only; an exception becomes its type."""

    def format(self, record: logging.LogRecord) -> str:
        ours = is_ours(record)
        line: dict[str, object] = {
            "at": _second(int(record.created)),
            "level": record.levelname,
            "logger": record.name,
            "event": record.msg if ours else "library",
        }
        if ours:
            line |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        else:
            line["where"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[0] is not None:
            line["type"] = record.exc_info[0].__name__
        return _WRITER.encode(line)


@lru_cache(maxsize=1)
def _second(since_epoch: int) -> str:
    return datetime.fromtimestamp(since_epoch, UTC).isoformat()


def is_ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(f"{OURS}.")


def worth_a_line(record: logging.LogRecord) -> bool:
    """Ours at any level; of other libraries errors only, because all that is left of their records is a place in their code."""
    return is_ours(record) or record.levelno >= logging.ERROR


def set_up_logging(level: str) -> None:
    """Puts the whole program under the one formatter. Raises `TooTalkative` for anything below INFO or unknown."""
    chosen = logging.getLevelName(level.strip().upper())
    if not isinstance(chosen, int) or chosen < logging.INFO:
        raise TooTalkative
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AllowListFormatter())
    handler.addFilter(worth_a_line)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(chosen)
    _close_the_side_doors()


def _close_the_side_doors() -> None:
    """What Python itself would print, texts and all: records that can't be written, warnings, and errors that nobody caught."""
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda told: _uncaught(told.exc_type)
    threading.excepthook = lambda told: _uncaught(told.exc_type)


def _uncaught(kind: type[BaseException] | None, *_value_and_trace: object) -> None:
    log.error("uncaught", extra={"type": kind.__name__ if kind else "unknown"})
