"""One line a record, from an allow-list of fields: event, level, logger, and what is named below. Never a text that a person wrote.

The message of our own records is a fixed event name. Of other libraries only logger, level and the record's place are kept, because
their messages may carry whole payloads.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from mat.errors import MatError

OURS = "mat"
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
)
TALKATIVE = ("slack_bolt", "slack_sdk", "sqlalchemy", "aiohttp", "aiosqlite", "asyncio", "apscheduler", "alembic")


class TooTalkative(MatError):
    """MAT_LOG_LEVEL=DEBUG would let Slack's libraries log whole messages. Set it to INFO."""


class AllowListFormatter(logging.Formatter):
    """JSON with known fields only; an exception becomes its type."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name == OURS or record.name.startswith(f"{OURS}.")
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
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
        return json.dumps(line, default=lambda value: type(value).__name__)


def set_up_logging(level: str) -> None:
    """Puts the whole program under the one formatter. Raises `TooTalkative` for DEBUG."""
    chosen = logging.getLevelName(level.upper())
    if not isinstance(chosen, int) or chosen < logging.INFO:
        raise TooTalkative
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AllowListFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(chosen)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(chosen, logging.WARNING))
