"""`/mat privacy`: the page for all staff, and deleting oneself or a clinic."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from commands.asking import Ask, Surface
from commands.privacy import delete_clinic
from mat.clinic import Duty
from mat.concerns import ClinicKey, ConcernBox, Draft, Release
from mat.delivery import PostKind
from mat.errors import StoreIsBusy
from tests.bot_under_test import HERE, BotUnderTest, with_clinic
from tests.fakes.slack_world import ADMIN, GUEST, LEAD, MEMBER, TEAM, TEAM_CHANNEL
from tests.integration.setup.conftest import clinics

KEY = ClinicKey(TEAM, HERE.id)


@pytest.fixture
async def clinic(bot: BotUnderTest) -> BotUnderTest:
    await with_clinic(bot)
    return bot


async def notes(bot: BotUnderTest) -> list[str]:
    async with bot.bot.desk.work.reading() as books:
        return [p.note for p in await books.outbox.ready(bot.clock.now, 100) if p.kind is PostKind.NOTICE]


def whole_store(bot: BotUnderTest) -> str:
    """Every row of the main store as text."""
    with sqlite3.connect(bot.folder / "data" / "matbot.db") as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return json.dumps({t: store.execute(f'SELECT * FROM "{t}"').fetchall() for t in tables})


async def test_page_is_open_to_staff_also_before_any_clinic(bot: BotUnderTest) -> None:
    answer = await bot.slash("privacy", user=MEMBER)
    assert "What I never hold" in answer.text
    assert "mat:privacy:delete" not in answer.shown
    refused = await bot.slash("privacy", user=GUEST)
    assert "I work with members of this workspace's clinic teams" in refused.text


async def test_a_facilitator_from_outside_sees_it_too(clinic: BotUnderTest) -> None:
    async with clinic.bot.desk.work.writing() as books:
        await books.at(HERE).roster.set_role("facilitator", [GUEST.id])
        await books.commit()
    assert "What I never hold" in (await clinic.slash("privacy", user=GUEST)).text


@pytest.mark.parametrize(("person", "may"), [(MEMBER, False), (LEAD, True), (ADMIN, True)])
async def test_only_leads_and_admins_are_offered_the_clinic(clinic: BotUnderTest, person: Any, may: bool) -> None:
    assert ("mat:privacy:delete" in (await clinic.slash("privacy", user=person)).shown) is may


async def test_deleting_oneself_leaves_no_trace_of_the_id(clinic: BotUnderTest) -> None:
    await clinic.slash("done pdmp sign", user=MEMBER)
    assert MEMBER.id in whole_store(clinic)
    page = await clinic.slash("privacy", user=MEMBER)
    answer = await clinic.press("mat:privacy:forget", page, user=MEMBER)
    assert "I no longer hold anything about you" in answer.text
    assert MEMBER.id not in whole_store(clinic)
    again = await clinic.press("mat:privacy:forget", page, user=MEMBER)
    assert "I no longer hold anything about you" in again.text


async def test_staff_hear_when_a_reader_or_the_last_lead_is_gone(clinic: BotUnderTest) -> None:
    await clinic.press("mat:privacy:forget", await clinic.slash("privacy", user=LEAD), user=LEAD)
    readers, no_lead = sorted(await notes(clinic), key=lambda note: "no lead" in note)
    assert f"From now on: <@{MEMBER.id}>. There should be at least two" in readers
    assert "has no lead now" in no_lead
    roster = await clinic.slash("team", user=ADMIN)
    assert "a workspace admin can choose one here" in roster.text


async def test_somebody_who_reads_nothing_goes_quietly(clinic: BotUnderTest) -> None:
    async with clinic.bot.desk.work.writing() as books:
        await books.at(HERE).roster.set_duty(Duty.READS_CONCERNS, [LEAD.id, ADMIN.id])
        await books.commit()
    await clinic.press("mat:privacy:forget", await clinic.slash("privacy", user=MEMBER), user=MEMBER)
    assert await notes(clinic) == []


async def opened(bot: BotUnderTest) -> Any:
    answer = await bot.press("mat:privacy:delete#0", await bot.slash("privacy", user=LEAD), user=LEAD)
    assert answer.view is not None
    return answer.view


async def test_deleting_a_clinic_takes_its_name_and_its_concerns(clinic: BotUnderTest) -> None:
    concerns = clinic.bot.concerns
    draft = Draft("workload", "Too few rooms", Release.NEXT_BATCH)
    receipt = await concerns.raise_concern(draft, KEY, clinic.clock.now)
    await concerns.release(KEY, date(2027, 1, 4))
    view = await opened(clinic)
    wrong = await clinic.submit(view, {"confirm": "Maple"}, user=LEAD)
    assert "That is not the clinic's name" in wrong.body["errors"]["confirm"]
    assert len(await clinics(clinic)) == 1

    done = await clinic.submit(view, {"confirm": " maple street  clinic"}, user=LEAD)
    assert "Everything I held about *Maple Street Clinic* is deleted" in json.dumps(done.body)
    assert await clinics(clinic) == ()
    assert await concerns.look_up(receipt) is None
    assert HERE.name not in whole_store(clinic)
    (last,) = clinic.slack.world.messages_in(TEAM_CHANNEL)
    assert last.text.startswith(f"<@{LEAD.id}> has deleted everything I held about Maple Street Clinic")
    home = json.dumps(clinic.slack.world.homes[LEAD.id])
    assert "No clinic is set up here yet" in home
    assert "Nothing was changed" not in home

    again = await clinic.submit(view, {"confirm": "Maple Street Clinic"}, user=LEAD)
    assert "no longer here" in json.dumps(again.body)


async def test_a_members_hand_can_not_delete(clinic: BotUnderTest) -> None:
    view = await opened(clinic)
    answer = await clinic.submit(view, {"confirm": HERE.name}, user=MEMBER)
    assert "Only a lead of this clinic can do that" in json.dumps(answer.body)
    assert len(await clinics(clinic)) == 1


class BusyConcerns:
    """Concerns that can't be deleted just now."""

    async def forget_clinic(self, clinic: ClinicKey) -> None:
        raise StoreIsBusy


async def test_when_concerns_can_not_be_deleted_nothing_is(clinic: BotUnderTest) -> None:
    desk = replace(clinic.bot.desk, concerns=cast("ConcernBox", BusyConcerns()))
    typed = {"confirm": {"mat:confirm": {"value": HERE.name}}}
    ask = Ask(TEAM, LEAD.id, Surface.MODAL, value={"clinic": HERE.id}, values=typed)
    with pytest.raises(StoreIsBusy):
        await delete_clinic(desk, ask)
    assert len(await clinics(clinic)) == 1
