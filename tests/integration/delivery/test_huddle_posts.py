"""The agenda and the question after a huddle, from the saved series to the channel, through changes at the last second."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mat.delivery import PostKind, PostState
from mat.huddles import AgendaItem, MeetingState, Template
from mat.ports import SlowDown
from scheduler.ahead import UNPLANNED
from tests.fakes.memory_poster import Trouble
from tests.integration.delivery.house import AGENDA_DUE, CHANNEL, CLINIC, DAILY, LEAD, NINE, House

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
QUIET = replace(CLINIC, tracks=())


@pytest.fixture
async def house(house: House) -> House:
    """A clinic with one huddle and nothing due, so that the channel gets huddle posts only."""
    await house.furnish(DAILY, clinic=QUIET)
    await house.at(AGENDA_DUE - 5 * MINUTE)
    return house


def agendas(house: House) -> list[str]:
    return [text for text in house.poster.texts(CHANNEL) if "Agenda for" in text]


async def test_the_agenda_comes_before_the_huddle_and_the_question_after_it(house: House) -> None:
    await house.at(AGENDA_DUE - SECOND, pulses=1)
    assert house.poster.texts(CHANNEL) == []
    await house.at(AGENDA_DUE, pulses=1)
    assert len(agendas(house)) == 1
    assert agendas(house)[0].startswith("Agenda for Daily huddle, today at 9:00 AM EST, 10 minutes.")
    await house.at(AGENDA_DUE + 35 * MINUTE)
    assert house.poster.texts(CHANNEL)[1] == "Did the 9:00 AM EST daily huddle happen? Held or not held?"
    await house.at(AGENDA_DUE + DAY)
    assert len(agendas(house)) == 2


async def test_what_people_added_up_to_the_last_second_is_on_it(house: House) -> None:
    async with house.work.writing() as books:
        await books.at(CLINIC).huddles.add_item(AgendaItem("i1", "h1", "Flu shots", LEAD, house.clock()))
        await books.commit()
    await house.at(AGENDA_DUE)
    assert "From the team: Flu shots" in agendas(house)[0]


async def test_a_late_agenda_says_sorry_and_a_useless_one_never_comes(house: House) -> None:
    await house.at(AGENDA_DUE + 20 * MINUTE - 5 * SECOND)
    assert agendas(house)[0].startswith("Sorry, this is late. Agenda for Daily huddle")
    await house.at(AGENDA_DUE + DAY + 20 * MINUTE + SECOND)
    assert len(agendas(house)) == 1


async def test_a_few_seconds_are_not_late(house: House) -> None:
    await house.at(AGENDA_DUE + MINUTE)
    assert agendas(house)[0].startswith("Agenda for")


@pytest.mark.parametrize("moment", [AGENDA_DUE - SECOND, AGENDA_DUE], ids=["a second before", "planned already"])
async def test_a_huddle_moved_at_the_last_second_gets_the_new_agenda_only(house: House, moment: datetime) -> None:
    house.clock.jump_to(moment)
    await house.planner.tick()
    await house.change(replace(DAILY, local_start=NINE + 30 * MINUTE))
    await house.at(AGENDA_DUE + SECOND)
    assert agendas(house) == []
    await house.at(AGENDA_DUE + 30 * MINUTE)
    assert [text.partition(", 10")[0] for text in agendas(house)] == ["Agenda for Daily huddle, today at 9:30 AM EST"]


@pytest.mark.parametrize("moment", [AGENDA_DUE - SECOND, AGENDA_DUE], ids=["a second before", "planned already"])
async def test_a_huddle_stopped_at_the_last_second_gets_nothing(house: House, moment: datetime) -> None:
    house.clock.jump_to(moment)
    await house.planner.tick()
    await house.change(replace(DAILY, active=False))
    await house.at(AGENDA_DUE + SECOND)
    await house.at(AGENDA_DUE + 40 * MINUTE)
    assert house.poster.texts(CHANNEL) == []


async def test_a_post_that_was_held_back_and_then_moved_is_dropped(house: House) -> None:
    """It had been tried, so it is not taken back with the schedule; the composer sees that it is planned no longer."""
    house.poster.order(Trouble(SlowDown(60)))
    await house.at(AGENDA_DUE, pulses=1)
    held_back = (await house.waiting())[0]
    async with house.work.writing() as books:
        await books.at(CLINIC).huddles.save_series(replace(DAILY, local_start=NINE + 30 * MINUTE))
        await books.commit()
    await house.at(AGENDA_DUE + 61 * SECOND)
    dropped = await house.post(held_back.id)
    assert (dropped.state, dropped.error) == (PostState.DROPPED, "moved")


async def test_only_the_minutes_before_changed_and_the_agenda_is_there_already(house: House) -> None:
    await house.at(AGENDA_DUE)
    await house.change(replace(DAILY, minutes_before=5))
    await house.at(AGENDA_DUE + 5 * MINUTE)
    assert len(agendas(house)) == 1, "one agenda a huddle"
    await house.at(AGENDA_DUE + DAY + 5 * MINUTE)
    assert len(agendas(house)) == 2


async def test_a_change_of_the_title_during_the_huddle_does_not_lose_the_question(house: House) -> None:
    await house.at(AGENDA_DUE)
    house.clock.jump_to(AGENDA_DUE + 15 * MINUTE)
    await house.change(replace(DAILY, title="Morning huddle", minutes_before=20))
    await house.at(AGENDA_DUE + 35 * MINUTE)
    assert "Did the 9:00 AM EST morning huddle happen? Held or not held?" in house.poster.texts(CHANNEL)


@pytest.mark.parametrize("state", [MeetingState.CALLED_OFF, MeetingState.HELD, MeetingState.NOT_HELD])
async def test_nothing_is_asked_about_a_huddle_that_is_called_off_or_recorded(
    house: House, state: MeetingState
) -> None:
    await house.at(AGENDA_DUE)
    await house.record(state)
    await house.at(AGENDA_DUE + 35 * MINUTE)
    assert len(house.poster.texts(CHANNEL)) == 1


async def test_a_huddle_called_off_beforehand_gets_no_agenda(house: House) -> None:
    await house.record(MeetingState.CALLED_OFF)
    await house.at(AGENDA_DUE)
    assert house.poster.texts(CHANNEL) == []


async def test_a_huddle_set_up_three_minutes_ahead_gets_its_agenda_at_once_and_not_late(house: House) -> None:
    house.clock.jump_to(AGENDA_DUE + 7 * MINUTE + 30 * SECOND)
    await house.change(replace(DAILY, id="h9", title="New huddle"))
    await house.pulse(4)
    assert sum(text.startswith("Agenda for New huddle") for text in agendas(house)) == 1


async def test_the_monthly_agenda_comes_two_days_ahead_and_names_its_day(house: House) -> None:
    monthly = replace(
        DAILY, id="h2", template=Template.MONTHLY, title="Monthly", rule="FREQ=MONTHLY;BYDAY=2TU", minutes_before=2880
    )
    await house.change(monthly)
    await house.at(datetime(2027, 1, 10, 13, 59, 59, tzinfo=UTC), pulses=1)
    before = len(agendas(house))
    await house.at(datetime(2027, 1, 10, 14, 0, tzinfo=UTC), pulses=1)
    assert agendas(house)[before].startswith("Agenda for Monthly, Tue, January 12, 9:00 AM EST")


async def test_saving_twice_changes_nothing(house: House) -> None:
    async with house.work.reading() as books:
        before = await books.at(CLINIC).schedules.all()
    house.clock.jump_to(AGENDA_DUE)
    await house.change(DAILY)
    async with house.work.reading() as books:
        assert await books.at(CLINIC).schedules.all() == before


async def test_a_clinic_that_is_not_ready_any_more_has_no_schedules(house: House) -> None:
    await house.furnish(clinic=replace(QUIET, ready=False))
    async with house.work.reading() as books:
        assert await books.at(CLINIC).schedules.all() == ()
    await house.furnish(clinic=QUIET)
    async with house.work.reading() as books:
        assert {s.kind for s in await books.at(CLINIC).schedules.all()} == set(PostKind) - UNPLANNED


async def test_the_wall_clock_holds_over_both_changes_of_the_clock(house: House) -> None:
    for day, hour in ((datetime(2027, 3, 15, tzinfo=UTC), 12), (datetime(2027, 11, 8, tzinfo=UTC), 13)):
        await house.at(day - 3 * DAY)
        before = len(agendas(house))
        await house.at(day.replace(hour=hour, minute=49, second=50), pulses=1)
        assert len(agendas(house)) == before
        await house.at(day.replace(hour=hour, minute=50), pulses=2)
        assert "today at 9:00 AM E" in agendas(house)[before]


async def test_words_from_before_the_guard_knew_better_are_left_out_of_the_post(house: House) -> None:
    words = "Ring 206-555-0142 about the cups"
    async with house.work.writing() as books:
        await books.at(CLINIC).huddles.add_item(AgendaItem("i1", "h1", words, LEAD, house.clock()))
        await books.commit()
    await house.at(AGENDA_DUE)
    assert "206-555-0142" not in str(house.poster.texts(CHANNEL))
    assert agendas(house)[0].startswith("I left out what looks like a phone number.")
    assert "From the team: Ring (left out) about the cups" in agendas(house)[0]
