"""Virtual time: it stands still until it is moved, and never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

A_SUNDAY = datetime(2027, 1, 3, 18, 0, tzinfo=UTC)
"""Before any clinic in the United States begins its first working day of 2027."""


class VirtualClock:
    """`mat.ports.Clock`."""

    def __init__(self, now: datetime = A_SUNDAY) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def pass_by(self, seconds: float) -> None:
        self.move_to(self._now + timedelta(seconds=seconds))

    def move_to(self, at: datetime) -> None:
        """To an aware instant; one that is over already changes nothing."""
        self._now = max(self._now, at)
