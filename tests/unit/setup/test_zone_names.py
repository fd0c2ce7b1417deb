"""Zones as people type them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from mat.errors import UnknownZone
from mat.zone_names import US_ZONES, zone_named


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("America/Chicago", "America/Chicago"),
        (" america/chicago ", "America/Chicago"),
        ("new york", "America/New_York"),
        ("Boise", "America/Boise"),
        ("indianapolis", "America/Indianapolis"),
        ("Europe/London", "Europe/London"),
    ],
)
def test_a_zone_is_found_however_it_is_typed(typed: str, name: str) -> None:
    assert zone_named(typed) == name


@pytest.mark.parametrize(
    "typed", ["", "Springfield", "../../etc/passwd", "EST or so", "a" * 40_000, "America/Chicago\x00", "factory"]
)
def test_anything_else_is_refused_with_what_was_typed(typed: str) -> None:
    with pytest.raises(UnknownZone) as refused:
        zone_named(typed)
    assert len(refused.value.sentence) < 200


def test_every_us_zone_is_a_zone() -> None:
    assert [str(ZoneInfo(name)) for name in US_ZONES] == [zone_named(name) for name in US_ZONES]
