"""The key folder: a site key for receipts, a key pair for each month; never in the database or its backup."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from mat.concerns.padding import pad, unpad
from mat.concerns.receipt import Receipt
from mat.errors import ConcernTooOld, KeysOpenToOthers, KeysUnusable

FOLDER_MODE = 0o700
FILE_MODE = 0o400
KEY_BYTES = 32
ID_BYTES = 16
_SITE = "site.key"
_MONTH = re.compile(r"concerns-(\d{4}-\d{2})\.key")
# Two personalisations of one keyed hash: the id says nothing about the seed, nor either about the receipt.
_FOR_ID = b"mat concern id"
_FOR_SEED = b"mat concern seed"


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """What a receipt unlocks: the row's id and the submitter's key pair."""

    id: bytes
    private: PrivateKey = field(repr=False)

    def open(self, sealed: bytes) -> str:
        """Text that was sealed to the submitter."""
        return unpad(SealedBox(self.private).decrypt(sealed))


class KeyFolder:
    """Keys on disk, readable by their owner alone."""

    def __init__(self, path: Path) -> None:
        """Opens the folder, makes it and its site key when missing. Raises KeysOpenToOthers or KeysUnusable."""
        self._path = path
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        for each, wanted in [(path, FOLDER_MODE), *((file, FILE_MODE) for file in sorted(path.glob("*.key")))]:
            mode = stat.S_IMODE(each.stat().st_mode)
            if mode & ~wanted:
                raise KeysOpenToOthers(path=each, mode=f"{mode:04o}", wanted=f"{wanted:04o}")
        if not (path / _SITE).exists():
            self._write(_SITE, secrets.token_bytes(KEY_BYTES))
        self._site = self._read(_SITE)

    def receipt_keys(self, receipt: Receipt) -> ReceiptKeys:
        """The id and the key pair that belong to a receipt at this site."""
        symbols = receipt.symbols.encode()
        name = hashlib.blake2b(symbols, key=self._site, person=_FOR_ID, digest_size=ID_BYTES).digest()
        seed = hashlib.blake2b(symbols, key=self._site, person=_FOR_SEED, digest_size=KEY_BYTES).digest()
        return ReceiptKeys(name, PrivateKey(seed))

    def months(self) -> tuple[str, ...]:
        """The months (`2026-11`) whose private key is here, oldest first."""
        found = (_MONTH.fullmatch(file.name) for file in self._path.glob("*.key"))
        return tuple(sorted(match[1] for match in found if match))

    def make(self, month: str) -> None:
        """Makes the month's key pair unless it is there; called by the clock, long before the key is used."""
        if not (self._path / _name(month)).exists():
            self._write(_name(month), bytes(PrivateKey.generate()))

    def destroy(self, month: str) -> None:
        """Destroys the month's private key here: nobody can read what is sealed to it, in no backup of the store."""
        (self._path / _name(month)).unlink(missing_ok=True)

    def seal(self, month: str, text: str) -> bytes:
        """`text`, padded and sealed to the month's public key. Raises ConcernTooOld when that key is gone."""
        return seal_to(self._private(month).public_key, text)

    def open(self, month: str, sealed: bytes) -> str:
        """The text again. Raises ConcernTooOld when the month's key is gone, KeysUnusable when it is another one."""
        try:
            return unpad(SealedBox(self._private(month)).decrypt(sealed))
        except CryptoError:
            raise KeysUnusable(path=self._path / _name(month)) from None

    def _private(self, month: str) -> PrivateKey:
        if not (self._path / _name(month)).exists():
            raise ConcernTooOld
        return PrivateKey(self._read(_name(month)))

    def _read(self, name: str) -> bytes:
        with open(self._path / name, "rb", opener=_unnoticed) as file:
            key = file.read()
        if len(key) != KEY_BYTES:
            raise KeysUnusable(path=self._path / name)
        return key

    def _write(self, name: str, key: bytes) -> None:
        """All of it or nothing: a half-written key after a power cut would lose every text sealed to it."""
        draft = self._path / f"{name}.new"
        draft.unlink(missing_ok=True)
        opened = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        with os.fdopen(opened, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._path / name)


def _unnoticed(path: str, flags: int) -> int:
    """Opens a key without setting its access time, which would tell when the first concern of a day was sealed."""
    try:
        return os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:
        # For the owner of the file and for root only; whoever else may read it still has to.
        return os.open(path, flags)


def seal_to(public: PublicKey, text: str) -> bytes:
    """`text`, padded and sealed so that only the owner of the private key reads it."""
    return SealedBox(public).encrypt(pad(text))


def _name(month: str) -> str:
    return f"concerns-{month}.key"
