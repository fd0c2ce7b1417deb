from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mat.concerns.padding import SIZES, pad, unpad
from mat.concerns.records import TEXT_LIMIT


@given(st.text(max_size=3000))
def test_what_is_padded_comes_back(text: str) -> None:
    assert unpad(pad(text)) == text


@pytest.mark.parametrize(
    ("characters", "size"), [(0, 1024), (1, 1024), (1023, 1024), (1024, 2048), (2047, 2048), (2048, 4096), (3000, 4096)]
)
def test_the_size_tells_only_its_class(characters: int, size: int) -> None:
    assert len(pad("a" * characters)) == size


def test_the_longest_text_of_the_widest_characters_fits() -> None:
    assert len(pad("🌱" * TEXT_LIMIT)) == SIZES[-1]


def test_more_than_16_kib_is_refused() -> None:
    with pytest.raises(ValueError, match="largest"):
        pad("a" * SIZES[-1])


@pytest.mark.parametrize("padded", [b"", b"abc", b"\0" * 1024, b"abc\x80\0\0x"])
def test_bytes_that_were_never_padded_are_refused(padded: bytes) -> None:
    with pytest.raises(ValueError, match="not padded"):
        unpad(padded)
