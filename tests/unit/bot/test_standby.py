"""The socket of one of several processes: open in one, on standby in the others."""

from __future__ import annotations

import asyncio

import pytest

from bot.standby import LOOKS_AT_THE_START, StandbyLine
from tests.fakes.clock import HandClock


class Socket:
    """A line that says what was done with it."""

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.lost: asyncio.Event = asyncio.Event()

    async def open(self) -> None:
        self.log.append("open")

    async def is_up(self) -> bool:
        return True

    def quiet_seconds(self) -> int | None:
        return 7

    async def watch(self) -> None:
        await self.lost.wait()
        raise OSError("lost")

    async def close(self) -> None:
        self.log.append("close")


class Standby:
    """`mine` and `others` as the store says."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.log: list[str] = []
        self.sockets: list[Socket] = []
        self.mine = self.others = False
        self.line = StandbyLine(self.make, lambda: self.mine, lambda: self.others, sleep=self.clock.sleep)

    def make(self) -> Socket:
        self.sockets.append(Socket(self.log))
        return self.sockets[-1]


@pytest.fixture
def standby() -> Standby:
    return Standby()


async def test_it_opens_where_it_is_mine_and_closes_where_another_has_it(standby: Standby) -> None:
    standby.mine = True
    await standby.line.open()
    assert standby.log == ["open"]
    assert (await standby.line.is_up(), standby.line.quiet_seconds()) == (True, 7)
    watching = asyncio.create_task(standby.line.watch())
    await standby.clock.move(seconds=1)
    standby.mine = False
    await standby.clock.move(seconds=5)
    assert standby.log == ["open"], "nobody is known to have it: the store is away"
    standby.others = True
    await standby.clock.move(seconds=1)
    assert standby.log == ["open", "close"]
    assert await standby.line.is_up(), "another process has it"
    standby.mine, standby.others = True, False
    await standby.clock.move(seconds=1)
    assert standby.log == ["open", "close", "open"]
    standby.sockets[-1].lost.set()
    await standby.clock.move(seconds=2)
    with pytest.raises(OSError, match="lost"):
        await watching
    await standby.line.close()
    assert standby.log[-1] == "close"


async def test_on_standby_nothing_is_opened(standby: Standby) -> None:
    standby.others = True
    await standby.line.open()
    assert standby.log == []
    assert (await standby.line.is_up(), standby.line.quiet_seconds()) == (True, None)
    await standby.line.close()


async def test_the_start_waits_a_moment_for_the_lease(standby: Standby) -> None:
    opening = asyncio.create_task(standby.line.open())
    await standby.clock.move(seconds=1)
    assert not opening.done()
    standby.mine = True
    await standby.clock.move(seconds=1)
    await opening
    assert standby.log == ["open"]
    assert LOOKS_AT_THE_START > 1
    await standby.line.close()
