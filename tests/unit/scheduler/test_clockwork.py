"""The pulse: ticks one after the other, a failing one stops nothing, and stopping lets the running one end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from scheduler.clockwork import GRACE_SECONDS, Clockwork


class Part:
    """Stands for planner, courier, keeper or rounds."""

    def __init__(self, name: str, seen: list[str]) -> None:
        self.name = name
        self.seen = seen
        self.failures = 0
        self.gate: asyncio.Event | None = None
        self.ticked = asyncio.Event()
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True

    async def tick(self, planned: Callable[[], None] = lambda: None) -> None:
        self.seen.append(self.name)
        self.ticked.set()
        planned()
        if self.gate is not None:
            await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise OSError(self.name)

    async def hand_out(self) -> None:
        await self.tick()

    async def close(self, within: float) -> None:
        self.closed_within = within


class Works:
    def __init__(self) -> None:
        self.seen: list[str] = []
        self.parts: dict[str, Any] = {n: Part(n, self.seen) for n in ("planner", "courier", "keeper", "rounds")}
        p = self.parts
        self.clockwork = Clockwork(p["planner"], p["courier"], p["keeper"], rounds=[p["rounds"]])

    async def next_ticks(self) -> None:
        """One of each but the keeper."""
        for part in self.parts.values():
            part.ticked.clear()
        self.clockwork.wake()
        await self.all_but_keeper()

    async def all_but_keeper(self) -> None:
        for name in ("planner", "courier", "rounds"):
            await self.parts[name].ticked.wait()
        for _ in range(5):
            await asyncio.sleep(0)

    def seen_of(self, *names: str) -> list[str]:
        return [name for name in self.seen if name in names]


@pytest.fixture
async def works() -> Any:
    works = Works()
    yield works
    await works.clockwork.stop()


async def test_the_first_tick_comes_at_the_start_and_the_next_when_woken(works: Works) -> None:
    works.clockwork.start()
    await works.all_but_keeper()
    await works.next_ticks()
    assert works.seen_of("keeper", "rounds") == ["keeper", "rounds", "rounds"]
    assert works.seen[0] == "planner", "nothing is waited for before planning"
    assert works.seen_of("planner") == ["planner"] * 2


async def test_planner_and_couriers_do_not_wait_for_the_keeper(works: Works) -> None:
    keeper = works.parts["keeper"]
    keeper.gate = asyncio.Event()
    works.clockwork.start()
    await keeper.ticked.wait()
    for _ in range(3):
        works.parts["planner"].ticked.clear()
        works.parts["courier"].ticked.clear()
        works.clockwork.wake()
        await works.parts["planner"].ticked.wait()
        await works.parts["courier"].ticked.wait()
    assert works.seen_of("keeper", "rounds") == ["keeper"]
    keeper.gate.set()
    await works.parts["rounds"].ticked.wait()


async def test_what_is_planned_already_is_sent_while_the_planner_goes_on(works: Works) -> None:
    planner, courier = works.parts["planner"], works.parts["courier"]
    planner.gate = asyncio.Event()
    works.clockwork.start()
    await courier.ticked.wait()
    assert works.seen_of("planner", "courier") == ["planner", "courier"]
    planner.gate.set()


async def test_a_failing_tick_is_logged_and_the_others_come(works: Works, caplog: pytest.LogCaptureFixture) -> None:
    for part in works.parts.values():
        part.failures = 1
    works.clockwork.start()
    await works.all_but_keeper()
    await works.next_ticks()
    assert works.seen_of("keeper", "rounds") == ["keeper", "rounds"] * 2, "the keeper that failed comes again at once"
    assert works.seen_of("planner") == ["planner"] * 2
    assert [(r.message, r.__dict__["type"]) for r in caplog.records] == [("tick-failed", "OSError")] * 4


async def test_a_single_turn_says_what_failed_and_brings_the_keeper_when_asked(works: Works) -> None:
    works.parts["rounds"].failures = 1
    assert await works.clockwork.turn() == ("Part",)
    assert await works.clockwork.turn() == ()
    works.parts["keeper"].failures = 1
    assert await works.clockwork.turn(keep=True) == ("keeper",)
    assert works.seen.count("keeper") == 2, "at the start and when asked"


async def test_stopping_lets_the_running_tick_end_and_starts_no_other(works: Works) -> None:
    courier = works.parts["courier"]
    courier.gate = asyncio.Event()
    works.clockwork.start()
    await courier.ticked.wait()
    stopping = asyncio.create_task(works.clockwork.stop())
    await asyncio.sleep(0)
    assert courier.stopped
    courier.gate.set()
    await stopping
    seen = list(works.seen)
    await works.clockwork.stop()
    assert works.seen == seen
    assert works.seen_of("courier") == ["courier"]


async def test_a_tick_that_does_not_end_is_given_up(works: Works) -> None:
    courier = works.parts["courier"]
    courier.gate = asyncio.Event()
    works.clockwork.start()
    await courier.ticked.wait()
    await works.clockwork.stop(within=0)


async def test_the_pulse_forgives_a_late_start_and_never_runs_twice_at_once(works: Works) -> None:
    works.clockwork.start()
    jobs = {job.id: job for job in works.clockwork._pulse.get_jobs()}
    assert jobs.keys() == {"pulse", "keeper"}
    for job in jobs.values():
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, GRACE_SECONDS)
