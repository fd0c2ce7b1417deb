"""The rules of a zone change between planning and posting, as with a new release of the zone database: the wall clock wins."""

from __future__ import annotations

import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import pytest

import mat.occurrences
import mat.schedules
import mat.zones
import scheduler.batch
from mat.delivery import PostKind, Schedule
from messages.marks import LATE
from scheduler.keeper import Keeper
from tests.integration.delivery.house import CLINIC, DAILY, LEAD, NEW_YORK, House

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SUNDAY = datetime(2027, 7, 4, 17, tzinfo=UTC)
EIGHT = datetime(2027, 7, 5, 12, tzinfo=UTC)
"""Monday, 8:00 in New York by the rules of today."""

ALWAYS_WINTER, AN_HOUR_AHEAD = "Panama", "Halifax"
"""Their clocks in July: an hour behind New York's of today, and an hour ahead."""

NewRules = Callable[[str], None]


def forget() -> None:
    """What a new process does not remember."""
    zoneinfo.ZoneInfo.clear_cache()
    for module in (mat.zones, mat.occurrences, mat.schedules, scheduler.batch):
        for remembering in vars(module).values():
            if hasattr(remembering, "cache_clear"):
                remembering.cache_clear()


@pytest.fixture
def new_rules(tmp_path: Path) -> Iterator[NewRules]:
    """Gives New York the clocks of another city, for a process that starts from here on."""

    def become(city: str) -> None:
        (tmp_path / "America").mkdir(exist_ok=True)
        known = [Path(folder, "America", city) for folder in zoneinfo.TZPATH]
        with as_file(files("tzdata.zoneinfo.America") / city) as packaged:
            file = next((one for one in known if one.exists()), packaged)
            shutil.copy(file, tmp_path / "America" / "New_York")
        zoneinfo.reset_tzpath(to=[str(tmp_path), *zoneinfo.TZPATH])
        forget()

    yield become
    zoneinfo.reset_tzpath()
    forget()


async def a_clinic(house: House) -> None:
    house.clock.jump_to(SUNDAY)
    await house.furnish(DAILY)
    assert (await digest_of(house)).next_at == EIGHT


async def digest_of(house: House) -> Schedule:
    async with house.work.reading() as books:
        return next(one for one in await books.at(CLINIC).schedules.all() if one.kind is PostKind.DIGEST)


def digests(house: House) -> list[str]:
    return [text for text in house.poster.texts(LEAD) if "Digest for" in text]


def test_these_cities_have_other_clocks_in_july(new_rules: NewRules) -> None:
    local = datetime(2027, 7, 5, 8)
    for city, ahead in ((ALWAYS_WINTER, HOUR), (AN_HOUR_AHEAD, -HOUR)):
        new_rules(city)
        assert local.replace(tzinfo=zoneinfo.ZoneInfo(NEW_YORK)).astimezone(UTC) == EIGHT + ahead


@pytest.mark.parametrize("at", [SUNDAY + HOUR, EIGHT - MINUTE], ids=["a day before", "a minute before"])
async def test_an_hour_that_comes_later_now_is_waited_for(house: House, new_rules: NewRules, at: datetime) -> None:
    await a_clinic(house)
    new_rules(ALWAYS_WINTER)
    house.clock.jump_to(at)
    house.start()
    await Keeper(house.work, clock=house.clock, new_id=house.ids).tick()
    assert (await digest_of(house)).next_at == EIGHT + HOUR
    for moment in (EIGHT, EIGHT + 30 * MINUTE, EIGHT + HOUR - MINUTE):
        await house.at(moment)
        assert digests(house) == []
    await house.at(EIGHT + HOUR)
    (digest,) = digests(house)
    assert LATE not in digest


async def test_nothing_comes_early_where_the_old_hour_is_over_and_the_new_one_is_not(
    house: House, new_rules: NewRules
) -> None:
    """The process starts between the two, and its planner looks before its keeper."""
    await a_clinic(house)
    new_rules(ALWAYS_WINTER)
    house.start()
    await house.at(EIGHT + 30 * MINUTE)
    assert digests(house) == []
    await house.at(EIGHT + HOUR)
    assert len(digests(house)) == 1
    await house.at(EIGHT + 2 * HOUR)
    assert len(digests(house)) == 1


async def test_an_hour_that_is_over_already_is_caught_up_with_once(house: House, new_rules: NewRules) -> None:
    await a_clinic(house)
    new_rules(AN_HOUR_AHEAD)
    house.clock.jump_to(EIGHT - 30 * MINUTE)
    house.start()
    await Keeper(house.work, clock=house.clock, new_id=house.ids).tick()
    await house.pulse(4)
    assert len(digests(house)) == 1
    for moment in (EIGHT, EIGHT + HOUR):
        await house.at(moment)
    assert len(digests(house)) == 1


async def test_the_weeks_after_keep_the_new_hour(house: House, new_rules: NewRules) -> None:
    await a_clinic(house)
    new_rules(ALWAYS_WINTER)
    house.start()
    await Keeper(house.work, clock=house.clock, new_id=house.ids).tick()
    await house.at(EIGHT + HOUR)
    week = timedelta(weeks=1)
    await house.at(EIGHT + week + HOUR - MINUTE)
    assert len(digests(house)) == 1
    await house.at(EIGHT + week + HOUR)
    assert len(digests(house)) == 2
