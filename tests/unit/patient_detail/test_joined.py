"""Numbers in words are looked for from their words; that must find what looking everywhere finds."""

from __future__ import annotations

import random

import pytest

from mat.joined import joined
from mat.reading import read
from mat.spoken import BETWEEN_FIGURES, ORDINALS, SPELLED, TIMES, VALUES, spelled_in

PIECES = (*VALUES, *TIMES, *BETWEEN_FIGURES, *ORDINALS, "1", "20", "5550142", "is", "a", "april")
PARTS = (" ", " ", "  ", ", ", "-", " - ", "/", "(", ") ", ".", "*", "", "\n", ":")


def test_spelled_numbers_are_found_wherever_they_stand() -> None:
    chance = random.Random(1)
    for _ in range(2_000):
        few = chance.choices(PIECES, k=chance.choice((2, 5, 40)))
        text = "".join(chance.choice(few) + chance.choice(PARTS) for _ in range(chance.choice((3, 10, 100))))
        everywhere = [match.span() for match in SPELLED.finditer(text) if match[0].upper() != match[0]]
        assert list(spelled_in(text)) == everywhere


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("on the third of April", "on the 3 of april"),
        ("on June twenty-fifth", "on june 25"),
        ("at ten eleven Alder Street", "at 10 11 alder street"),
        ("p.h-o n e 9l2 now", "phone 912 now"),
        ("no more than one", "no more than one"),
    ],
)
def test_how_a_number_in_words_reads(text: str, reads: str) -> None:
    assert joined(read(text)).lower == reads
