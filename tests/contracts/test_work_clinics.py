"""The book of clinics, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from mat.clinic import Clinic, Duty, Pace, Word
from mat.ports import Work
from tests.stores import BIRCH, MAPLE, keep

ELSEWHERE = replace(MAPLE, workspace="T2", name="Maple of another workspace")


@pytest.mark.parametrize(
    "clinic",
    [
        MAPLE,
        Clinic("T1", "x", "", "Pacific/Auckland", date(2027, 2, 28), ()),
        Clinic("T1", "y", "Clínica “Ñandú” 🏥 عيادة", "UTC", date(2028, 2, 29), ("one",), Word.MAT, Pace.LIGHT),
        replace(MAPLE, pace=Pace.FULL, digest_at=time(0, 0), concerns_at=time(23, 59), ready=False),
    ],
)
async def test_a_clinic_comes_back_as_it_was_saved(work: Work, clinic: Clinic) -> None:
    await keep(work, clinic)
    async with work.reading() as books:
        assert await books.clinics.get(clinic.workspace, clinic.id) == clinic


async def test_saving_again_replaces(work: Work) -> None:
    moved = replace(MAPLE, name="Maple Street", channel="C9", tracks=("moud-startup",), ready=False)
    await keep(work, MAPLE, moved)
    async with work.reading() as books:
        assert await books.clinics.all() == (moved,)
        assert await books.clinics.at_channel("T1", "C1") is None


async def test_what_is_not_there_is_none(work: Work) -> None:
    await keep(work, MAPLE, replace(BIRCH, channel=""))
    async with work.reading() as books:
        assert await books.clinics.get("T1", "nowhere") is None
        assert await books.clinics.get("T2", "maple") is None
        assert await books.clinics.at_channel("T1", "C404") is None
        assert await books.clinics.at_channel("T1", "") is None, "a clinic without a channel is at no channel"
        assert await books.clinics.of_person("T1", "U1") == ()
        assert await books.clinics.remembered("T1", "U1") is None


async def test_all_clinics_of_one_workspace_or_of_all(work: Work) -> None:
    await keep(work, MAPLE, BIRCH, ELSEWHERE)
    async with work.reading() as books:
        assert await books.clinics.all("T1") == (BIRCH, MAPLE)
        assert await books.clinics.all("T2") == (ELSEWHERE,)
        assert await books.clinics.all() == (BIRCH, MAPLE, ELSEWHERE)


async def test_a_channel_belongs_to_the_clinic_of_its_workspace(work: Work) -> None:
    await keep(work, MAPLE, BIRCH, ELSEWHERE)
    for open_unit in (work.reading, work.writing):
        async with open_unit() as books:
            assert await books.clinics.at_channel("T1", "C1") == MAPLE
            assert await books.clinics.at_channel("T1", "C2") == BIRCH
            assert await books.clinics.at_channel("T2", "C1") == ELSEWHERE


async def test_the_clinics_of_a_person_are_those_with_a_role_or_duty_for_them(work: Work) -> None:
    await keep(work, MAPLE, BIRCH, ELSEWHERE)
    async with work.writing() as books:
        await books.at(MAPLE).roster.set_role("nurse", ["U1", "U2"])
        await books.at(MAPLE).roster.set_role("prescriber", ["U1"])
        await books.at(BIRCH).roster.set_duty(Duty.GETS_DIGEST, ["U1"])
        await books.at(ELSEWHERE).roster.set_role("nurse", ["U3"])
        await books.commit()
    async with work.reading() as books:
        assert await books.clinics.of_person("T1", "U1") == (BIRCH, MAPLE)
        assert await books.clinics.of_person("T1", "U2") == (MAPLE,)
        assert await books.clinics.of_person("T1", "U3") == ()
        assert await books.clinics.of_person("T2", "U3") == (ELSEWHERE,)


async def test_the_last_choice_of_a_person_is_remembered(work: Work) -> None:
    await keep(work, MAPLE, BIRCH)
    async with work.writing() as books:
        await books.clinics.remember("T1", "U1", "maple")
        await books.clinics.remember("T1", "U1", "birch")
        await books.clinics.remember("T1", "U2", "maple")
        await books.clinics.remember("T1", "U3", "no longer here")
        await books.commit()
    async with work.reading() as books:
        assert await books.clinics.remembered("T1", "U1") == BIRCH
        assert await books.clinics.remembered("T1", "U2") == MAPLE
        assert await books.clinics.remembered("T1", "U3") is None
        assert await books.clinics.remembered("T2", "U1") is None
