"""What the guard says of the words in a form before anything is done with them: refused, asked about, or let pass."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from mat.free_text import cleaned
from mat.patient_detail import KIND_IN_WORDS, Decision, examine

SHOWN = 3
FINGERPRINT_BYTES = 8


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a text: what it looks like, in words, and how the writer wrote it."""

    kind: str
    found: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """`certain`: it cannot be sent. Else the writer may say that it is about no patient.

    `fingerprint` stands for exactly these parts, so that a yes to them is no yes to what is written later.
    """

    parts: tuple[Part, ...]
    fingerprint: str
    certain: bool


def doubt_about(text: str) -> Doubt | None:
    """What looks like patient detail in a text, as it would be kept; None where nothing does."""
    words = cleaned(text)
    verdict = examine(words)
    if verdict.verdict is Decision.OK:
        return None
    found = [Part(KIND_IN_WORDS[one.kind], words[one.start : one.end]) for one in verdict.found]
    every = "\n".join(sorted(f"{part.kind} {part.found.casefold()}" for part in found))
    fingerprint = hashlib.blake2b(every.encode(), digest_size=FINGERPRINT_BYTES).hexdigest()
    return Doubt(tuple(found[:SHOWN]), fingerprint, verdict.verdict is Decision.BLOCK)
