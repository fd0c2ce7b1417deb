"""Looking for secrets in bytes, however they might hide: some two hundred ways to write each one down.

found = Hidden({"Ana's id": "U0CANARYANA"}, prefixes=["T0CLINIC1"]).in_folder(folder)
assert not found
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import html
import json
import quopri
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote_plus

HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s")
JOINTS = ("", ":", "/", "-", ".")
# Shorter needles would be found in random bytes.
SHORTEST = 7


def _bits(whole: str, before: int, inside: int, bits: int) -> str:
    """The symbols of a base-2^bits text that depend on nothing but the `inside` bytes after `before` bytes."""
    first, last = -(-8 * before // bits), 8 * (before + inside) // bits
    return whole[first:last]


def _phases(data: bytes, encode: object, bits: int, group: int) -> Iterator[bytes]:
    """What an encoding in groups of bytes makes of `data`, wherever in a group it begins."""
    assert callable(encode)
    for shift in range(group):
        yield _bits(encode(b"\0" * shift + data + b"\0" * group).decode(), shift, len(data), bits).encode()


def _plain(text: str) -> Iterator[tuple[str, bytes]]:
    data = text.encode()
    for charset in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-7"):
        yield charset, text.encode(charset)
    yield "lower case", text.lower().encode()
    yield "upper case", text.upper().encode()
    yield "reversed", data[::-1]
    yield "rot13", codecs.encode(text, "rot13").encode()
    yield "ebcdic", text.encode("cp500", "replace")
    yield "every bit turned", bytes(byte ^ 0xFF for byte in data)


def _written(text: str) -> Iterator[tuple[str, bytes]]:
    data = text.encode()
    yield "hex", data.hex().encode()
    yield "HEX", data.hex().upper().encode()
    yield "hex with colons", data.hex(":").encode()
    yield "hex reversed", data[::-1].hex().encode()
    yield "octal", "".join(f"\\{byte:03o}" for byte in data).encode()
    yield "decimal", " ".join(str(byte) for byte in data).encode()
    yield "binary", "".join(f"{byte:08b}" for byte in data).encode()
    yield "url", quote_plus(text).encode()
    yield "url, every byte", "".join(f"%{byte:02X}" for byte in data).encode()
    yield "json", json.dumps(text)[1:-1].encode()
    yield "html", html.escape(text).encode()
    yield "html, every character", "".join(f"&#{ord(one)};" for one in text).encode()
    yield "quoted-printable", quopri.encodestring(data)
    for name, encode, bits, group in (
        ("base64", base64.b64encode, 6, 3),
        ("base64url", base64.urlsafe_b64encode, 6, 3),
        ("base32", base64.b32encode, 5, 5),
        ("base32hex", base64.b32hexencode, 5, 5),
    ):
        yield from ((f"{name}, phase {n}", found) for n, found in enumerate(_phases(data, encode, bits, group)))
    yield "base64 reversed", base64.b64encode(data)[::-1].strip(b"=")
    yield "base85", base64.b85encode(data)
    yield "ascii85", base64.a85encode(data)


def _packed(text: str) -> Iterator[tuple[str, bytes]]:
    data = text.encode()
    for level in (1, 6, 9):
        yield f"zlib {level}", zlib.compress(data, level)
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    yield "deflate", raw.compress(data) + raw.flush()


def _hashed(text: str, prefixes: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    whole = {text, *(f"{prefix}{joint}{text}" for prefix in prefixes for joint in JOINTS)}
    for one in sorted(whole):
        for name in HASHES:
            digest = hashlib.new(name, one.encode()).digest()
            yield f"{name} of {one}", digest
            yield f"{name} of {one} in hex", digest.hex().encode()
            yield f"{name} of {one} in base64", base64.b64encode(digest).rstrip(b"=")


def forms(text: str, prefixes: Sequence[str] = ()) -> dict[str, bytes]:
    """Every way in which `text` is looked for, by its name. `prefixes`: what a hash might have put before it, such as a team."""
    found = [*_plain(text), *_written(text), *_packed(text), *_hashed(text, prefixes)]
    return {name: form for name, form in found if len(form) >= SHORTEST}


class Hidden:
    """Secrets, by what to call each one where it is found. A look costs one pass over the bytes, however many there are."""

    def __init__(self, secrets: Mapping[str, str], prefixes: Sequence[str] = ()) -> None:
        self._needles: dict[bytes, list[tuple[bytes, str]]] = defaultdict(list)
        self.ways = min(len(forms(text, prefixes)) for text in secrets.values())
        for title, text in secrets.items():
            assert len(text) >= SHORTEST, f"{title} is too short to be looked for"
            for name, form in forms(text, prefixes).items():
                self._needles[form[:SHORTEST]].append((form, f"{title} as {name}"))

    def within(self, data: bytes) -> list[str]:
        """What is found in `data`, in words."""
        # The few windows that begin some needle are found by their hash; only they are compared in full.
        windows = (data[at : at + SHORTEST] for at in range(len(data) - SHORTEST + 1))
        starts = {window for window in windows if window in self._needles}
        return [title for start in sorted(starts) for form, title in self._needles[start] if form in data]

    def in_folder(self, *folders: Path) -> list[str]:
        """What is found in any file under the folders, and in the names of the files."""
        found = []
        for file in (file for folder in folders for file in sorted(folder.rglob("*"))):
            found += [f"{title}, as the name of {file}" for title in self.within(file.name.encode())]
            # A file that goes away meanwhile, as a database's own do, holds nothing any more.
            with suppress(FileNotFoundError):
                if file.is_file():
                    found += [f"{title}, in {file}" for title in self.within(file.read_bytes())]
        return found
