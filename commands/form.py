"""Reads what a person filled in. A field that comes back null keeps what is stored: some clients send null for untouched ones.

What is of another kind than the element sends counts as null: a submission may be forged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

ID = re.compile(r"[A-Z0-9]{1,40}")


@dataclass(frozen=True, slots=True)
class Form:
    """`values` is `view.state.values`: block id → action id → element. Each block of ours holds one element."""

    values: Mapping[str, Mapping[str, Any]]

    def text(self, block: str, stored: str = "") -> str:
        return self._text(block, "value") or stored

    def option(self, block: str, stored: str = "") -> str:
        chosen = self._read(block, "selected_option")
        return _value(chosen) or stored

    def options(self, block: str, stored: Sequence[str] = ()) -> tuple[str, ...]:
        chosen = self._read(block, "selected_options")
        return tuple(filter(None, map(_value, chosen))) if isinstance(chosen, list) else tuple(stored)

    def person(self, block: str, stored: str = "") -> str:
        return _id(self._read(block, "selected_user")) or stored

    def people(self, block: str, stored: Sequence[str] = ()) -> tuple[str, ...]:
        """Each once, in the order in which they were picked."""
        chosen = self._read(block, "selected_users")
        if not isinstance(chosen, list):
            return tuple(stored)
        return tuple(dict.fromkeys(filter(None, map(_id, chosen))))

    def channel(self, block: str, stored: str = "") -> str:
        return _id(self._read(block, "selected_conversation")) or stored

    def day(self, block: str, stored: date | None = None) -> date | None:
        """The date of a picker; `stored` for null and for what is no date (a forged submission)."""
        try:
            return date.fromisoformat(self._text(block, "selected_date"))
        except ValueError:
            return stored

    def clock(self, block: str, stored: time | None = None) -> time | None:
        """The time of a picker; `stored` for null and for what is no time."""
        try:
            return time.fromisoformat(self._text(block, "selected_time")).replace(tzinfo=None)
        except ValueError:
            return stored

    def _text(self, block: str, key: str) -> str:
        found = self._read(block, key)
        return found if isinstance(found, str) else ""

    def _read(self, block: str, key: str) -> Any:
        elements = self.values.get(block)
        if not isinstance(elements, Mapping):
            return None
        return next((e.get(key) for e in elements.values() if isinstance(e, Mapping)), None)


def _id(picked: object) -> str:
    """An id of Slack's, which stands inside a mention one day; empty for anything else."""
    return picked if isinstance(picked, str) and ID.fullmatch(picked) else ""


def _value(option: object) -> str:
    """The value of an option as Slack sends it back; empty for what is no option."""
    found = option.get("value") if isinstance(option, Mapping) else None
    return found if isinstance(found, str) else ""
