"""A text with its lines joined where one ends inside a number or an address, or between a number and its label."""

from __future__ import annotations

import re

from mat.reading import Reading

BROKEN = re.compile(
    r"(?<=[0-9])(?:[./-] ?\n ?| \n|\n ?(?=[./-]))(?=[./-]?[0-9])|(?<=:)\n(?=[0-9(])"
    r"|(?<=[a-z0-9]@)\n(?=[a-z])|(?<=[a-z0-9])\n(?=@[a-z])|(?<=[a-z0-9]\.)\n(?=(?:com|org|net|edu)\b)"
)


def unbroken(reading: Reading) -> Reading:
    """The reading with a space for such an end of a line; every place stays the same. Numbers in a column stay apart."""
    if "\n" not in reading.lower:
        return reading
    ends = [match.start() + match[0].index("\n") for match in BROKEN.finditer(reading.lower)]
    if not ends:
        return reading
    text, lower = list(reading.text), list(reading.lower)
    for end in ends:
        text[end] = lower[end] = " "
    return reading._replace(text="".join(text), lower="".join(lower))
