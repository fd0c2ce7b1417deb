"""Schedules whose time has come become occurrences and posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mat.delivery import PostKind, PostState
from mat.huddles import MeetingState
from scheduler.planner import Planner
from tests.integration.delivery.house import ADMIN, AGENDA_DUE, CHANNEL, CLINIC, DAILY, LEAD, NINE, READER, House

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
EIGHT = AGENDA_DUE - 50 * timedelta(minutes=1)


async def test_a_post_is_planned_at_its_hour_for_each_reader_and_not_before(any_house: House) -> None:
    house = any_house
    await house.furnish(DAILY)
    house.clock.jump_to(EIGHT - SECOND)
    await house.planner.tick()
    assert await house.waiting() == ()
    house.clock.jump_to(EIGHT)
    await house.planner.tick()
    planned = {(post.kind, post.target, post.due_at) for post in await house.waiting()}
    assert planned == {
        (PostKind.DIGEST, LEAD, EIGHT),
        (PostKind.CONCERN_BATCH, LEAD, EIGHT),
        (PostKind.CONCERN_BATCH, READER, EIGHT),
    }


async def test_planning_again_plans_nothing_twice(any_house: House) -> None:
    house = any_house
    await house.furnish(DAILY)
    async with house.work.reading() as books:
        before = await books.at(CLINIC).schedules.all()
    house.clock.jump_to(AGENDA_DUE)
    await house.planner.tick()
    posts = await house.waiting()
    async with house.work.writing() as books:
        for schedule in before:
            await books.outbox.advance(schedule)
        await books.commit()
    await house.planner.tick()
    assert await house.waiting() == posts
    async with house.work.reading() as books:
        first = await books.outbox.next_due()
    assert first is not None
    assert first > AGENDA_DUE


async def test_more_than_a_batch_is_planned_in_one_tick(house: House) -> None:
    await house.furnish(*(replace(DAILY, id=f"h{n}") for n in range(7)))
    house.clock.jump_to(AGENDA_DUE)
    await Planner(house.work, clock=house.clock, new_id=house.ids, batch=2).tick()
    assert [post.kind for post in await house.waiting()].count(PostKind.HUDDLE_AGENDA) == 7


async def test_each_batch_but_the_last_is_told_of_when_its_posts_can_go(house: House) -> None:
    await house.furnish(*(replace(DAILY, id=f"h{n}") for n in range(7)))
    house.clock.jump_to(AGENDA_DUE)
    told: list[str] = []
    in_threes = Planner(house.work, clock=house.clock, new_id=house.ids, batch=3)
    await in_threes.tick(lambda: told.append("a batch"))
    assert len(told) >= 2
    told.clear()
    await in_threes.tick(lambda: told.append("a batch"))
    assert not told


async def test_a_schedule_that_cannot_be_read_stops_no_other_and_is_tried_again(house: House) -> None:
    await house.furnish(DAILY)
    async with house.work.writing() as books:
        agenda = next(s for s in await books.at(CLINIC).schedules.all() if s.kind is PostKind.HUDDLE_AGENDA)
        await books.at(CLINIC).schedules.put(replace(agenda, zone="Mars/Olympus"))
        await books.commit()
    await house.at(EIGHT)
    await house.at(AGENDA_DUE)
    assert house.poster.texts(LEAD) == ["The batch of concerns is here", "Digest for Northside"]
    assert house.poster.texts(CHANNEL) == []
    async with house.work.writing() as books:
        await books.at(CLINIC).schedules.put(replace(agenda, next_at=AGENDA_DUE + DAY))
        await books.commit()
    await house.at(AGENDA_DUE + DAY)
    assert any("Daily huddle, today at 9:00 AM EST" in text for text in house.poster.texts(CHANNEL))


async def test_nothing_is_planned_for_a_clinic_that_is_not_ready(house: House) -> None:
    await house.furnish(DAILY)
    async with house.work.writing() as books:
        await books.clinics.save(replace(CLINIC, ready=False))
        await books.commit()
    await house.at(AGENDA_DUE)
    assert await house.waiting() == ()
    assert house.poster.attempts == []


async def test_a_post_for_nobody_is_recorded_and_sent_to_nobody(house: House) -> None:
    await house.furnish(DAILY, clinic=replace(CLINIC, channel=""))
    await house.at(EIGHT)
    await house.at(AGENDA_DUE)
    assert {attempt.target for attempt in house.poster.attempts} == {LEAD, READER}


@pytest.mark.parametrize(
    ("lead", "admins", "told"), [(True, (ADMIN,), LEAD), (False, (ADMIN,), ADMIN), (False, (), CHANNEL)]
)
async def test_what_was_missed_is_told_once_a_rule(
    house: House, lead: bool, admins: tuple[str, ...], told: str
) -> None:
    house.admins = admins
    house.start()
    await house.furnish(DAILY, lead=lead)
    house.clock.jump_to(AGENDA_DUE + 3 * DAY - SECOND)
    await house.planner.tick()
    notices = [post for post in await house.waiting() if post.kind is PostKind.NOTICE]
    assert {post.target for post in notices} == {told}
    skipped = [post.note.partition("I skipped the ")[2].partition(". The")[0] for post in notices]
    assert sorted(skipped) == [
        "batch of concerns (4, from Mon, January 4, 8:00 AM EST to Thu, January 7, 8:00 AM EST)",
        "huddle agenda for “Daily huddle” (3, from Mon, January 4, 9:00 AM EST to Wed, January 6, 9:00 AM EST)",
        "question “Held or not held?” for “Daily huddle” (3, from Mon, January 4, 9:00 AM EST to Wed, January 6, 9:00 AM EST)",
        "weekly reminder (Mon, January 4, 9:00 AM EST)",
    ]


async def test_a_huddle_counts_as_planned_once_it_is_asked_about(house: House) -> None:
    await house.furnish(DAILY)
    await house.at(AGENDA_DUE)
    await house.at(AGENDA_DUE + 35 * timedelta(minutes=1))
    async with house.work.reading() as books:
        count = await books.at(CLINIC).huddles.held_count(EIGHT, EIGHT + DAY)
        meeting = await books.at(CLINIC).huddles.meeting(DAILY.id, NINE)
    assert (count.planned, count.held) == (1, 0)
    assert meeting is not None
    assert "Did the 9:00 AM EST daily huddle happen? Held or not held?" in house.poster.texts(CHANNEL)


async def test_recording_a_huddle_early_is_not_undone_by_the_question(house: House) -> None:
    await house.furnish(DAILY)
    await house.record(MeetingState.HELD)
    await house.at(AGENDA_DUE + 35 * timedelta(minutes=1))
    async with house.work.reading() as books:
        meeting = await books.at(CLINIC).huddles.meeting(DAILY.id, NINE)
    assert meeting is not None
    assert meeting.state is MeetingState.HELD
    assert not any("happen?" in text for text in house.poster.texts())


async def test_an_instant_that_no_longer_means_the_wall_clock_is_put_right(house: House) -> None:
    await house.furnish(DAILY)
    async with house.work.writing() as books:
        for schedule in await books.at(CLINIC).schedules.all():
            if schedule.next_at is not None:
                await books.outbox.advance(replace(schedule, next_at=schedule.next_at - HOUR))
        await books.commit()
    await house.at(AGENDA_DUE - HOUR)
    assert house.poster.attempts == []
    await house.at(AGENDA_DUE)
    assert len(house.poster.texts(CHANNEL)) == 1


async def test_a_post_that_was_planned_has_everything_to_find_it_again(house: House) -> None:
    await house.furnish(DAILY)
    house.clock.jump_to(AGENDA_DUE)
    await house.planner.tick()
    post = next(post for post in await house.waiting() if post.kind is PostKind.HUDDLE_AGENDA)
    assert (post.subject, post.local_at, post.lane, post.state) == ("h1", NINE, 31, PostState.PENDING)
    await house.courier.tick()
    async with house.work.reading() as books:
        sent = await books.outbox.sent_for(PostKind.HUDDLE_AGENDA, "h1", NINE, CLINIC)
    assert sent is not None
    assert (sent.id, sent.sent_channel) == (post.id, CHANNEL)
