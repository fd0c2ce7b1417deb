"""How often the guard stopped or asked, by the day: no text, no person, no hour, and only days that are over are told."""

from __future__ import annotations

from datetime import date, datetime, timedelta


class Stopped:
    """In memory, for today and yesterday by UTC; a restart forgets. Concern forms are never counted."""

    def __init__(self) -> None:
        self._days: dict[date, tuple[int, int]] = {}

    def count(self, now: datetime, *, blocked: bool) -> None:
        """One more text that was blocked, or asked about. `now` is aware UTC."""
        today = now.date()
        kept = {day: counts for day, counts in self._days.items() if today - day <= timedelta(days=1)}
        before = kept.get(today, (0, 0))
        self._days = kept | {today: (before[0] + blocked, before[1] + (not blocked))}

    def yesterday(self, now: datetime) -> tuple[int, int]:
        """How many were blocked, and how many asked about, on the last whole day."""
        return self._days.get(now.date() - timedelta(days=1), (0, 0))
