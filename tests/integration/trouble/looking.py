"""Looks at what is kept and at what was shown, for the walks through everything."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from tests.bot_under_test import Answer, BotUnderTest

AN_ID = re.compile(r"[0-9a-f]{12,}")
A_RECEIPT = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}")
# Slack never reads these as markup, or never shows them.
NOT_MARKUP = frozenset(
    {"initial_value", "private_metadata", "value", "placeholder", "metadata", "errors", "accessibility_label"}
)


# Slack's names of what it sent, for an hour: every press has another.
NOT_KEPT = frozenset({"handled"})


def kept(bot: BotUnderTest, *, but: frozenset[str] = frozenset()) -> list[str]:
    """Every row of both stores, sorted, with random ids alike. `but`: tables that do not count."""
    rows: list[str] = []
    for file in ("matbot.db", "concerns.db"):
        with closing(sqlite3.connect(bot.folder / "data" / file)) as store:
            tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in sorted(set(tables) - but - NOT_KEPT):
                rows += [f"{table} {row}" for row in store.execute(f'SELECT * FROM "{table}"')]
    return sorted(AN_ID.sub("id", row) for row in rows)


def said(answer: Answer) -> str:
    """Everything a person sees of an answer: private messages, the modal, and what stands at fields."""
    return json.dumps([answer.body, answer.behind, answer.view], ensure_ascii=False, default=str)


def alike(text: str) -> str:
    """A text with random ids and receipts alike."""
    return A_RECEIPT.sub("receipt", AN_ID.sub("id", text))


def markup(payload: object) -> Iterator[str]:
    """Every string of a payload that Slack reads as markup or shows in a notification."""
    if isinstance(payload, str):
        yield payload
    elif isinstance(payload, Mapping):
        if payload.get("type") != "plain_text":
            for name, inner in payload.items():
                if name not in NOT_MARKUP:
                    yield from markup(inner)
    elif isinstance(payload, list | tuple):
        for inner in payload:
            yield from markup(inner)


def everything_shown(bot: BotUnderTest) -> list[str]:
    """All markup that reached Slack so far: acknowledgements and calls."""
    calls: list[Any] = [call.arguments for call in bot.slack.calls]
    return [text for payload in [*calls, *(answer.body for answer in bot.seen)] for text in markup(payload)]
