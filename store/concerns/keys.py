"""The key folder: a site key for receipts, key pairs for each month; never in the database or its backup.

A month has one key pair, and after a rotation another one: `concerns-2026-11.key`, then `concerns-2026-11.2.key`. Texts are sealed
to the newest and opened with whichever fits.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from mat.concerns.padding import pad, unpad
from mat.concerns.receipt import Receipt
from mat.errors import ConcernKeyMissing, ConcernTooOld, KeysUnusable
from store.concerns import key_files
from store.concerns.ledger import Ledger

KEY_BYTES = 32
ID_BYTES = 16
SITE = "site.key"
_MONTH = re.compile(r"concerns-(\d{4}-\d{2})(?:\.(\d{1,6}))?\.key")
# Two personalisations of one keyed hash: the id says nothing about the seed, nor either about the receipt.
_FOR_ID = b"mat concern id"
_FOR_SEED = b"mat concern seed"
_FOR_MARK = b"mat site mark"


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """What a receipt unlocks: the row's id and the submitter's key pair."""

    id: bytes
    private: PrivateKey = field(repr=False)

    def open(self, sealed: bytes) -> str:
        """Text that was sealed to the submitter."""
        return unpad(SealedBox(self.private).decrypt(sealed))


class MonthFolder:
    """Keys of months on disk, readable by their owner alone."""

    def __init__(self, path: Path) -> None:
        """Opens the folder and makes it when missing. Raises KeysOpenToOthers."""
        self._path = path
        key_files.make_folder(path)
        self.ledger = Ledger(path)

    def changing(self) -> AbstractContextManager[None]:
        """Held while keys are replaced or destroyed. Raises KeysBusy."""
        return key_files.changing(self._path)

    def require_sound(self) -> None:
        """Raises KeysUnusable for a month's key that is no key any more."""
        for month in self.months():
            for name in self.files(month):
                self._read(name)

    def months(self) -> tuple[str, ...]:
        """The months (`2026-11`) of which a private key is here, oldest first."""
        return months_of(key_files.names(self._path))

    def files(self, month: str) -> tuple[str, ...]:
        """The names of the month's key files, newest first."""
        return of_month(key_files.names(self._path), month)

    def make(self, month: str) -> None:
        """Makes the month's key pair unless it is there; called by the clock, long before the key is used."""
        if not (here := self.files(month)):
            # None is here, so whoever makes one at the same moment makes the same file, and one of the two does.
            self._make_next(month, here)

    def fresh(self, month: str) -> None:
        """Makes a further key pair for the month; from now on texts are sealed to it."""
        self._make_next(month, self.files(month))

    def _make_next(self, month: str, here: tuple[str, ...]) -> None:
        used = {*here, *self.ledger.destroyed(), *self.ledger.copies()}
        key_files.write_new(self._path / next_name(month, used), bytes(PrivateKey.generate()))

    def destroy(self, names: Iterable[str], on: date) -> None:
        """Destroys private keys here and notes it: nobody can read what is sealed to them alone, in no backup of the store."""
        gone = list(names)
        for name in gone:
            key_files.destroy(self._path / name)
        self.ledger.note_destroyed(gone, on)

    def seal(self, month: str, text: str) -> bytes:
        """`text`, padded and sealed to the month's newest public key. Raises ConcernTooOld when every key of it is gone."""
        return seal_to(self._newest(month).public_key, text)

    def open(self, month: str, sealed: bytes) -> str:
        """The text again. Raises ConcernTooOld when its key is gone, KeysUnusable when only another one is here."""
        files = self._some(month)
        for name in files:
            with contextlib.suppress(CryptoError, FileNotFoundError):
                return unpad(SealedBox(self._private(name)).decrypt(sealed))
        if of_month(self.ledger.destroyed(), month):
            raise ConcernTooOld
        raise KeysUnusable(path=self._path / files[-1])

    def is_newest(self, month: str, sealed: bytes) -> bool:
        """Whether a text is sealed to the month's newest key. Raises ConcernTooOld when every key of it is gone."""
        try:
            SealedBox(self._newest(month)).decrypt(sealed)
        except CryptoError:
            return False
        return True

    def _newest(self, month: str) -> PrivateKey:
        while True:
            # Destroyed since it was listed: look again, as a newer one was made before.
            with contextlib.suppress(FileNotFoundError):
                return self._private(self._some(month)[0])

    def _some(self, month: str) -> tuple[str, ...]:
        if files := self.files(month):
            return files
        raise ConcernTooOld if of_month(self.ledger.destroyed(), month) else ConcernKeyMissing

    def _private(self, name: str) -> PrivateKey:
        return PrivateKey(self._read(name))

    def _read(self, name: str) -> bytes:
        key = key_files.read(self._path / name)
        if not any(key) and not (self._path / name).exists():
            # Read while it was being destroyed.
            raise FileNotFoundError(name)
        if len(key) != KEY_BYTES or not any(key):
            raise KeysUnusable(path=self._path / name)
        return key


class KeyFolder(MonthFolder):
    """The whole key folder: the keys of months, and the site key that receipts depend on."""

    def __init__(self, path: Path) -> None:
        """Opens the folder, makes it and its site key when missing. Raises KeysOpenToOthers or KeysUnusable."""
        super().__init__(path)
        if not (path / SITE).exists():
            key_files.write_new(path / SITE, secrets.token_bytes(KEY_BYTES))
        self._site = self._read(SITE)

    @property
    def mark(self) -> bytes:
        """What the site key is known by."""
        return mark_of(self._site)

    def receipt_keys(self, receipt: Receipt) -> ReceiptKeys:
        """The id and the key pair that belong to a receipt at this site."""
        symbols = receipt.symbols.encode()
        name = hashlib.blake2b(symbols, key=self._site, person=_FOR_ID, digest_size=ID_BYTES).digest()
        seed = hashlib.blake2b(symbols, key=self._site, person=_FOR_SEED, digest_size=KEY_BYTES).digest()
        return ReceiptKeys(name, PrivateKey(seed))


def mark_of(site: bytes) -> bytes:
    """What a site key is known by: a keyed hash of nothing, from which nobody learns a bit of a key of 32 random bytes."""
    return hashlib.blake2b(key=site, person=_FOR_MARK, digest_size=ID_BYTES).digest()


def seal_to(public: PublicKey, text: str) -> bytes:
    """`text`, padded and sealed so that only the owner of the private key reads it."""
    return SealedBox(public).encrypt(pad(text))


def next_name(month: str, used: Iterable[str]) -> str:
    """The file of a month's next key pair, given all names that were ever used."""
    number = 1 + max((_number(name) for name in of_month(used, month)), default=0)
    return f"concerns-{month}.key" if number == 1 else f"concerns-{month}.{number}.key"


def months_of(names: Iterable[str]) -> tuple[str, ...]:
    """The months among names of files, oldest first."""
    return tuple(sorted({match[1] for name in names if (match := _MONTH.fullmatch(name))}))


def of_month(names: Iterable[str], month: str) -> tuple[str, ...]:
    """Those names that are of this month's keys, newest first."""
    mine = [name for name in names if (match := _MONTH.fullmatch(name)) and match[1] == month]
    return tuple(sorted(mine, key=_number, reverse=True))


def _number(name: str) -> int:
    match = _MONTH.fullmatch(name)
    return int(match[2] or 1) if match else 0
