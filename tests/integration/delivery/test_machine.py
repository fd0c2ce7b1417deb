"""A clinic under a state machine: people change huddles and close days, Slack fails, the process dies, time goes on in any order.

Whatever happened: a post of the plan stands once, nothing stands before its time or on a closed day, each channel keeps its order,
and in the end everything has its end. Hypothesis shrinks what breaks that, and prints the steps.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot import database
from mat.closures import Closure
from mat.delivery import Post, PostKind
from mat.huddles import MeetingState
from mat.ports import NotPosted, OutcomeUnknown, Refused, SlowDown
from scheduler.keeper import Keeper
from tests.fakes.killing import Fuse, FusedPoster, FusedWork, Killed
from tests.fakes.memory_poster import Standing, Trouble
from tests.integration.delivery.house import CLINIC, DAILY, FAR_AWAY, LEAD, READER, House
from tests.proof_table import Proof
from tests.stores import open_work

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SPANS = (SECOND, 5 * SECOND, MINUTE, 20 * MINUTE, timedelta(hours=1), timedelta(hours=7), timedelta(days=1))
TROUBLES = st.sampled_from(
    [
        Trouble(OutcomeUnknown("lost")),
        Trouble(OutcomeUnknown("lost"), stored=True),
        Trouble(NotPosted("service_unavailable")),
        Trouble(SlowDown(30)),
        Trouble(SlowDown(None)),
        Trouble(Refused("restricted_action")),
    ]
)
HOURS = st.sampled_from([(8, 0), (9, 0), (9, 30), (16, 45)])
SETTLES = 400
OF_HUDDLES = {PostKind.HUDDLE_AGENDA, PostKind.HUDDLE_CHECK}


class Clinic(RuleBasedStateMachine):
    """One clinic on a store of its own. `template`: a migrated file, set by whoever runs the machine."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = TemporaryDirectory()
        self.opened = AsyncExitStack()
        self.series = DAILY
        self.closed: set[date] = set()

    @initialize()
    def begin(self) -> None:
        async def opened() -> House:
            file = copy(self.template, Path(self.folder.name) / "main.db")
            house = House(await self.opened.enter_async_context(open_work(f"sqlite:///{file}")))
            await house.furnish(DAILY, clinic=CLINIC)
            # Where a person's direct messages stand is known from the first one on; a lost answer to that one cannot be looked for.
            await house.add(house.note(LEAD, "Earlier"), house.note(READER, "Earlier"))
            await house.pulse(3)
            return house

        self.house = self.runner.run(opened())

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.runner.run(self._settled())
            self.runner.run(self.opened.aclose())
        self.runner.close()
        self.folder.cleanup()

    # -- what happens -----------------------------------------------------------------------------------------------

    @rule(span=st.sampled_from(SPANS), pulses=st.integers(1, 4))
    def time_goes_on(self, span: timedelta, pulses: int) -> None:
        self.runner.run(self.house.after(pulses, seconds=span.total_seconds()))

    @rule(hour=HOURS, before=st.sampled_from([0, 10, 60]), active=st.booleans())
    def the_huddle_changes(self, hour: tuple[int, int], before: int, active: bool) -> None:
        start = self.series.local_start.replace(hour=hour[0], minute=hour[1])
        self.series = replace(self.series, local_start=start, minutes_before=before, active=active)
        self.runner.run(self.house.change(self.series))

    @rule(days=st.integers(1, 3))
    def days_are_closed(self, days: int) -> None:
        first = (self.house.clock() + timedelta(days=1)).date()
        closure = Closure(self.house.ids(), first, first + timedelta(days=days - 1), "Made up")

        async def close() -> None:
            async with self.house.work.writing() as books:
                await books.at(CLINIC).closures.save(closure)
                await books.commit()
            await Keeper(self.house.work, clock=self.house.clock, new_id=self.house.ids).tick()

        self.closed |= {first + timedelta(days=number) for number in range(days)}
        self.runner.run(close())

    @rule()
    def the_next_huddle_is_called_off(self) -> None:
        local = self.series.local_start.replace(year=2027, month=1, day=(self.house.clock() + timedelta(days=1)).day)
        self.runner.run(self.house.record(MeetingState.CALLED_OFF, local, self.series))

    @rule(troubles=st.lists(TROUBLES, min_size=1, max_size=3))
    def slack_will_fail(self, troubles: list[Trouble]) -> None:
        self.house.poster.order(*troubles)

    @rule()
    def the_process_starts_anew(self) -> None:
        self.house.start()

    @rule(length=st.integers(1, 60), span=st.sampled_from(SPANS))
    def the_process_dies(self, length: int, span: timedelta) -> None:
        async def dying() -> None:
            fuse = Fuse(length)
            self.house.start(FusedWork(self.house.work, fuse), FusedPoster(self.house.poster, fuse))
            with suppress(Killed):
                await self.house.after(3, seconds=span.total_seconds())
            self.house.start()

        self.runner.run(dying())

    # -- what must hold ---------------------------------------------------------------------------------------------

    @precondition(lambda self: hasattr(self, "house"))
    @invariant()
    def nothing_stands_twice_or_early(self) -> None:
        names = Counter(one.name or one.key for one in self.house.poster.standing)
        assert [name for name, number in names.items() if number > 1] == []
        self.runner.run(self._in_order_and_in_time())

    async def _in_order_and_in_time(self) -> None:
        latest: dict[str, datetime] = defaultdict(lambda: datetime.min.replace(tzinfo=self.house.clock().tzinfo))
        for one in self.house.poster.standing:
            post = await self._post_of(one)
            assert one.at >= post.due_at, f"{post.kind} came early"
            assert not (post.kind in OF_HUDDLES and _day(post) in self.closed), f"{post.kind} came on a closed day"
            assert post.due_at >= latest[one.channel], f"{post.kind} was overtaken in {one.channel}"
            latest[one.channel] = post.due_at

    async def _post_of(self, one: Standing) -> Post:
        return await self.house.post(one.key)

    async def _settled(self) -> None:
        """With a clear sky everything comes to its end."""
        self.house.poster.troubles.clear()
        self.house.start()
        for _ in range(SETTLES):
            async with self.house.work.reading() as books:
                waiting = await books.outbox.unsettled(FAR_AWAY)
            if not waiting:
                return
            await self.house.after(2, seconds=30)
        raise AssertionError(f"{len(waiting)} posts have no end")


def _day(post: Post) -> date | None:
    return post.local_at.date() if post.local_at else None


def run(template: Path, examples: int, steps: int) -> None:
    Clinic.template = template
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    # The same lives each time: what breaks here can be run again.
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        suppress_health_check=checks,
    )
    run_state_machine_as_test(Clinic, settings=how)


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    file = tmp_path / "template.db"
    database.upgrade(f"sqlite:///{file}")
    return file


def test_a_clinic_under_a_state_machine(migrated: Path) -> None:
    run(migrated, examples=8, steps=15)


@pytest.mark.proof
def test_a_clinic_under_a_state_machine_at_length(migrated: Path, proof: Proof) -> None:
    run(migrated, examples=40, steps=40)
    proof("ways to break order, hour or count in 40 lives of 40 steps", 0, "0")
