from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mat.concerns.receipt import ALPHABET, BITS, Receipt
from mat.errors import ReceiptHasOtherSymbol, ReceiptUnreadable


@given(st.integers(min_value=0, max_value=2**BITS - 1))
def test_every_number_of_100_bits_has_its_own_receipt(number: int) -> None:
    receipt = Receipt.new(lambda _bits: number)
    value = 0
    for symbol in receipt.symbols:
        value = value * 32 + ALPHABET.index(symbol)
    assert value == number
    assert Receipt.parse(receipt.shown) == receipt


def test_a_new_receipt_asks_for_100_random_bits() -> None:
    asked: list[int] = []

    def randbits(bits: int) -> int:
        asked.append(bits)
        return 1

    Receipt.new(randbits)
    assert asked == [100]
    assert len({Receipt.new().symbols for _ in range(200)}) == 200


@pytest.mark.parametrize(
    "typed",
    [
        "01ABC-DE01F-G1HJK-MNPQR",
        "01abc de01f g1hjk mnpqr",
        "  oIabc–deO1f — gLhjk\n-mnpqr ",
        "01ABCDE01FG1HJKMNPQR",
        "01ABC\u200b-DE01F-G1HJK-MNPQR\u202c",
        "０１ＡＢＣ-DE01F-G1HJK-MNPQR",
        "0 1 A B C D E 0 1 F G i H J K M N P Q R",
    ],
)
def test_it_is_read_however_it_was_copied(typed: str) -> None:
    assert Receipt.parse(typed) == Receipt("01ABCDE01FG1HJKMNPQR")


@pytest.mark.parametrize(("typed", "count"), [("", 0), ("ABC", 3), ("A" * 19, 19), ("A" * 21, 21), ("A" * 40_000, 800)])
def test_a_wrong_length_says_how_many_were_counted(typed: str, count: int) -> None:
    with pytest.raises(ReceiptUnreadable) as refused:
        Receipt.parse(typed)
    assert f"I count {count} " in refused.value.sentence


@pytest.mark.parametrize("symbol", ["U", "%", "é"])
def test_a_symbol_that_no_receipt_has_is_named(symbol: str) -> None:
    with pytest.raises(ReceiptHasOtherSymbol) as refused:
        Receipt.parse("A" * 19 + symbol)
    assert f"“{symbol.upper()}”" in refused.value.sentence


def test_its_repr_shows_no_symbol() -> None:
    assert repr(Receipt("A" * 20)) == "Receipt()"
