"""The receipt: 100 bits that nobody can guess, shown once to the person who raised a concern and stored nowhere."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from mat.errors import ReceiptHasOtherSymbol, ReceiptUnreadable

# Crockford's base 32 has no I, L, O or U, so that nothing read aloud or copied by hand is mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS = 20
GROUP = 5
BITS = 5 * SYMBOLS

_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Format characters (zero width, bidi), spaces, and every kind of dash that a keyboard or a copy brings in.
_SKIPPED_CATEGORIES = {"Cf", "Cc", "Zs", "Zl", "Zp", "Pd"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """20 symbols of Crockford's base 32. Its `repr` shows none of them, so that no log or traceback can."""

    symbols: str = field(repr=False)

    @classmethod
    def new(cls, randbits: Callable[[int], int] = secrets.randbits) -> Receipt:
        """A fresh receipt from the system's random source."""
        number = randbits(BITS)
        return cls("".join(ALPHABET[(number >> shift) & 31] for shift in range(BITS - 5, -1, -5)))

    @classmethod
    def parse(cls, typed: str) -> Receipt:
        """The receipt as a person typed it: spaces, dashes and case do not matter, O is 0, I and L are 1.

        Raises ReceiptUnreadable for a wrong length and ReceiptHasOtherSymbol for a symbol that no receipt has.
        """
        folded = unicodedata.normalize("NFKC", typed[: 40 * SYMBOLS])
        kept = "".join(c for c in folded if unicodedata.category(c) not in _SKIPPED_CATEGORIES).upper()
        symbols = kept.translate(_LOOKALIKES)
        if len(symbols) != SYMBOLS:
            raise ReceiptUnreadable(count=len(symbols))
        for symbol in symbols:
            if symbol not in ALPHABET:
                raise ReceiptHasOtherSymbol(symbol=symbol)
        return cls(symbols)

    @property
    def shown(self) -> str:
        """Four groups of five, the way it is shown: `7K2MQ-0A9ZT-…`."""
        return "-".join(self.symbols[i : i + GROUP] for i in range(0, SYMBOLS, GROUP))
