"""Reads what a person filled in. A field that comes back null keeps what is stored: some clients send null for untouched ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any


@dataclass(frozen=True, slots=True)
class Form:
    """`values` is `view.state.values`: block id → action id → element. Each block of ours holds one element."""

    values: Mapping[str, Mapping[str, Any]]

    def text(self, block: str, stored: str = "") -> str:
        return self._read(block, "value") or stored

    def option(self, block: str, stored: str = "") -> str:
        chosen = self._read(block, "selected_option")
        return str(chosen["value"]) if isinstance(chosen, Mapping) and "value" in chosen else stored

    def options(self, block: str, stored: Sequence[str] = ()) -> tuple[str, ...]:
        chosen = self._read(block, "selected_options")
        return tuple(str(o["value"]) for o in chosen) if isinstance(chosen, list) else tuple(stored)

    def person(self, block: str, stored: str = "") -> str:
        return self._read(block, "selected_user") or stored

    def people(self, block: str, stored: Sequence[str] = ()) -> tuple[str, ...]:
        chosen = self._read(block, "selected_users")
        return tuple(chosen) if isinstance(chosen, list) else tuple(stored)

    def channel(self, block: str, stored: str = "") -> str:
        return self._read(block, "selected_conversation") or stored

    def day(self, block: str, stored: date | None = None) -> date | None:
        """The date of a picker; `stored` for null and for what is no date (a forged submission)."""
        try:
            return date.fromisoformat(self._read(block, "selected_date"))
        except (TypeError, ValueError):
            return stored

    def clock(self, block: str, stored: time | None = None) -> time | None:
        """The time of a picker; `stored` for null and for what is no time."""
        try:
            return time.fromisoformat(self._read(block, "selected_time"))
        except (TypeError, ValueError):
            return stored

    def _read(self, block: str, key: str) -> Any:
        elements = self.values.get(block)
        if not isinstance(elements, Mapping):
            return None
        return next((e.get(key) for e in elements.values() if isinstance(e, Mapping)), None)
