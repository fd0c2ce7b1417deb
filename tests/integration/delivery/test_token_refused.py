"""While Slack does not take a workspace's token its posts wait, Slack is asked now and then, and all goes on by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from mat.delivery import PostKind, PostState
from mat.ports import OutcomeUnknown
from messages.marks import LATE, REPEAT
from scheduler.outcomes import TOKEN_REFUSED, Waits
from tests.fakes.memory_poster import Trouble
from tests.integration.delivery.house import ADMIN, AGENDA_DUE, CHANNEL, CLINIC, DAILY, LEAD, House
from tests.integration.delivery.test_audit import EIGHT, HOUR, MINUTE, NOON, audit_of

AGAIN = timedelta(seconds=Waits().token_again)


async def a_morning_without_a_token(house: House, code: str) -> None:
    house.admins = (ADMIN,)
    house.start()
    await house.furnish(DAILY)
    house.poster.token_refused = code
    house.clock.jump_to(EIGHT)
    while house.clock() < NOON:
        await house.pulse()
        house.clock.jump_to(house.clock() + timedelta(seconds=30))


@pytest.mark.parametrize("code", sorted(TOKEN_REFUSED))
async def test_what_is_still_of_use_goes_once_and_the_rest_is_told(house: House, code: str) -> None:
    await a_morning_without_a_token(house, code)
    assert house.poster.standing == []
    assert {post.error for post in await house.troubled()} == {"too-late"}, "nothing else is given up for it"
    tries = len(house.poster.attempts)
    assert tries <= (NOON - EIGHT) / AGAIN, "Slack is not asked again and again"
    house.poster.token_refused = ""
    await house.at(NOON + AGAIN * 1.2, pulses=20)
    told = Counter(one.key for one in house.poster.standing)
    assert set(told.values()) == {1}
    (digest,) = [text for text in house.poster.texts(LEAD) if "Digest for" in text]
    assert LATE in digest
    gone = {post.kind: post.error for post in await house.troubled()}
    assert gone[PostKind.HUDDLE_AGENDA] == "too-late"
    assert any("huddle agenda" in text and "in time" in text for text in house.poster.texts(LEAD))


async def test_a_new_process_does_not_ask_before_the_time(house: House) -> None:
    await a_morning_without_a_token(house, "token_revoked")
    tries = len(house.poster.attempts)
    while len(house.poster.attempts) == tries:
        await house.after(seconds=5)
    tries = len(house.poster.attempts)
    for _ in range(3):
        house.start()
        await house.after(seconds=20)
    assert len(house.poster.attempts) == tries
    await house.after(seconds=AGAIN.total_seconds())
    assert len(house.poster.attempts) > tries


async def test_other_workspaces_do_not_wait(house: House) -> None:
    await house.furnish()
    other = replace(CLINIC, workspace="T0OTHER01")
    await house.furnish(clinic=other)
    house.poster.refusing[CHANNEL] = "token_revoked"
    await house.add(house.note(), house.note("C0SECOND1"), house.note("C0THIRD01", workspace=other.workspace))
    await house.pulse(3)
    assert [one.channel for one in house.poster.standing] == ["C0THIRD01"]


async def test_it_is_told_once_as_that_and_not_post_by_post(house: House) -> None:
    await a_morning_without_a_token(house, "account_inactive")
    report = await audit_of(house).look(NOON)
    assert (report.gaps, report.alarms) == (0, (f"token:{CLINIC.workspace}:",))
    house.poster.token_refused = ""
    await house.at(NOON + AGAIN * 1.2, pulses=30)
    (told,) = [text for text in house.poster.texts(ADMIN) if text.startswith("Slack no longer takes my token")]
    assert "Northside" in told
    assert (await audit_of(house).look(NOON + HOUR)).clean


@pytest.mark.parametrize("stored", [True, False])
async def test_what_was_on_the_wire_is_looked_for_once_the_token_works_again(house: House, stored: bool) -> None:
    """Not being let in is no sign that the history may not be read: nothing goes a second time for it."""
    await house.furnish()
    post = house.note()
    await house.add(post)
    house.poster.order(Trouble(OutcomeUnknown("lost"), stored=stored))
    await house.pulse()
    house.poster.token_refused = "token_revoked"
    for _ in range(40):
        await house.after(seconds=30)
    assert len(house.poster.attempts) == 1
    house.poster.token_refused = ""
    for _ in range(30):
        await house.after(seconds=30)
    assert await house.states(post) == [PostState.SENT]
    (text,) = house.poster.texts(CHANNEL)
    assert REPEAT not in text


async def test_an_older_copy_of_the_records_is_noticed_once_the_token_works_again(house: House) -> None:
    """The look before a late post is not skipped because it could not be made."""
    await house.furnish(DAILY)
    house.clock.jump_to(EIGHT)
    await house.pulse(4)
    (digest,) = [post for post in await house.sent() if post.kind is PostKind.DIGEST]
    async with house.work.writing() as books:
        await books.outbox.save(replace(digest, state=PostState.PENDING, sent_channel="", sent_ts="", sent_at=None))
        await books.commit()
    await house.add(
        replace(house.note(LEAD), id="earlier", state=PostState.SENT, sent_channel=f"D{LEAD}", sent_ts="1.0")
    )
    house.clock.jump_to(AGENDA_DUE + MINUTE)
    house.start()
    house.poster.token_refused = "token_revoked"
    await house.pulse(2)
    house.poster.token_refused = ""
    await house.after(seconds=AGAIN.total_seconds() * 1.2, pulses=4)
    assert (await house.post(digest.id)).state is PostState.SENT
    assert len([one for one in house.poster.standing if one.key == digest.id]) == 1
