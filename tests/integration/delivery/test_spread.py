"""One workspace in which more is due than Slack takes at once: agendas come before their huddles, and everything else waits for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from mat.clinic import Duty
from mat.delivery import Post, PostKind, PostState
from mat.occurrences import instant
from mat.urgency import turn_of
from scheduler.composing import is_late
from scheduler.pace import Limits
from store.work import SqlWork
from tests.integration.delivery.house import CHANNEL, CLINIC, DAILY, LEAD, NEW_YORK, House
from tests.integration.delivery.test_lanes import BusyPoster, busy_house
from tests.proof_table import Proof

NINE = instant(datetime(2027, 1, 4, 9), NEW_YORK)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
QUARTER_PAST = replace(DAILY, local_start=datetime(2027, 1, 4, 9, 15))
"""Its agenda is due at 9:05, five minutes after the digests and the reminders."""


async def a_monday(work: SqlWork, clinics: int, a_minute: int) -> tuple[House, BusyPoster, list[Post]]:
    """Digests and reminders of all at nine, agendas five minutes later, all in one workspace; and what became of each."""
    house, poster = await busy_house(work, Limits(a_minute=a_minute, at_once=8, window=0))
    house.clock.jump_to(NINE - MINUTE)
    for number in range(clinics):
        own = {"id": f"clinic-{number}", "name": f"Clinic {number}", "channel": f"C{number:08}"}
        clinic = replace(CLINIC, digest_at=time(9), concerns_at=time(17), **own)
        await house.furnish(QUARTER_PAST, clinic=clinic)
        async with work.writing() as books:
            await books.at(clinic).roster.set_duty(Duty.GETS_DIGEST, [f"U{number:08}"])
            await books.commit()
    async with work.writing() as books:
        await books.clinics.forget_clinic(CLINIC.workspace, CLINIC.id)
        await books.commit()
    house.clock.jump_to(NINE)
    await house.pulse(60 * (3 * clinics // a_minute + 4))
    return house, poster, [await house.post(attempt.key) for attempt in poster.attempts]


def overtaken(poster: BusyPoster, posts: list[Post]) -> list[str]:
    due = {post.id: post.due_at for post in posts}
    last: dict[str, datetime] = {}
    found = []
    for attempt in poster.attempts:
        if due[attempt.key] < last.get(attempt.target, due[attempt.key]):
            found.append(attempt.key)
        last[attempt.target] = due[attempt.key]
    return found


def of_kind(kind: PostKind, posts: list[Post]) -> list[datetime]:
    return sorted(post.sent_at for post in posts if post.kind is kind and post.sent_at)


async def judged(work: SqlWork, clinics: int, a_minute: int) -> dict[str, int]:
    """What must not be, and how often it was."""
    house, poster, posts = await a_monday(work, clinics, a_minute)
    agendas, digests = of_kind(PostKind.HUDDLE_AGENDA, posts), of_kind(PostKind.DIGEST, posts)
    begins = NINE + 15 * MINUTE
    assert digests[-1] > agendas[-1] > NINE + 5 * MINUTE, "there was enough to wait for"
    sent = Counter(post.kind for post in posts)
    due = dict.fromkeys((PostKind.HUDDLE_AGENDA, PostKind.DIGEST, PostKind.WEEKLY_REMINDER), clinics)
    times = [attempt.at for attempt in poster.attempts]
    return {
        "agendas after their huddle began": sum(at > begins for at in agendas),
        "digests between agendas that waited": sum(NINE + 5 * MINUTE < at < agendas[-1] for at in digests),
        "posts that say they are late": sum(text.startswith("Sorry") for text in poster.texts()),
        "posts lost": sum((Counter(due) - sent).values()) + len(await house.waiting()),
        "posts doubled": sum((sent - Counter(due)).values()) + len(posts) - len({post.id for post in posts}),
        "posts overtaken in their channel": len(overtaken(poster, posts)),
        "minutes with more than is allowed": sum(
            sum(start <= at < start + MINUTE for at in times) > a_minute for start in times
        ),
        "posts in trouble": sum(post.state is not PostState.SENT for post in posts),
    }


async def test_agendas_come_before_their_huddles_while_digests_wait(work_on_sqlite: SqlWork) -> None:
    found = await judged(work_on_sqlite, clinics=40, a_minute=12)
    assert found == dict.fromkeys(found, 0)


@pytest.mark.proof
async def test_agendas_come_before_their_huddles_at_length(work: SqlWork, proof: Proof) -> None:
    found = await judged(work, clinics=600, a_minute=180)
    for what, number in found.items():
        proof(f"{what}, 600 teams at nine in a workspace of 180 a minute", number, "0")
    assert found == dict.fromkeys(found, 0)


@pytest.mark.parametrize(("minutes", "sorry"), [(1, False), (3, True)])
async def test_what_was_held_up_by_anything_but_its_turn_says_so(
    work_on_sqlite: SqlWork, minutes: int, sorry: bool
) -> None:
    house = House(work_on_sqlite)
    await house.furnish(QUARTER_PAST, clinic=replace(CLINIC, digest_at=time(9, 5)))
    await house.at(NINE + (5 + minutes) * MINUTE)
    agenda = next(text for text in house.poster.texts(CHANNEL) if "Agenda for" in text)
    assert [text.startswith("Sorry, this is late.") for text in (agenda, house.poster.texts(LEAD)[0])] == [sorry] * 2


@pytest.mark.parametrize(
    ("kind", "busy_since", "minutes", "late"),
    [
        (PostKind.DIGEST, 0, 60, False),
        (PostKind.DIGEST, 2, 60, False),
        (PostKind.DIGEST, 3, 60, True),
        (PostKind.DIGEST, 0, 61, True),
        (PostKind.DIGEST, -90, 30, False),
        (PostKind.DIGEST, None, 3, True),
        (PostKind.HUDDLE_AGENDA, 0, 10, False),
        (PostKind.HUDDLE_AGENDA, 0, 11, True),
    ],
)
def test_what_only_waited_its_turn_has_its_window(
    kind: PostKind, busy_since: int | None, minutes: int, *, late: bool
) -> None:
    begins = NINE + 10 * MINUTE if kind is PostKind.HUDDLE_AGENDA else None
    post = Post("p", "T1", "maple", kind, "", "C1", NINE, NINE, 0, turn_at=turn_of(kind, NINE, begins))
    since = None if busy_since is None else NINE + busy_since * MINUTE
    assert is_late(post, NINE + minutes * MINUTE, since) is late


def test_a_try_that_failed_is_no_waiting_for_a_turn() -> None:
    post = Post("p", "T1", "maple", PostKind.DIGEST, "", "C1", NINE, NINE, 0, turn_at=turn_of(PostKind.DIGEST, NINE))
    assert not is_late(post, NINE + 5 * MINUTE, NINE)
    assert is_late(replace(post, attempts=1), NINE + 5 * MINUTE, NINE)
