"""Secrets that receipts of forms are made with: random, the same for everybody, made by the clock and destroyed within half an hour.

They are there so that a form that is sent again after a crash gets the receipt it would have got (`mat.concerns.opened`).
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store.concerns import key_files

FOLDER = "forms"
SECRET_BYTES = 32
ROUND = timedelta(minutes=5)
"""`keep` comes so often."""
FRESH_FOR = timedelta(minutes=10)
"""So long a secret is the newest, until the round after that."""
KNOWN_FOR = timedelta(minutes=10)
"""So long at least a form is known again: after it was sent, and after a start."""
KEPT_FOR = FRESH_FOR + ROUND + KNOWN_FOR
FORGOTTEN_AFTER = timedelta(days=1)
"""A process that dies again and again never lives long enough to destroy what is only `KEPT_FOR` old."""
_NAME = "%Y%m%dT%H%M%SZ.key"


class FormSecrets:
    """A folder in the key folder. No backup takes what is in it. `opened_at`: since when this process has been at work."""

    def __init__(self, keys: Path, opened_at: datetime) -> None:
        """Raises KeysOpenToOthers."""
        self._folder = keys / FOLDER
        if self._folder.exists():
            key_files.require_private(self._folder)
        self._opened_at = opened_at

    def keep(self, now: datetime) -> None:
        """Makes a fresh secret when it is time, and destroys the old ones.

        For the first ten minutes of a process only those of yesterday: whoever was cut off by a crash may send again, however long
        the bot was away. Raises KeysBusy and OSError; then it is to be tried again.
        """
        self._folder.mkdir(mode=key_files.FOLDER_MODE, exist_ok=True)
        # A clock that was set back a little makes none older.
        ages = {name: abs(now - at) for name, at in self._here()}
        if not any(age < FRESH_FOR for age in ages.values()):
            key_files.write_new(self._folder / now.astimezone(UTC).strftime(_NAME), secrets.token_bytes(SECRET_BYTES))
        longest = KEPT_FOR if now - self._opened_at >= KNOWN_FOR else FORGOTTEN_AFTER
        old = [name for name, age in ages.items() if age >= longest]
        if old:
            with key_files.changing(self._folder):
                for name in old:
                    key_files.destroy(self._folder / name)

    def all(self) -> tuple[bytes, ...]:
        """The newest first; read without a trace, as a receipt is made."""
        found: list[bytes] = []
        # Destroyed since it was listed, or while it was read; or no such folder: then receipts do without.
        with contextlib.suppress(OSError):
            for name, _ in sorted(self._here(), reverse=True):
                with contextlib.suppress(FileNotFoundError):
                    found.append(key_files.read(self._folder / name))
        return tuple(secret for secret in found if len(secret) == SECRET_BYTES and any(secret))

    def _here(self) -> Iterator[tuple[str, datetime]]:
        """The names of the secrets, and when each was made."""
        for name in key_files.names(self._folder):
            with contextlib.suppress(ValueError):
                yield name, datetime.strptime(name, _NAME).replace(tzinfo=UTC)
