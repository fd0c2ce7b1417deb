"""Closed days in the delivery: what falls out, what moves, what waits, and the one line the team gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from mat.closures import Closure
from mat.delivery import PostKind
from mat.today import next_huddle
from scheduler.ahead import coming, extra_copies
from scheduler.keeper import Keeper
from store.tables import metadata
from tests.integration.delivery.house import (
    AGENDA_DUE,
    CHANNEL,
    CLINIC,
    DAILY,
    LEAD,
    NINE,
    READER,
    SUNDAY,
    House,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TUE, WED = date(2027, 1, 5), date(2027, 1, 6)
TUESDAY = Closure("x1", TUE, TUE, "staff retreat")
MONDAY = Closure("x2", date(2027, 1, 4), date(2027, 1, 4), "a <burst> pipe")
LINE = "Closed Tue, January 5 (staff retreat): no huddles that day. Next huddle: Daily huddle, Wed, January 6, 9:00 AM EST."


async def close(house: House, *closures: Closure) -> None:
    async with house.work.writing() as books:
        for closure in closures:
            await books.at(CLINIC).closures.save(closure)
        await books.commit()


async def keep(house: House, at: datetime) -> None:
    house.clock.jump_to(at)
    await Keeper(house.work, clock=house.clock, new_id=house.ids).tick()
    await house.pulse(4)


async def reasons(house: House) -> set[tuple[str, str]]:
    """Kind and reason of every occurrence that was recorded as skipped."""
    table = metadata.tables["occurrence"].c
    async with house.work.reading() as books:
        rows = await books._unit.rows(select(table.kind, table.reason).where(table.state == "skipped"), {})  # type: ignore[attr-defined]
    return {(row.kind, row.reason) for row in rows}


async def test_the_team_is_told_the_day_before_and_nothing_else_comes(any_house: House) -> None:
    house = any_house
    await house.furnish(DAILY)
    await close(house, TUESDAY)
    await house.at(AGENDA_DUE - 50 * MINUTE)
    await house.at(AGENDA_DUE)
    await keep(house, AGENDA_DUE + 30 * MINUTE)
    assert house.poster.texts(CHANNEL)[-1] == LINE
    for hours in range(1, 24):
        await keep(house, AGENDA_DUE + timedelta(hours=hours))
    await house.at(AGENDA_DUE + DAY)
    await house.at(AGENDA_DUE + DAY + 35 * MINUTE)
    assert house.poster.texts(CHANNEL).count(LINE) == 1
    assert not any("today at 9:00" in text for text in house.poster.texts(CHANNEL)[2:])
    assert await reasons(house) == {
        ("huddle-agenda", "closed: staff retreat"),
        ("huddle-check", "closed: staff retreat"),
        ("concern-batch", "closed: staff retreat"),
    }
    await house.at(AGENDA_DUE + 2 * DAY)
    assert "Daily huddle, today at 9:00 AM EST" in house.poster.texts(CHANNEL)[-1]


async def test_told_with_the_first_huddle_that_falls_out_where_the_day_before_was_missed(house: House) -> None:
    await house.furnish(DAILY, replace(DAILY, id="h2", title="Second huddle"))
    await house.at(AGENDA_DUE)
    await close(house, TUESDAY)
    await house.at(AGENDA_DUE + DAY)
    await house.at(AGENDA_DUE + DAY + HOUR)
    told = [text for text in house.poster.texts(CHANNEL) if text.startswith("Closed")]
    assert len(told) == 1


async def test_a_closure_without_huddles_is_not_told(house: House) -> None:
    await house.furnish(replace(DAILY, rule="FREQ=WEEKLY;BYDAY=MO"))
    await close(house, TUESDAY)
    await keep(house, AGENDA_DUE + 2 * HOUR)
    await house.at(AGENDA_DUE + DAY)
    assert not any(text.startswith("Closed") for text in house.poster.texts())


async def test_a_closure_taken_back_in_time_is_neither_told_nor_kept(house: House) -> None:
    await house.furnish(DAILY)
    await close(house, TUESDAY)
    house.clock.jump_to(AGENDA_DUE + HOUR)
    await Keeper(house.work, clock=house.clock, new_id=house.ids).tick()
    async with house.work.writing() as books:
        await books.at(CLINIC).closures.remove("x1")
        await books.commit()
    await house.pulse(2)
    await house.at(AGENDA_DUE + DAY)
    texts = house.poster.texts(CHANNEL)
    assert not any(text.startswith("Closed") for text in texts)
    assert "Daily huddle, today at 9:00 AM EST" in texts[-1]


async def test_the_digest_and_the_reminder_of_a_closed_monday_come_on_tuesday_and_concerns_wait(
    house: House,
) -> None:
    await house.furnish(DAILY)
    await close(house, MONDAY)
    await keep(house, SUNDAY)
    for minutes in range(0, 24 * 60, 30):
        await house.at(SUNDAY + timedelta(minutes=minutes), pulses=2)
    assert not any("Digest" in text or "concerns" in text for text in house.poster.texts())
    assert [a.target for a in house.poster.attempts] == [CHANNEL], "the one line on the closed day"
    await house.at(AGENDA_DUE + DAY - 50 * MINUTE)
    assert sorted(house.poster.texts(LEAD)) == ["Digest for Northside", "The batch of concerns is here"]
    assert house.poster.texts(READER) == ["The batch of concerns is here"]


async def test_opening_after_all_brings_a_moved_digest_back(house: House) -> None:
    await house.furnish(DAILY)
    await close(house, MONDAY)
    await keep(house, SUNDAY)
    async with house.work.reading() as books:
        digest = next(s for s in await books.at(CLINIC).schedules.all() if s.kind is PostKind.DIGEST)
    assert digest.next_at == datetime(2027, 1, 5, 13, tzinfo=UTC)
    async with house.work.writing() as books:
        await books.at(CLINIC).closures.remove("x2")
        await books.commit()
    await keep(house, AGENDA_DUE)
    assert "Sorry, this is late. Digest for Northside" in house.poster.texts(LEAD)


async def test_an_agenda_planned_a_moment_before_the_clinic_closes_does_not_go(house: House) -> None:
    await house.furnish(DAILY)
    house.clock.jump_to(AGENDA_DUE)
    await house.planner.tick()
    await close(house, MONDAY)
    await house.courier.tick()
    assert house.poster.texts(CHANNEL) == []


async def test_people_words_in_a_label_are_no_markup(house: House) -> None:
    await house.furnish(DAILY)
    await close(house, MONDAY)
    await house.at(AGENDA_DUE)
    assert house.poster.texts(CHANNEL)[0].startswith("Closed Mon, January 4 (a &lt;burst&gt; pipe): no huddles")


async def test_looking_ahead_leaves_closed_days_out(house: House) -> None:
    await house.furnish(DAILY)
    await close(house, MONDAY, TUESDAY)
    async with house.work.reading() as books:
        listed = await coming(books, CLINIC, SUNDAY + 4 * DAY)
        copies = await extra_copies(books, CLINIC, PostKind.HUDDLE_AGENDA, now=SUNDAY, new_id=house.ids)
        following = await next_huddle(books.at(CLINIC), SUNDAY)
    assert [(f"{one.at:%a %H:%M}", one.kind) for one in listed[:6]] == [
        ("Wed 08:00", PostKind.CONCERN_BATCH),
        ("Wed 08:00", PostKind.DIGEST),
        ("Wed 08:50", PostKind.HUDDLE_AGENDA),
        ("Wed 09:00", PostKind.SAID_PREVIEW),
        ("Wed 09:00", PostKind.WEEKLY_REMINDER),
        ("Wed 09:25", PostKind.HUDDLE_CHECK),
    ]
    assert [copy.local_at for copy in copies] == [NINE + 2 * DAY]
    assert following is not None
    assert following.local == NINE + 2 * DAY


async def test_forgetting_a_clinic_forgets_its_closed_days(any_house: House) -> None:
    house = any_house
    await house.furnish(DAILY)
    await close(house, MONDAY)
    async with house.work.writing() as books:
        await books.clinics.forget_clinic(CLINIC.workspace, CLINIC.id)
        await books.commit()
    async with house.work.reading() as books:
        assert (await books.at(CLINIC).closures.all()).spans == ()
