"""Time zones as people say them: a list for US clinics, and any IANA name in whatever way it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import available_timezones

from mat.errors import UnknownZone
from mat.zones import OF_NO_PLACE

US_ZONES: Mapping[str, str] = MappingProxyType(
    {
        "America/New_York": "Eastern (New York)",
        "America/Chicago": "Central (Chicago)",
        "America/Denver": "Mountain (Denver)",
        "America/Phoenix": "Arizona (Phoenix)",
        "America/Los_Angeles": "Pacific (Los Angeles)",
        "America/Anchorage": "Alaska (Anchorage)",
        "Pacific/Honolulu": "Hawaii (Honolulu)",
        "America/Puerto_Rico": "Atlantic (Puerto Rico)",
        "Pacific/Guam": "Chamorro (Guam)",
        "Pacific/Pago_Pago": "Samoa (Pago Pago)",
    }
)
"""IANA name → what people call it: states and territories of the United States, from east to west."""

LONGEST_TYPED = 60


def zone_named(words: str) -> str:
    """The IANA name a person means: `america/chicago`, `America/Chicago` or just `chicago`. Raises `UnknownZone`."""
    wanted = "_".join(words.split()).casefold()
    names = _by_words()
    if wanted not in names:
        raise UnknownZone(zone=" ".join(words.split())[:LONGEST_TYPED])
    return names[wanted]


@lru_cache(maxsize=1)
def _by_words() -> Mapping[str, str]:
    """Full names, and cities; of several zones of a city on one continent (Indianapolis) the shortest name."""
    known = available_timezones() - OF_NO_PLACE
    names = {name.casefold(): name for name in known}
    cities: dict[str, set[str]] = {}
    for name in known:
        region, _, city = name.rpartition("/")
        if region and not region.startswith(("Etc", "US", "posix", "right", "SystemV")):
            cities.setdefault(city.casefold(), set()).add(name)
    clear = {city: of for city, of in cities.items() if len({name.partition("/")[0] for name in of}) == 1}
    return {city: min(of, key=len) for city, of in clear.items()} | names
