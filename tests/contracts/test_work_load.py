"""What a workspace has on its schedules, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from mat.clinic import Clinic, Duty
from mat.delivery import PostKind
from mat.gathered import Load
from mat.ports import Work
from mat.schedules import keep_schedules
from tests.integration.delivery.house import CLINIC, DAILY, NEW_YORK
from tests.stores import NOW

TWO = replace(CLINIC, id="two", digest_at=time(7, 30))
ELSEWHERE = replace(CLINIC, workspace="T0ELSE001")


async def furnish(work: Work, clinic: Clinic, readers: int) -> None:
    async with work.writing() as books:
        await books.clinics.save(clinic)
        at = books.at(clinic)
        await at.roster.set_duty(Duty.READS_CONCERNS, [f"U{number}" for number in range(readers)])
        await at.roster.set_duty(Duty.LEAD, ["U1", "U2", "U3"])
        await at.huddles.save_series(
            replace(DAILY, local_start=datetime(2027, 3, 1, 9) if readers else DAILY.local_start)
        )
        await keep_schedules(at, clinic, NOW)
        await books.commit()


async def test_schedules_that_are_alike_are_counted_with_everybody_who_gets_them(work: Work) -> None:
    await furnish(work, CLINIC, 0)
    await furnish(work, TWO, 3)
    await furnish(work, ELSEWHERE, 9)
    async with work.reading() as books:
        found = {(one.kind, one.at): one for one in await books.planning.load(CLINIC.workspace)}
    assert {key: one.posts for key, one in found.items()} == {
        (PostKind.HUDDLE_AGENDA, time(9)): 2,
        (PostKind.HUDDLE_CHECK, time(9)): 2,
        # Nobody is chosen for the digest yet, and nobody reads concerns in the first clinic.
        (PostKind.DIGEST, time(8)): 0,
        (PostKind.DIGEST, time(7, 30)): 0,
        (PostKind.WEEKLY_REMINDER, time(9)): 2,
        (PostKind.CONCERN_BATCH, time(8)): 3,
        (PostKind.SAID_PREVIEW, time(9)): 3,
    }
    agenda = found[PostKind.HUDDLE_AGENDA, time(9)]
    assert agenda == Load(PostKind.HUDDLE_AGENDA, DAILY.rule, time(9), NEW_YORK, -10, 2)


async def test_only_workspaces_with_so_many_schedules_are_looked_at(work: Work) -> None:
    await furnish(work, CLINIC, 0)
    await furnish(work, TWO, 0)
    await furnish(work, ELSEWHERE, 0)
    async with work.reading() as books:
        assert await books.planning.crowds(at_least=6) == tuple(sorted([CLINIC.workspace, ELSEWHERE.workspace]))
        assert await books.planning.crowds(at_least=12) == (CLINIC.workspace,)
        assert await books.planning.crowds(at_least=13) == ()
        assert await books.planning.load("T9") == ()


async def test_a_schedule_that_has_ended_is_no_load(work: Work) -> None:
    await furnish(work, CLINIC, 0)
    async with work.writing() as books:
        at = books.at(CLINIC)
        await at.huddles.save_series(replace(DAILY, rule="FREQ=DAILY;UNTIL=20200101T000000"))
        await keep_schedules(at, CLINIC, NOW)
        await books.commit()
    async with work.reading() as books:
        kinds = {one.kind for one in await books.planning.load(CLINIC.workspace)}
    assert PostKind.HUDDLE_AGENDA not in kinds
    assert PostKind.DIGEST in kinds
