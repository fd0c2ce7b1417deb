"""An hour that cannot be met is told to those who run the bot, the day before, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.store_checks import crowds
from mat.delivery import PostKind
from mat.occurrences import instant
from mat.ports import nobody
from scheduler.alarms import Alarms
from scheduler.crowds import CrowdWatch, crowds_ahead
from scheduler.pace import Limits
from store.work import SqlWork
from tests.integration.delivery.house import ADMIN, CLINIC, DAILY, NEW_YORK, House
from tests.integration.delivery.test_lanes import busy_house
from tests.integration.delivery.test_spread import of_kind

NINE = instant(datetime(2027, 1, 4, 9), NEW_YORK)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
A_MINUTE = 2


async def full_house(work: SqlWork, clinics: int = 40) -> House:
    """Many clinics of one workspace whose huddles all begin at nine; each has two readers of concerns."""
    house = House(work, admins=[ADMIN])
    for number in range(clinics):
        own = {"id": f"clinic-{number}", "name": f"Clinic {number}", "channel": f"C{number:08}"}
        await house.furnish(DAILY, clinic=replace(CLINIC, **own))  # type: ignore[arg-type]
    return house


def watch_of(house: House, *, admins: bool = True) -> CrowdWatch:
    named = (lambda _workspace: [ADMIN]) if admins else nobody
    alarms = Alarms(house.work, house.poster, clock=house.clock, new_id=house.ids, admins=named)
    return CrowdWatch(house.work, alarms, clock=house.clock, a_minute=A_MINUTE, admins=named)


async def told(house: House) -> list[str]:
    return [post.note for post in await house.waiting() if post.target == ADMIN]


async def test_those_who_run_the_bot_hear_of_it_the_day_before_and_once_a_day(work_on_sqlite: SqlWork) -> None:
    house = await full_house(work_on_sqlite)
    watch = watch_of(house)
    await watch.tick()
    assert await told(house) == [], "first everything comes up"
    for _ in range(3):
        house.clock.jump_to(house.clock() + HOUR)
        await watch.tick()
    (note,) = await told(house)
    assert note.startswith(f"In the workspace {CLINIC.workspace} more is due around Mon, January 4, 8:")
    assert "than it takes at 2 posts a minute (MAT_POSTS_A_MINUTE)" in note
    assert "Let huddles begin at different minutes there" in note


@pytest.mark.parametrize("clinics", [1, 3])
async def test_of_a_light_day_nothing_is_said(work_on_sqlite: SqlWork, clinics: int) -> None:
    house = await full_house(work_on_sqlite, clinics)
    watch = watch_of(house)
    for _ in range(3):
        await watch.tick()
        house.clock.jump_to(house.clock() + HOUR)
    assert await told(house) == []


async def test_where_nobody_is_named_no_lead_is_troubled(work_on_sqlite: SqlWork) -> None:
    house = await full_house(work_on_sqlite)
    watch = watch_of(house, admins=False)
    for _ in range(3):
        await watch.tick()
        house.clock.jump_to(house.clock() + HOUR)
    assert await house.waiting() == ()


async def test_check_names_the_worst_hour_of_the_week(work_on_sqlite: SqlWork) -> None:
    house = await full_house(work_on_sqlite)
    (finding,) = await crowds(work_on_sqlite, house.clock, A_MINUTE)
    assert str(finding).startswith(f"note: In the workspace {CLINIC.workspace} more is due around ")
    (well,) = await crowds(work_on_sqlite, house.clock, 300)
    assert str(well) == "ok: In every workspace all posts of the week to come can be in time."


async def test_what_is_foretold_is_what_comes(work_on_sqlite: SqlWork) -> None:
    """The morning is lived through in earnest: the agendas that were foretold to be late are, and no later than foretold."""
    clinics, a_minute = 140, 13
    house, _ = await busy_house(work_on_sqlite, Limits(a_minute=a_minute, at_once=8, window=0))
    house.clock.jump_to(NINE - 11 * MINUTE)
    evening = replace(CLINIC, digest_at=time(17), concerns_at=time(17))
    for number in range(clinics):
        own = {"id": f"clinic-{number}", "name": f"Clinic {number}", "channel": f"C{number:08}"}
        await house.furnish(DAILY, clinic=replace(evening, **own))  # type: ignore[arg-type]
    found = await crowds_ahead(work_on_sqlite, house.clock(), NINE + 5 * MINUTE, a_minute)
    (foretold,) = found[CLINIC.workspace]
    assert (foretold.demand.kind, foretold.demand.posts) == (PostKind.HUDDLE_AGENDA, clinics)
    house.clock.jump_to(NINE - 10 * MINUTE)
    await house.pulse(14 * 60)
    posts = [await house.post(attempt.key) for attempt in house.poster.attempts]
    sent = of_kind(PostKind.HUDDLE_AGENDA, posts)
    assert len(sent) == clinics
    assert NINE < max(sent) <= foretold.by < max(sent) + MINUTE
    sorry = sum(text.startswith("Sorry, this is late. Agenda") for text in house.poster.texts())
    assert 0 < sorry == sum(at > NINE for at in sent)
