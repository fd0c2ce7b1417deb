"""People are read as soon as a workspace comes, and every ten minutes; a workspace that left is read no more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from bot.people import AT_ONCE, PeopleKeeper
from bot.presence import Presences


class Enough(Exception):
    """The test has seen what it wanted."""


@dataclass
class Reading:
    """A directory that counts how often it was read, and how many were read at once."""

    busy: list[int]
    read: int = 0

    async def load(self) -> None:
        self.busy.append(self.busy[-1] + 1)
        await asyncio.sleep(0)
        self.busy.append(self.busy[-1] - 1)
        self.read += 1


@dataclass
class House:
    presences: Presences = field(default_factory=Presences)
    busy: list[int] = field(default_factory=lambda: [0])
    now: float = 0.0

    def come(self, workspace: str, *, home: bool = False) -> Reading:
        directory = Reading(self.busy)
        presence = SimpleNamespace(workspace=workspace, directory=directory)
        self.presences.add(presence, home=home)  # type: ignore[arg-type]
        return directory

    async def lives(self, looks: int) -> None:
        """So many looks, two seconds apart."""

        async def sleep(seconds: float) -> None:
            nonlocal looks
            looks -= 1
            self.now += seconds
            if looks == 0:
                raise Enough

        with pytest.raises(Enough):
            await PeopleKeeper(self.presences, sleep=sleep, now=lambda: self.now).keep()


async def test_the_settings_workspace_was_read_at_the_start_and_others_are_read_at_once() -> None:
    house = House()
    home, other = house.come("T1", home=True), house.come("T2")
    await house.lives(looks=2)
    assert (home.read, other.read) == (0, 1)


async def test_everybody_is_read_again_after_ten_minutes() -> None:
    house = House()
    home, other = house.come("T1", home=True), house.come("T2")
    await house.lives(looks=302)
    assert (home.read, other.read) == (1, 2)


async def test_many_are_read_a_few_at_a_time() -> None:
    house = House()
    directories = [house.come(f"T{number}") for number in range(3 * AT_ONCE)]
    await house.lives(looks=1)
    assert {directory.read for directory in directories} == {1}
    assert max(house.busy) == AT_ONCE


async def test_who_left_is_read_no_more_and_who_comes_back_at_once() -> None:
    house = House()
    gone = house.come("T1")
    house.presences.drop("T1")
    again = house.come("T1")
    await house.lives(looks=1)
    assert (gone.read, again.read) == (0, 1)
