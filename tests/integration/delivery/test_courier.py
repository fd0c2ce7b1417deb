"""Outbox rows to Slack: each once, in order, at Slack's pace, and nothing lost when the network is bad."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mat.delivery import PostKind, PostState
from mat.errors import StoreIsBusy
from mat.message import Message
from mat.ports import NotPosted, OutcomeUnknown, Posted, PostFailed, Refused, SlowDown
from scheduler.composing import Compositor, Occasion
from scheduler.jobs.composers import COMPOSERS
from tests.fakes.broken_work import BusyWork
from tests.fakes.memory_poster import Trouble
from tests.integration.delivery.house import ADMIN, CHANNEL, CLINIC, LEAD, PLAYBOOK, READER, SUNDAY, House

SECOND = timedelta(seconds=1)
LOST = Trouble(OutcomeUnknown("TimeoutError"))
LOST_AFTER = Trouble(OutcomeUnknown("ServerDisconnectedError"), stored=True)


def slow(seconds: float | None) -> Trouble:
    return Trouble(SlowDown(seconds))


def tried_at(house: House, target: str = CHANNEL) -> list[float]:
    """Seconds after the start at which posts to a target were tried."""
    return [(attempt.at - SUNDAY).total_seconds() for attempt in house.poster.attempts if attempt.target == target]


@pytest.fixture
async def house(house: House) -> House:
    await house.furnish()
    return house


async def test_a_post_goes_once_and_its_outcome_is_kept(any_house: House) -> None:
    house = any_house
    await house.furnish()
    post = house.note()
    await house.add(post)
    await house.pulse(5)
    sent = await house.post(post.id)
    assert (sent.state, sent.attempts, sent.sent_channel, sent.sent_at) == (PostState.SENT, 1, CHANNEL, SUNDAY)
    assert [(one.key, one.message.text) for one in house.poster.standing] == [(post.id, "Hello")]


async def test_what_is_not_due_waits(house: House) -> None:
    await house.add(house.note(not_before=SUNDAY + 3 * SECOND))
    await house.pulse(10)
    assert tried_at(house) == [3]


async def test_a_channel_gets_one_post_a_second_in_order_and_others_do_not_wait(house: House) -> None:
    await house.add(*(house.note(note=f"{n}", due_at=SUNDAY - (3 - n) * SECOND) for n in range(3)))
    await house.add(house.note(READER))
    await house.pulse(5)
    assert house.poster.texts(CHANNEL) == ["0", "1", "2"]
    assert tried_at(house) == [0, 1, 2]
    assert tried_at(house, READER) == [0]


# -- 429 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [1, 30, None])
async def test_after_a_429_nothing_goes_before_its_time_and_the_order_is_kept(
    house: House, seconds: float | None
) -> None:
    first, second = house.note(note="first", due_at=SUNDAY - SECOND), house.note(note="second")
    await house.add(first, second, house.note(READER, note="elsewhere"))
    house.poster.order(slow(seconds))
    await house.pulse(35)
    wait = 30 if seconds is None else seconds
    assert tried_at(house) == [0, wait, wait + 1]
    assert tried_at(house, READER) == [wait], "the 429 may have meant the whole workspace"
    assert house.poster.texts(CHANNEL) == ["first", "second"]


async def test_a_429_is_no_try(house: House) -> None:
    post = house.note()
    await house.add(post)
    house.poster.order(*[slow(1)] * 12)
    await house.pulse(40)
    sent = await house.post(post.id)
    assert (sent.state, sent.attempts) == (PostState.SENT, 1)
    assert len(house.poster.attempts) == 13


async def test_a_hold_survives_a_restart(house: House) -> None:
    first, second = house.note(note="first", due_at=SUNDAY - SECOND), house.note(note="second")
    await house.add(first)
    house.poster.order(slow(3600))
    await house.pulse()
    await house.add(second)
    house.start()
    await house.pulse(30)
    assert house.poster.texts() == []
    await house.at(SUNDAY + 3599 * SECOND, pulses=1)
    assert len(house.poster.attempts) == 1
    await house.at(SUNDAY + 3600 * SECOND)
    assert house.poster.texts() == ["first", "second"]


# -- failures -------------------------------------------------------------------------------------------------------


async def test_a_failed_try_holds_its_channel_and_no_other(house: House) -> None:
    await house.add(house.note(note="first", due_at=SUNDAY - SECOND), house.note(note="second"), house.note(READER))
    house.poster.order(Trouble(NotPosted("ClientConnectorError")))
    await house.pulse(13)
    assert tried_at(house) == [0, 10, 11]
    assert house.poster.texts(CHANNEL) == ["first", "second"]
    assert tried_at(house, READER) == [0]


async def test_after_eight_tries_a_post_is_dead_and_the_leads_know(house: House) -> None:
    post = house.note(kind=PostKind.DIGEST, target=LEAD)
    await house.add(post)
    house.poster.order(*[Trouble(NotPosted("ClientConnectorError"))] * 8)
    for _ in range(8):
        await house.after(hours=1, pulses=1)
    dead = await house.post(post.id)
    assert (dead.state, dead.attempts, dead.error) == (PostState.DEAD, 8, "ClientConnectorError")
    assert await house.troubled() == (dead,)
    await house.after(minutes=1)
    assert house.poster.texts(LEAD) == [
        "I could not send the weekly digest to <@U0LEAD001>: Slack said “ClientConnectorError”."
    ]


async def test_a_refused_post_is_dead_at_once_and_told_once_a_spell(house: House) -> None:
    house.poster.refusing[READER] = "user_disabled"
    posts = [house.note(READER, kind=PostKind.CONCERN_BATCH, local_at=datetime(2027, 1, 4, 8)) for _ in range(3)]
    await house.add(*posts)
    await house.pulse(5)
    assert await house.states(*posts) == [PostState.DEAD] * 3
    assert len(tried_at(house, READER)) == 3
    assert house.poster.texts(LEAD) == [
        "I could not send the batch of concerns of Mon, January 4, 8:00 AM EST to <@U0READER1>: Slack said “user_disabled”."
    ]
    await house.after(days=8)
    later = house.note(READER, kind=PostKind.CONCERN_BATCH)
    await house.add(later)
    await house.pulse(10)
    assert len([text for text in house.poster.texts(LEAD) if "could not send" in text]) == 2


async def test_a_notice_that_cannot_be_sent_makes_no_further_notice(house: House) -> None:
    house.poster.refusing[LEAD] = "user_disabled"
    post = house.note(LEAD)
    await house.add(post)
    await house.pulse(5)
    assert (await house.post(post.id)).state is PostState.DEAD
    assert len(house.poster.attempts) == 1
    assert await house.waiting() == ()


class Slow:
    """A poster whose answers from one channel take their time."""

    def __init__(self, house: House, channel: str, seconds: float) -> None:
        self._house = house
        self._channel = channel
        self._time = timedelta(seconds=seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._house.poster, name)

    def of(self, _workspace: str) -> Slow:
        return self

    async def post(self, target: str, message: Message, **named: Any) -> Posted:
        posted = await self._house.poster.post(target, message, **named)
        if target == self._channel:
            self._house.clock.jump_to(self._house.clock() + self._time)
        return posted


async def test_a_channel_that_opens_while_another_answers_slowly_keeps_its_order(house: House) -> None:
    house.start(poster=Slow(house, "C0SLOW001", 4))  # type: ignore[arg-type]  # it answers to every name
    targets = [CHANNEL, CHANNEL, "C0SLOW001", CHANNEL]
    due = [SUNDAY + timedelta(milliseconds=number) for number in range(4)]
    await house.add(*(house.note(to, f"{n}", due_at=due[n]) for n, to in enumerate(targets)))
    house.clock.jump_to(SUNDAY + SECOND)
    await house.pulse(8)
    assert house.poster.texts(CHANNEL) == ["0", "1", "3"]


# -- unknown outcomes -----------------------------------------------------------------------------------------------


async def test_the_courier_says_when_it_looks_next(house: House) -> None:
    house.poster.order(LOST_AFTER)
    await house.add(house.note())
    await house.pulse()
    assert house.courier.next_look() == SUNDAY + 2 * SECOND
    await house.after(seconds=2)
    assert house.courier.next_look() is None, "it was found"


async def test_a_post_whose_answer_was_lost_is_found_and_not_sent_again(house: House) -> None:
    post = house.note()
    await house.add(post)
    house.poster.order(LOST_AFTER)
    await house.pulse(30)
    sent = await house.post(post.id)
    assert (sent.state, sent.sent_ts, sent.repeat) == (PostState.SENT, house.poster.standing[0].ts, False)
    assert house.poster.texts() == ["Hello"]
    assert tried_at(house) == [0]
    assert [(look.at - SUNDAY).total_seconds() for look in house.poster.looks] == [2]


async def test_a_post_that_never_arrived_goes_again_after_the_third_look_unmarked(house: House) -> None:
    post = house.note()
    await house.add(post, house.note(note="behind it", due_at=SUNDAY + SECOND))
    house.poster.order(LOST)
    await house.pulse(30)
    assert [(look.at - SUNDAY).total_seconds() for look in house.poster.looks] == [2, 5, 15]
    assert house.poster.texts() == ["Hello", "behind it"], "the order in the channel is kept"
    assert tried_at(house) == [0, 15, 16]


async def test_a_history_that_lags_is_waited_for(house: House) -> None:
    house.poster.lag = 12 * SECOND
    await house.add(house.note())
    house.poster.order(LOST_AFTER)
    await house.pulse(60)
    assert house.poster.texts() == ["Hello"]
    assert tried_at(house) == [0]


@pytest.mark.parametrize("trouble", [LOST, LOST_AFTER], ids=["never arrived", "stands there"])
async def test_without_the_history_it_goes_once_more_marked_and_the_admin_knows(house: House, trouble: Trouble) -> None:
    house.poster.history = False
    house.admins = (ADMIN,)
    house.start()
    post = house.note(LEAD, kind=PostKind.DIGEST)
    await house.add(post)
    house.poster.order(trouble)
    await house.pulse(59)
    assert len(tried_at(house, LEAD)) == 1
    await house.pulse(5)
    assert tried_at(house, LEAD) == [0, 60]
    assert house.poster.texts(LEAD)[-1] == "(may be a repeat) Digest for Northside"
    assert (await house.post(post.id)).state is PostState.SENT
    assert [text for text in house.poster.texts(ADMIN) if "may be a repeat" in text] == house.poster.texts(ADMIN)
    assert len(house.poster.texts(ADMIN)) == 1


async def test_a_marked_repeat_is_never_repeated(house: House) -> None:
    house.poster.history = False
    post = house.note(CHANNEL, kind=PostKind.WEEKLY_REMINDER)
    house.composers[PostKind.WEEKLY_REMINDER] = house.composers[PostKind.DIGEST]
    house.start()
    await house.add(post)
    house.poster.order(LOST_AFTER, LOST_AFTER)
    await house.pulse(300)
    assert (await house.post(post.id)).state is PostState.UNKNOWN
    assert len(house.poster.texts(CHANNEL)) == 2
    assert [p.id for p in await house.troubled()] == [post.id]
    assert any("before sending it a third time" in text for text in house.poster.texts(LEAD))


async def test_a_direct_message_is_looked_for_where_an_earlier_one_landed(any_house: House) -> None:
    house = any_house
    await house.furnish()
    await house.add(house.note(READER, note="earlier"))
    await house.pulse(2)
    await house.add(house.note(READER))
    house.poster.order(LOST_AFTER)
    await house.pulse(30)
    assert house.poster.texts(READER) == ["earlier", "Hello"]
    assert {look.target for look in house.poster.looks} == {f"D{READER}"}


async def test_nothing_goes_again_while_the_history_cannot_be_reached(house: House) -> None:
    await house.add(house.note())
    house.poster.order(LOST_AFTER)
    house.poster.look_troubles.extend(
        [OutcomeUnknown("TimeoutError"), SlowDown(5), PostFailed("x"), RuntimeError()] * 3
    )
    await house.pulse()
    for _ in range(60):
        await house.after(seconds=60, pulses=1)
    assert house.poster.texts() == ["Hello"]
    assert tried_at(house) == [0]
    assert len(house.poster.looks) == 13


async def test_a_mistake_behind_the_call_is_an_unknown_outcome(house: House) -> None:
    await house.add(house.note())
    house.poster.order(Trouble(RuntimeError("a mistake of ours"), stored=True))
    await house.pulse(30)
    assert house.poster.texts() == ["Hello"]


async def test_eight_lost_answers_in_a_row_are_a_dead_letter(house: House) -> None:
    post = house.note()
    await house.add(post)
    house.poster.order(*[LOST] * 8)
    await house.pulse(150)
    assert (await house.post(post.id)).state is PostState.DEAD
    assert house.poster.texts() == []
    assert len(tried_at(house)) == 8


# -- what is composed -----------------------------------------------------------------------------------------------


async def test_one_poisoned_row_stops_nobody_and_is_dead_in_the_end(house: House) -> None:
    async def poisoned(occasion: Occasion) -> Message:
        raise KeyError(occasion.post.id)

    house.composers[PostKind.DIGEST] = poisoned
    house.start()
    post = house.note(LEAD, kind=PostKind.DIGEST, due_at=SUNDAY - SECOND)
    await house.add(post, house.note(LEAD))
    await house.pulse(3)
    assert house.poster.texts(LEAD) == ["Hello"]
    house.start()
    await house.add(house.note(LEAD, note="after a restart"))
    await house.pulse(3)
    assert house.poster.texts(LEAD)[-1] == "after a restart"
    for _ in range(8):
        await house.after(hours=1, pulses=2)
    dead = await house.post(post.id)
    assert (dead.state, dead.attempts, dead.error) == (PostState.DEAD, 8, "not-composed")
    assert "weekly digest" in house.poster.texts(LEAD)[-1]


async def test_a_post_goes_to_the_channel_of_this_moment(house: House) -> None:
    async with house.work.writing() as books:
        await books.clinics.save(replace(CLINIC, channel="C0NEWROOM"))
        await books.commit()
    post = house.note(kind=PostKind.WEEKLY_REMINDER, not_before=SUNDAY)
    house.composers[PostKind.WEEKLY_REMINDER] = house.composers[PostKind.DIGEST]
    house.start()
    await house.add(post)
    await house.pulse()
    assert (await house.post(post.id)).sent_channel == "C0NEWROOM"


@pytest.mark.parametrize(
    ("change", "kind", "reason"),
    [
        ({"ready": False}, PostKind.DIGEST, "clinic-not-ready"),
        ({}, PostKind.DIGEST, "clinic-gone"),
        ({"channel": ""}, PostKind.WEEKLY_REMINDER, "no-longer-a-recipient"),
        ({}, PostKind.CONCERN_BATCH, "no-longer-a-recipient"),
        ({"tracks": ()}, PostKind.WEEKLY_REMINDER, "nothing-due"),
        ({}, PostKind.HUDDLE_AGENDA, "series-stopped"),
    ],
)
async def test_what_nobody_wants_any_more_is_dropped(
    house: House, change: dict[str, Any], kind: PostKind, reason: str
) -> None:
    target = "U0SOMEONE" if kind is PostKind.CONCERN_BATCH else LEAD
    post = house.note(target, kind=kind, clinic="gone" if reason == "clinic-gone" else CLINIC.id)
    await house.add(post)
    async with house.work.writing() as books:
        await books.clinics.save(replace(CLINIC, **change))
        await books.commit()
    await house.pulse()
    dropped = await house.post(post.id)
    assert (dropped.state, dropped.error) == (PostState.DROPPED, reason)
    assert house.poster.attempts == []


async def test_a_post_that_came_too_late_is_dead_and_told(house: House) -> None:
    post = house.note(READER, kind=PostKind.CONCERN_BATCH)
    await house.add(post)
    house.poster.order(slow(700))
    await house.pulse()
    await house.after(seconds=700)
    assert (await house.post(post.id)).error == "too-late"
    await house.pulse(2)
    assert "it could not be sent in time" in house.poster.texts(LEAD)[0]
    assert house.poster.texts(READER) == []


async def test_an_extra_copy_says_that_it_is_one(house: House) -> None:
    await house.add(house.note(LEAD, kind=PostKind.DIGEST, extra=True))
    await house.pulse()
    assert house.poster.texts(LEAD) == ["Extra copy, sent by hand; the planned one still comes. Digest for Northside"]


def test_every_kind_needs_its_composer() -> None:
    with pytest.raises(ValueError, match="no composer for digest, concern-batch, concern-now"):
        Compositor(COMPOSERS, PLAYBOOK)


async def test_stopping_leaves_what_waits_for_the_next_start(house: House) -> None:
    await house.add(house.note(), house.note(READER))
    house.courier.stop()
    await house.courier.tick()
    assert house.poster.attempts == []
    house.start()
    await house.courier.tick()
    assert len(house.poster.attempts) == 2


async def test_refusals_of_the_history_itself_count_as_no_history(house: House) -> None:
    await house.add(house.note())
    house.poster.order(LOST)
    house.poster.look_troubles.append(Refused("channel_not_found"))
    await house.pulse(80)
    assert house.poster.texts() == ["Hello"], "the look at 60 seconds went through and found nothing"


async def test_what_somebody_else_has_settled_meanwhile_stays_settled(house: House) -> None:
    house.poster.history = False
    post = house.note()
    await house.add(post)
    house.poster.order(LOST_AFTER)
    await house.pulse()
    async with house.work.writing() as books:
        await books.outbox.save(replace(await house.post(post.id), state=PostState.SENT))
        await books.commit()
    await house.pulse(70)
    assert house.poster.texts() == ["Hello"]
    assert (await house.post(post.id)).state is PostState.SENT


@pytest.mark.parametrize("first", [1, 2, 3])
async def test_a_busy_store_loses_nothing_and_doubles_nothing(house: House, first: int) -> None:
    """The first writing unit of the courier is an intent, the second its outcome, the third the next intent."""
    posts = house.note(note="first", due_at=SUNDAY - SECOND), house.note(READER, note="second")
    await house.add(*posts)
    house.start(BusyWork(house.work, first, times=3))
    for _ in range(20):
        with suppress(StoreIsBusy):
            await house.courier.tick()
        house.clock.jump_to(house.clock() + SECOND)
    assert house.poster.texts() == ["first", "second"]
    assert len(house.poster.attempts) == 2
    assert await house.states(*posts) == [PostState.SENT] * 2
