"""Down from a second before everything is due, for 1 s, 61 s, 2 h, 3 days and 40 days: what comes, and what is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from mat.delivery import PostKind
from tests.integration.delivery.house import CHANNEL, DAILY, LEAD, READER, House

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
DUE = {
    PostKind.DIGEST: datetime(2027, 1, 4, 13, 0, tzinfo=UTC),
    PostKind.CONCERN_BATCH: datetime(2027, 1, 4, 13, 0, tzinfo=UTC),
    PostKind.HUDDLE_AGENDA: datetime(2027, 1, 4, 13, 50, tzinfo=UTC),
    PostKind.WEEKLY_REMINDER: datetime(2027, 1, 4, 14, 0, tzinfo=UTC),
    PostKind.HUDDLE_CHECK: datetime(2027, 1, 4, 14, 25, tzinfo=UTC),
}
SIGNS = {
    PostKind.DIGEST: "Digest for Northside",
    PostKind.CONCERN_BATCH: "The batch of concerns is here",
    PostKind.HUDDLE_AGENDA: "Agenda for Daily huddle",
    PostKind.WEEKLY_REMINDER: "due in the next 14 days for Northside",
    PostKind.HUDDLE_CHECK: "Held or not held?",
    PostKind.SAID_PREVIEW: "You said, we did: shall it go?",
}
FIRST_TUESDAY = datetime(2027, 1, 5, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """After this long down: how many copies of the kind come in the first seconds, and whether the lead hears of missed ones."""

    kind: PostKind
    down: timedelta
    copies: int
    told: bool = False


TABLE = [
    *(Row(kind, SECOND, 2 if kind is PostKind.CONCERN_BATCH else 1) for kind in DUE),
    *(Row(kind, 61 * SECOND, 2 if kind is PostKind.CONCERN_BATCH else 1) for kind in DUE),
    Row(PostKind.DIGEST, 2 * HOUR, 1),
    Row(PostKind.CONCERN_BATCH, 2 * HOUR, 0, told=True),
    Row(PostKind.HUDDLE_AGENDA, 2 * HOUR, 0, told=True),
    Row(PostKind.WEEKLY_REMINDER, 2 * HOUR, 1),
    Row(PostKind.HUDDLE_CHECK, 2 * HOUR, 1),
    Row(PostKind.DIGEST, 3 * DAY, 1),
    Row(PostKind.CONCERN_BATCH, 3 * DAY, 0, told=True),
    Row(PostKind.HUDDLE_AGENDA, 3 * DAY, 0, told=True),
    Row(PostKind.WEEKLY_REMINDER, 3 * DAY, 0, told=True),
    Row(PostKind.HUDDLE_CHECK, 3 * DAY, 0, told=True),
    Row(PostKind.DIGEST, 40 * DAY, 1, told=True),
    Row(PostKind.CONCERN_BATCH, 40 * DAY, 0, told=True),
    Row(PostKind.HUDDLE_AGENDA, 40 * DAY, 0, told=True),
    Row(PostKind.WEEKLY_REMINDER, 40 * DAY, 0, told=True),
    Row(PostKind.HUDDLE_CHECK, 40 * DAY, 0, told=True),
    *(Row(PostKind.SAID_PREVIEW, down, 2) for down in (SECOND, 61 * SECOND, 2 * HOUR, 3 * DAY)),
    Row(PostKind.SAID_PREVIEW, 40 * DAY, 0, told=True),
]


def came(house: House, kind: PostKind) -> int:
    said = (text for text in house.poster.texts() if "I skipped the" not in text and "I could not send" not in text)
    return sum(SIGNS[kind] in text for text in said)


async def run_down(house: House, kind: PostKind, down: timedelta) -> None:
    await house.furnish(DAILY)
    due = DUE.get(kind, FIRST_TUESDAY)
    house.clock.jump_to(due - SECOND)
    await house.pulse(1)
    house.start()
    house.clock.jump_to(due - SECOND + down)
    # The pulses after a start take place within the same second, so that nothing else becomes due meanwhile.
    await house.planner.tick()
    await house.pulse(1)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.kind.value}-{row.down}")
async def test_the_policy_table(house: House, row: Row) -> None:
    await run_down(house, row.kind, row.down)
    waiting = await house.waiting()
    planned = sum(post.kind is row.kind for post in waiting)
    assert came(house, row.kind) + planned == row.copies
    notes = [post.note for post in waiting if post.kind is PostKind.NOTICE]
    notes += [text for text in house.poster.texts(LEAD) if "I skipped the" in text]
    titles = {
        PostKind.DIGEST: "weekly digest",
        PostKind.CONCERN_BATCH: "batch of concerns",
        PostKind.HUDDLE_AGENDA: "huddle agenda",
        PostKind.WEEKLY_REMINDER: "weekly reminder",
        PostKind.HUDDLE_CHECK: "question “Held or not held?”",
        PostKind.SAID_PREVIEW: "preview of “You said, we did”",
    }
    told = [note for note in notes if f"I skipped the {titles[row.kind]}" in note]
    assert len(told) == (1 if row.told else 0), "one notice a rule"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.kind.value}-{row.down}")
async def test_the_policy_table_where_the_post_was_planned_already(house: House, row: Row) -> None:
    """The process died between its planner and its courier: what comes is the same, and what is too late is told."""
    await house.furnish(DAILY)
    due = DUE.get(row.kind, FIRST_TUESDAY)
    house.clock.jump_to(due - SECOND)
    await house.pulse(1)
    house.clock.jump_to(due)
    await house.planner.tick()
    house.start()
    # The pulses that it takes are over before anything else is due.
    house.clock.jump_to(max(due, due + row.down - 40 * SECOND))
    await house.pulse(30)
    assert came(house, row.kind) == row.copies
    given_up = [post.error for post in await house.troubled() if post.kind is row.kind and post.due_at == due]
    planned = 2 if row.kind in {PostKind.CONCERN_BATCH, PostKind.SAID_PREVIEW} else 1
    assert given_up == ["too-late"] * (planned if row.told else 0)


async def test_a_skipped_batch_of_concerns_comes_at_the_next_days_hour(house: House) -> None:
    await run_down(house, PostKind.CONCERN_BATCH, 2 * HOUR)
    await house.at(DUE[PostKind.CONCERN_BATCH] + DAY - SECOND, pulses=1)
    assert came(house, PostKind.CONCERN_BATCH) == 0
    await house.at(DUE[PostKind.CONCERN_BATCH] + DAY)
    found = Counter(one.channel for one in house.poster.standing if SIGNS[PostKind.CONCERN_BATCH] in one.message.text)
    assert found == {f"D{LEAD}": 1, f"D{READER}": 1}


async def test_after_forty_days_everything_goes_on_as_before(house: House) -> None:
    await run_down(house, PostKind.DIGEST, 40 * DAY)
    await house.pulse(20)
    before = {kind: came(house, kind) for kind in DUE}
    monday = datetime(2027, 2, 15, tzinfo=UTC)
    for due in DUE.values():
        await house.at(monday.replace(hour=due.hour, minute=due.minute))
    after = {kind: came(house, kind) - before[kind] for kind in DUE}
    assert after == {kind: 2 if kind is PostKind.CONCERN_BATCH else 1 for kind in DUE}
    assert [text for text in house.poster.texts(CHANNEL) if "Sorry" in text] == []


async def test_clock_jumps_send_nothing_twice_and_lose_nothing(house: House) -> None:
    """An administrator sets the clock an hour and a day back and forth around a huddle."""
    await house.furnish(DAILY)
    agenda = DUE[PostKind.HUDDLE_AGENDA]
    for moment in (agenda, agenda - HOUR, agenda + SECOND, agenda - DAY, agenda + 5 * SECOND):
        await house.at(moment, pulses=8)
    await house.at(agenda + DAY)
    assert came(house, PostKind.HUDDLE_AGENDA) == 2
    assert came(house, PostKind.DIGEST) == 1
