"""Ids of milestones a clinic adds itself. They begin with `x-`, as no shipped id does, so upgrades never collide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import count

CLINIC_PREFIX = "x-"
LONGEST_ID = 40
_CLINIC_ID = re.compile(r"x-[a-z0-9]+(-[a-z0-9]+)*")


def is_clinic_id(milestone: str) -> bool:
    """Whether this is a well-formed id of a clinic's own milestone: x-, then lower-case words joined by hyphens."""
    return len(milestone) <= LONGEST_ID and _CLINIC_ID.fullmatch(milestone) is not None


def new_clinic_id(short: str, taken: Container[str]) -> str:
    """An id from the short label, not in `taken`: "Wound care" gives x-wound-care, then x-wound-care-2."""
    plain = unicodedata.normalize("NFKD", short).encode("ascii", "ignore").decode().casefold()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain)) or "milestone"
    endings = ("" if number == 1 else f"-{number}" for number in count(1))
    candidates = (CLINIC_PREFIX + slug[: LONGEST_ID - len(CLINIC_PREFIX + end)].rstrip("-") + end for end in endings)
    return next(candidate for candidate in candidates if candidate not in taken)
