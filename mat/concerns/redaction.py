"""Blacking out words of a concern. Readers can hide words, never change them: the rest stays as it was written."""

from __future__ import annotations

import re

from mat.errors import WordsNotFound

# Of one length always, so that it does not tell how long the hidden words were.
BLACKED_OUT = "█████"


def black_out(text: str, words: str) -> str:
    """`text` with every place of `words` (any case and white space) hidden. Raises WordsNotFound where none is."""
    pieces = [re.escape(piece) for piece in words.split()]
    if not pieces:
        raise WordsNotFound
    hidden, places = re.subn(r"\s+".join(pieces), BLACKED_OUT, text, flags=re.IGNORECASE)
    if not places:
        raise WordsNotFound
    return hidden
