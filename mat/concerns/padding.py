"""Padding, so that the size of a sealed text says nothing but its size class."""

from __future__ import annotations

SIZES = (1024, 2048, 4096, 8192, 16384)
_MARK = b"\x80"


def pad(text: str) -> bytes:
    """`text` as UTF-8, a mark, zeros up to 1, 2, 4, 8 or 16 KiB (ISO/IEC 7816-4). Raises ValueError when too long."""
    marked = text.encode() + _MARK
    for size in SIZES:
        if len(marked) <= size:
            return marked.ljust(size, b"\0")
    raise ValueError("longer than the largest padded size")


def unpad(padded: bytes) -> str:
    """The inverse of `pad`. Raises ValueError for bytes that `pad` never made."""
    body, mark, zeros = padded.rpartition(_MARK)
    if not mark or zeros.strip(b"\0"):
        raise ValueError("not padded")
    return body.decode()
