"""Time zones the way people say them."""

from __future__ import annotations

from mat.zone_names import US_ZONES


def zone_words(zone: str) -> str:
    """`Eastern time (New York)`; `Boise time` for a zone that is not in our list."""
    if zone in US_ZONES:
        return US_ZONES[zone].replace(" (", " time (")
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"
