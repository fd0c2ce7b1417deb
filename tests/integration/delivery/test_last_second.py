"""Edited or called off one second before: only the new version comes, or nothing, also where the process dies meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from shutil import copy

import pytest

from mat.clinic import Duty
from mat.closures import Closure
from mat.huddles import MeetingState
from mat.ports import OutcomeUnknown, SlowDown
from mat.schedules import keep_schedules
from scheduler.keeper import Keeper
from tests.fakes.killing import Fuse, FusedPoster, FusedWork, Killed
from tests.fakes.memory_poster import Trouble
from tests.integration.delivery.house import AGENDA_DUE, CHANNEL, CLINIC, DAILY, LEAD, NINE, House
from tests.proof_table import Proof
from tests.stores import open_work

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
QUIET = replace(CLINIC, tracks=())
ELSEWHERE = "C0NEWROOM"
Edit = Callable[[House], Awaitable[None]]


async def moved_later(house: House) -> None:
    await house.change(replace(DAILY, local_start=NINE + 30 * MINUTE))


async def renamed(house: House) -> None:
    await house.change(replace(DAILY, title="Morning round"))


async def stopped(house: House) -> None:
    await house.change(replace(DAILY, active=False))


async def called_off(house: House) -> None:
    await house.record(MeetingState.CALLED_OFF)


async def closed(house: House) -> None:
    async with house.work.writing() as books:
        await books.at(QUIET).closures.save(Closure("x1", NINE.date(), NINE.date(), "flood"))
        await books.commit()
    await Keeper(house.work, clock=house.clock, new_id=house.ids).tick()


async def to_another_channel(house: House) -> None:
    async with house.work.writing() as books:
        await books.clinics.save(replace(QUIET, channel=ELSEWHERE))
        await keep_schedules(books.at(QUIET), replace(QUIET, channel=ELSEWHERE), house.clock())
        await books.commit()


async def not_ready(house: House) -> None:
    async with house.work.writing() as books:
        await books.clinics.save(replace(QUIET, ready=False))
        await keep_schedules(books.at(QUIET), replace(QUIET, ready=False), house.clock())
        await books.commit()


EDITS: dict[Edit, list[tuple[str, str]]] = {
    moved_later: [(CHANNEL, "Agenda for Daily huddle, today at 9:30 AM EST")],
    renamed: [(CHANNEL, "Agenda for Morning round, today at 9:00 AM EST")],
    stopped: [],
    called_off: [],
    closed: [],
    to_another_channel: [(ELSEWHERE, "Agenda for Daily huddle, today at 9:00 AM EST")],
    not_ready: [],
}
"""What stands afterwards: channel and words."""


async def furnished(house: House) -> None:
    await house.furnish(DAILY, clinic=QUIET)
    async with house.work.writing() as books:
        for duty in (Duty.GETS_DIGEST, Duty.READS_CONCERNS):
            await books.at(QUIET).roster.set_duty(duty, [])
        await books.at(QUIET).roster.set_duty(Duty.LEAD, [LEAD])
        await books.commit()
    await house.at(AGENDA_DUE - 5 * MINUTE)


def agendas(house: House) -> list[tuple[str, str]]:
    said = [(one.channel, one.message.text.removeprefix("Sorry, this is late. ")) for one in house.poster.standing]
    return [(channel, text.partition(", 10 minutes")[0]) for channel, text in said if text.startswith("Agenda for")]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("before", [SECOND, timedelta(milliseconds=1)], ids=["a second before", "a blink before"])
async def test_only_the_new_version_comes_or_nothing(house: House, edit: Edit, before: timedelta) -> None:
    await furnished(house)
    await house.at(AGENDA_DUE - before, pulses=1)
    await edit(house)
    await house.at(AGENDA_DUE, pulses=3)
    await house.at(AGENDA_DUE + 30 * MINUTE, pulses=3)
    assert agendas(house) == EDITS[edit]


async def at_random(template: Path, file: Path, seed: int) -> list[str]:
    """An edit a second before, with lost answers, waits and deaths around it."""
    chance = Random(seed)
    edit = chance.choice(list(EDITS))
    async with open_work(f"sqlite:///{copy(template, file)}") as work:
        house = House(work)
        await furnished(house)
        troubles = [
            None,
            Trouble(SlowDown(20)),
            Trouble(OutcomeUnknown("x"), stored=True),
            Trouble(OutcomeUnknown("x")),
        ]
        house.poster.order(chance.choice(troubles))
        await house.at(AGENDA_DUE - SECOND, pulses=1)
        await edit(house)
        fuse = Fuse(chance.randint(1, 60))
        house.start(FusedWork(work, fuse), FusedPoster(house.poster, fuse))
        with suppress(Killed):
            await house.at(AGENDA_DUE, pulses=2)
        house.start()
        await house.at(AGENDA_DUE + 5 * SECOND, pulses=40)
        await house.at(AGENDA_DUE + 30 * MINUTE, pulses=25)
        found = agendas(house)
    return [] if found == EDITS[edit] else [f"seed {seed}, {edit.__name__}: {found}"]


async def test_at_random(sqlite_template: Path, tmp_path: Path) -> None:
    for seed in range(4):
        assert await at_random(sqlite_template, tmp_path / f"{seed}.db", seed) == []


@pytest.mark.proof
async def test_edits_at_the_last_second_at_length(sqlite_template: Path, tmp_path: Path, proof: Proof) -> None:
    found = []
    for seed in range(100, 160):
        found += await at_random(sqlite_template, tmp_path / f"{seed}.db", seed)
    proof(
        "60 edits a second before, with deaths and lost answers: something else than the new version", len(found), "0"
    )
    assert found == []
