"""What will be posted when, posts by hand, and the keeper that keeps schedules true to the wall clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mat.delivery import PostKind, PostState
from mat.errors import NothingToSend, OnlyAtItsHour
from mat.huddles import MeetingState
from mat.message import Message
from scheduler.ahead import coming, extra_copies
from scheduler.composing import Compositor, Occasion
from scheduler.keeper import Keeper
from tests.integration.delivery.house import (
    AGENDA_DUE,
    CHANNEL,
    CLINIC,
    DAILY,
    LEAD,
    NINE,
    PLAYBOOK,
    READER,
    SUNDAY,
    House,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def house(house: House) -> House:
    await house.furnish(DAILY)
    return house


async def test_the_next_two_days_are_listed_in_local_time_with_whom_they_go_to(house: House) -> None:
    async with house.work.reading() as books:
        listed = await coming(books, CLINIC, SUNDAY + 2 * DAY)
    assert [(f"{one.at:%a %H:%M %Z}", one.kind, one.to) for one in listed] == [
        ("Mon 08:00 EST", PostKind.CONCERN_BATCH, (LEAD, READER)),
        ("Mon 08:00 EST", PostKind.DIGEST, (LEAD,)),
        ("Mon 08:50 EST", PostKind.HUDDLE_AGENDA, (CHANNEL,)),
        ("Mon 09:00 EST", PostKind.WEEKLY_REMINDER, (CHANNEL,)),
        ("Mon 09:25 EST", PostKind.HUDDLE_CHECK, (CHANNEL,)),
        ("Tue 08:00 EST", PostKind.CONCERN_BATCH, (LEAD, READER)),
        ("Tue 08:50 EST", PostKind.HUDDLE_AGENDA, (CHANNEL,)),
        ("Tue 09:00 EST", PostKind.SAID_PREVIEW, (LEAD, READER)),
        ("Tue 09:25 EST", PostKind.HUDDLE_CHECK, (CHANNEL,)),
    ]
    assert listed[2].title == "huddle agenda for “Daily huddle”"


async def test_a_huddle_called_off_is_not_listed(house: House) -> None:
    await house.record(MeetingState.CALLED_OFF)
    async with house.work.reading() as books:
        listed = await coming(books, CLINIC, SUNDAY + DAY)
    assert not {PostKind.HUDDLE_AGENDA, PostKind.HUDDLE_CHECK} & {one.kind for one in listed}


async def test_a_copy_by_hand_comes_now_and_the_planned_one_still_comes(house: House) -> None:
    async with house.work.writing() as books:
        for post in await extra_copies(books, CLINIC, PostKind.HUDDLE_AGENDA, now=house.clock(), new_id=house.ids):
            await books.outbox.add(post)
        await books.commit()
    await house.pulse()
    assert house.poster.texts(CHANNEL)[0].startswith("Extra copy, sent by hand")
    assert "Daily huddle, Mon, January 4, 9:00 AM EST" in house.poster.texts(CHANNEL)[0]
    await house.at(AGENDA_DUE)
    assert house.poster.texts(CHANNEL)[1].startswith("Agenda for Daily huddle, today")
    async with house.work.reading() as books:
        sent = await books.outbox.sent_for(PostKind.HUDDLE_AGENDA, DAILY.id, NINE, CLINIC)
    assert sent is not None
    assert not sent.extra


async def test_the_question_by_hand_is_about_the_last_huddle(house: House) -> None:
    async with house.work.reading() as books:
        with pytest.raises(NothingToSend):
            await extra_copies(books, CLINIC, PostKind.HUDDLE_CHECK, now=SUNDAY, new_id=house.ids)
        posts = await extra_copies(books, CLINIC, PostKind.HUDDLE_CHECK, now=AGENDA_DUE + DAY, new_id=house.ids)
    assert [(post.local_at, post.extra, post.target) for post in posts] == [(NINE, True, CHANNEL)]


@pytest.mark.parametrize("kind", [PostKind.NOTICE, PostKind.CONCERN_NOW])
async def test_what_has_no_rhythm_is_not_sent_by_hand(house: House, kind: PostKind) -> None:
    async with house.work.reading() as books:
        with pytest.raises(OnlyAtItsHour):
            await extra_copies(books, CLINIC, kind, now=SUNDAY, new_id=house.ids)


async def test_a_preview_changes_nothing_and_tells_the_composer_so(house: House) -> None:
    rehearsals: list[bool] = []

    async def digest(occasion: Occasion) -> Message:
        rehearsals.append(occasion.rehearsal)
        return Message("Digest")

    compositor = Compositor({**house.composers, PostKind.DIGEST: digest}, PLAYBOOK)
    async with house.work.reading() as books:
        copies = await extra_copies(books, CLINIC, PostKind.DIGEST, now=SUNDAY, new_id=house.ids, rehearsal=True)
        composed = await compositor.compose(books, copies[0], SUNDAY, rehearsal=True)
    assert (composed.message, composed.post.extra, rehearsals) == (Message("Digest"), False, [True])
    assert await house.waiting() == ()


async def test_the_keeper_puts_every_instant_right_that_is_still_ahead(any_house: House) -> None:
    house = any_house
    await house.furnish(DAILY)
    async with house.work.writing() as books:
        right = await books.at(CLINIC).schedules.all()
        for schedule in right:
            assert schedule.next_at is not None
            await books.outbox.advance(replace(schedule, next_at=schedule.next_at + HOUR))
        await books.commit()
    await Keeper(house.work, clock=house.clock, new_id=house.ids).tick()
    async with house.work.reading() as books:
        assert await books.at(CLINIC).schedules.all() == right


async def test_a_clinic_set_up_before_a_rhythm_was_known_gets_it_once_and_keeps_the_others(any_house: House) -> None:
    house = any_house
    await house.furnish(DAILY)
    async with house.work.writing() as books:
        right = await books.at(CLINIC).schedules.all()
        await books.at(CLINIC).schedules.remove(PostKind.SAID_PREVIEW, "")
        await books.commit()
    house.clock.jump_to(SUNDAY + HOUR)
    for _ in range(2):
        await Keeper(house.work, clock=house.clock, new_id=house.ids).tick()
    async with house.work.reading() as books:
        found = {schedule.id: schedule for schedule in await books.at(CLINIC).schedules.all()}
    added = next(schedule.id for schedule in right if schedule.kind is PostKind.SAID_PREVIEW)
    expected = {schedule.id: schedule for schedule in right}
    assert found == expected | {added: replace(expected[added], since=SUNDAY + HOUR)}


async def test_the_keeper_leaves_what_is_due_to_the_planner(house: House) -> None:
    house.clock.jump_to(AGENDA_DUE + DAY)
    async with house.work.reading() as books:
        before = await books.at(CLINIC).schedules.all()
    await Keeper(house.work, clock=house.clock, new_id=house.ids).tick()
    async with house.work.reading() as books:
        assert await books.at(CLINIC).schedules.all() == before
    await house.pulse()
    assert PostState.DEAD not in {post.state for post in await house.troubled()}
