"""Seals the tokens of added workspaces with a key that lies in the key folder: neither the store nor its backup opens them."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from mat.errors import KeysUnusable
from mat.installations import Tokens
from store.concerns import key_files

NAME = "tokens.key"


class TokenSeal:
    """The key of one key folder. It is made when something is first sealed."""

    def __init__(self, folder: Path) -> None:
        """Raises `KeysOpenToOthers` where a key, or the folder, is open to others."""
        key_files.make_folder(folder)
        self._file = folder / NAME

    def seal(self, workspace: str, tokens: Tokens) -> bytes:
        """The workspace is sealed in: a row that was moved to another one does not open there."""
        if not self._file.exists():
            key_files.write_new(self._file, secrets.token_bytes(SecretBox.KEY_SIZE))
        words = json.dumps({"workspace": workspace, **asdict(tokens)}, separators=(",", ":"))
        return bytes(self._box().encrypt(words.encode()))

    def open(self, workspace: str, sealed: bytes) -> Tokens:
        """Raises `KeysUnusable` where the key is missing or another one, or where this was sealed for another workspace."""
        try:
            told = json.loads(self._box().decrypt(sealed))
        except CryptoError:
            raise KeysUnusable(path=self._file) from None
        if told.pop("workspace") != workspace:
            raise KeysUnusable(path=self._file)
        return Tokens(**told)

    def _box(self) -> SecretBox:
        try:
            return SecretBox(key_files.read(self._file))
        except (FileNotFoundError, ValueError):
            raise KeysUnusable(path=self._file) from None
