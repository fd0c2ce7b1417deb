"""What the running program remembers of who sent how much: keyed hashes in memory, for one UTC day, nothing else.

A restart forgives everything. Nothing here is ever written down.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from weakref import WeakValueDictionary

from mat.concerns.receipt import Receipt
from mat.errors import EnoughConcernsToday, TooManyWrongReceipts

RAISED_PER_DAY = 3
WRONG_RECEIPTS_PER_DAY = 20
REMEMBER_FORM_FOR = timedelta(minutes=10)
_KEY_BYTES = 32


def _keyed(key: bytes, *parts: str) -> bytes:
    digest = hashlib.blake2b(key=key, digest_size=16)
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


class DailyLimits:
    """Counts per person and UTC day under a key that lives in memory for that day only."""

    def __init__(self, new_key: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._new_key = new_key
        self._day: date | None = None
        self._key = b""
        self._counts: Counter[bytes] = Counter()

    def check_raise(self, workspace: str, user: str, now: datetime) -> None:
        """Raises EnoughConcernsToday when this person has raised three concerns on the UTC day of `now`."""
        if self._counts[self._slot("raise", workspace, user, now)] >= RAISED_PER_DAY:
            raise EnoughConcernsToday(limit=RAISED_PER_DAY)

    def count_raise(self, workspace: str, user: str, now: datetime) -> None:
        """One concern was stored."""
        self._counts[self._slot("raise", workspace, user, now)] += 1

    def count_wrong_receipt(self, workspace: str, user: str, now: datetime) -> None:
        """One receipt was not found. Raises TooManyWrongReceipts after the twentieth of the UTC day."""
        slot = self._slot("receipt", workspace, user, now)
        self._counts[slot] += 1
        if self._counts[slot] > WRONG_RECEIPTS_PER_DAY:
            raise TooManyWrongReceipts(limit=WRONG_RECEIPTS_PER_DAY)

    def _slot(self, what: str, workspace: str, user: str, now: datetime) -> bytes:
        if self._day != now.date():
            self._day, self._key = now.date(), self._new_key(_KEY_BYTES)
            self._counts.clear()
        return _keyed(self._key, what, workspace, user)


@dataclass(slots=True)
class SentForms:
    """Which forms were sent in the last ten minutes, by keyed hash of person and view, with the receipt each one got.

    Slack may deliver one submission twice, and a person whose answer was lost presses again: both get the same receipt
    and neither stores the concern a second time.
    """

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(_KEY_BYTES), repr=False)
    _sent: dict[bytes, tuple[datetime, Receipt]] = field(default_factory=dict, repr=False)

    def receipt_of(self, workspace: str, user: str, view: str, now: datetime) -> Receipt | None:
        """The receipt that this person's form got within the last ten minutes, if any."""
        self.forget_old(now)
        entry = self._sent.get(_keyed(self._key, workspace, user, view))
        return entry[1] if entry else None

    def remember(self, workspace: str, user: str, view: str, receipt: Receipt, now: datetime) -> None:
        """The form's concern is stored and got `receipt`."""
        self._sent[_keyed(self._key, workspace, user, view)] = (now + REMEMBER_FORM_FOR, receipt)

    def forget_old(self, now: datetime) -> None:
        """Drop what is older than ten minutes."""
        for name in [name for name, (until, _) in self._sent.items() if until <= now]:
            del self._sent[name]


@dataclass(slots=True)
class ConcernMemory:
    """All that the running program remembers of submitters."""

    limits: DailyLimits = field(default_factory=DailyLimits)
    forms: SentForms = field(default_factory=SentForms)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(_KEY_BYTES), repr=False)
    _turns: WeakValueDictionary[bytes, asyncio.Lock] = field(default_factory=WeakValueDictionary, repr=False)

    def turn(self, workspace: str, user: str) -> asyncio.Lock:
        """One submission of a person at a time, so that none is stored twice and none slips past the limit."""
        return self._turns.setdefault(_keyed(self._key, workspace, user), asyncio.Lock())
