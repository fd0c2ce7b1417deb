"""The book of huddles, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from mat.huddles import AgendaItem, HeldCount, HuddleSeries, Meeting, MeetingState, Template
from mat.ports import Work
from tests.stores import BIRCH, MAPLE, NOW, keep

DAILY = HuddleSeries(
    id="s1",
    template=Template.DAILY,
    title="Morning huddle",
    rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    local_start=datetime(2027, 1, 4, 8, 15),
    zone="America/Chicago",
    minutes=10,
    minutes_before=10,
)
MONTHLY = replace(DAILY, id="s2", template=Template.MONTHLY, title="Improvement team", active=False)
AT = datetime(2027, 3, 1, 8, 15)
MEETING = Meeting("s1", AT, NOW)


async def test_a_series_comes_back_as_it_was_saved_and_stopped_ones_only_when_asked_for(work: Work) -> None:
    await keep(work, MAPLE)
    async with work.writing() as books:
        huddles = books.at(MAPLE).huddles
        await huddles.save_series(replace(DAILY, title="An older name"))
        await huddles.save_series(DAILY)
        await huddles.save_series(MONTHLY)
        await books.commit()
    async with work.reading() as books:
        huddles = books.at(MAPLE).huddles
        assert await huddles.series() == (DAILY,)
        assert await huddles.series(active_only=False) == (MONTHLY, DAILY)
        assert await huddles.one("s2") == MONTHLY
        assert await huddles.one("s3") is None


async def test_a_meeting_knows_who_said_they_are_here_once_each(work: Work) -> None:
    await keep(work, MAPLE)
    async with work.writing() as books:
        huddles = books.at(MAPLE).huddles
        assert await huddles.meeting("s1", AT) is None
        await huddles.save_meeting(MEETING)
        for user in ("U2", "U1", "U2"):
            await huddles.say_here("s1", AT, user)
        await huddles.say_here("s1", AT + timedelta(days=1), "U3")
        await books.commit()
    async with work.reading() as books:
        assert await books.at(MAPLE).huddles.meeting("s1", AT) == replace(MEETING, here=("U1", "U2"))
        assert await books.at(MAPLE).huddles.meeting("s1", AT + timedelta(days=1)) is None


async def test_saving_a_meeting_takes_nobody_out_who_said_they_are_here(work: Work) -> None:
    await keep(work, MAPLE)
    held = replace(MEETING, state=MeetingState.HELD, by="U1", here=("U1", "U3"))
    async with work.writing() as books:
        await books.at(MAPLE).huddles.say_here("s1", AT, "U2")
        await books.at(MAPLE).huddles.save_meeting(held)
        await books.commit()
    async with work.reading() as books:
        assert await books.at(MAPLE).huddles.meeting("s1", AT) == replace(held, here=("U1", "U2", "U3"))


async def test_the_last_meeting_held_is_the_latest_of_all_series(work: Work) -> None:
    await keep(work, MAPLE)
    async with work.reading() as books:
        assert await books.at(MAPLE).huddles.last_held() is None
    held = [
        Meeting(series, AT + timedelta(days=day), NOW + timedelta(days=day), state, "U1", ("U1", "U2"))
        for series, day, state in (
            ("s1", 1, MeetingState.HELD),
            ("s2", 2, MeetingState.HELD),
            ("s1", 3, MeetingState.NOT_HELD),
            ("s1", 4, MeetingState.CALLED_OFF),
            ("s1", 5, MeetingState.PLANNED),
        )
    ]
    async with work.writing() as books:
        for meeting in held:
            await books.at(MAPLE).huddles.save_meeting(meeting)
        await books.commit()
    async with work.reading() as books:
        assert await books.at(MAPLE).huddles.last_held() == held[1]


async def test_held_of_planned_leaves_out_what_was_called_off_and_what_is_outside(work: Work) -> None:
    await keep(work, MAPLE)
    states = [
        (-1, MeetingState.HELD),
        (0, MeetingState.HELD),
        (1, MeetingState.NOT_HELD),
        (2, MeetingState.CALLED_OFF),
        (3, MeetingState.PLANNED),
        (7, MeetingState.HELD),
    ]
    async with work.writing() as books:
        for day, state in states:
            at = timedelta(days=day)
            await books.at(MAPLE).huddles.save_meeting(Meeting("s1", AT + at, NOW + at, state))
        await books.commit()
    async with work.reading() as books:
        huddles = books.at(MAPLE).huddles
        assert await huddles.held_count(NOW, NOW + timedelta(days=7)) == HeldCount(planned=3, held=1)
        assert await huddles.held_count(NOW + timedelta(days=30), NOW + timedelta(days=37)) == HeldCount(0, 0)


async def test_items_stay_until_they_are_closed_or_taken_off(work: Work) -> None:
    await keep(work, MAPLE)
    items = [AgendaItem(f"i{n}", "s1", f"Item {n} 🙂", "U1", NOW + timedelta(minutes=-n)) for n in range(3)]
    monthly = AgendaItem("i9", "s2", "Budget", "U2", NOW)
    async with work.writing() as books:
        for item in (*items, monthly, items[0]):
            await books.at(MAPLE).huddles.add_item(item)
        await books.commit()
    async with work.writing() as books:
        huddles = books.at(MAPLE).huddles
        assert await huddles.items("s1") == (items[2], items[1], items[0])
        await huddles.remove_item("i1")
        await books.at(BIRCH).huddles.remove_item("i2")
        assert await huddles.items("s1") == (items[2], items[0])
        await huddles.close_items("s1", NOW, NOW)
        assert await huddles.items("s1") == ()
        assert await huddles.items("s2") == (monthly,)
        await books.commit()


async def test_items_are_closed_for_one_meeting_and_come_back_for_it(work: Work) -> None:
    await keep(work, MAPLE)
    before, meanwhile, after = (
        AgendaItem(f"i{n}", "s1", f"Item {n}", "U1", NOW + timedelta(hours=n)) for n in range(3)
    )
    an_hour = timedelta(hours=1)
    async with work.writing() as books:
        huddles = books.at(MAPLE).huddles
        for item in (before, meanwhile, after):
            await huddles.add_item(item)
        await huddles.close_items("s1", NOW, NOW)
        await huddles.close_items("s1", NOW + an_hour, NOW + an_hour)
        assert await huddles.items("s1") == (after,)
        await books.at(BIRCH).huddles.reopen_items("s1", NOW)
        await huddles.reopen_items("s2", NOW)
        assert await huddles.items("s1") == (after,)
        await huddles.reopen_items("s1", NOW)
        assert await huddles.items("s1") == (before, after)
        await books.commit()
