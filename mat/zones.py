"""Time zones by their IANA names, and the two ways between a clinic's wall clock and an instant."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mat.errors import UnknownZone

OF_NO_PLACE = frozenset({"localtime", "posixrules", "Factory"})
OTHER_CLOCKS = ("right/", "posix/")
"""Names of files beside the zones: what the machine is set to, and the same zones with leap seconds counted."""

SAME_TIMES = 4096
"""At eight o'clock the same few local times are asked about by thousands of teams."""


def known_zone(name: str) -> ZoneInfo:
    """The zone called `name` (IANA, for example `America/Chicago`); raises `UnknownZone` for anything else."""
    if name in OF_NO_PLACE or name.startswith(OTHER_CLOCKS):
        raise UnknownZone(zone=name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(zone=name) from None


@lru_cache(maxsize=SAME_TIMES)
def instant(local: datetime, zone: str) -> datetime:
    """The aware UTC instant of a naive local time.

    A time that the spring change skips is read with the offset before the gap (02:30 becomes 03:30 in New York); of a
    time that comes twice in autumn the first is meant (PEP 495, fold 0).
    """
    return local.replace(tzinfo=known_zone(zone), fold=0).astimezone(UTC)


def wall_clock(at: datetime, zone: str) -> datetime:
    """What the clocks of `zone` show at the aware instant `at`, as a naive local time."""
    return at.astimezone(known_zone(zone)).replace(tzinfo=None, fold=0)


def in_zone(at: datetime, zone: str) -> datetime:
    """The aware instant `at` as the same instant on the clocks of `zone`; its `tzname()` is what the zone is called then."""
    return at.astimezone(known_zone(zone))
