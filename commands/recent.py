"""What was posted a moment ago, so that a button pressed twice posts once. In memory: a restart forgives."""

from __future__ import annotations

from datetime import datetime, timedelta

LASTS = timedelta(minutes=1)


class Recent:
    """Names of things and when they were done."""

    def __init__(self) -> None:
        self._done: dict[tuple[str, ...], datetime] = {}

    def first(self, *what: str, now: datetime) -> bool:
        """Notes it and says True, but for what was noted less than a minute ago. `now` is aware."""
        self._done = {known: at for known, at in self._done.items() if timedelta() <= now - at < LASTS}
        if what in self._done:
            return False
        self._done[what] = now
        return True

    def failed(self, *what: str) -> None:
        """It did not happen after all: the next press is a first one."""
        self._done.pop(what, None)
