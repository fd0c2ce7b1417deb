"""Records put back by hand from before posts went out: what stands in Slack does not come again, and what does not stand there comes."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from shutil import copy

import pytest

from mat.delivery import Post, PostKind
from mat.ports import OutcomeUnknown, SlowDown
from scheduler.recall import ENOUGH, LOOKS, name_of
from tests.fakes.memory_poster import MemoryPoster
from tests.integration.delivery.house import AGENDA_DUE, CHANNEL, CLINIC, DAILY, LEAD, READER, House
from tests.stores import open_work

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
EIGHT = AGENDA_DUE - 50 * MINUTE
Opens = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def living(sqlite_template: Path, tmp_path: Path) -> Opens:
    """`living(records, poster)`: a process of its own kind of ids on these records, in front of the same Slack."""
    lives = count(1)

    @asynccontextmanager
    async def opened(records: Path, poster: MemoryPoster | None = None) -> AsyncIterator[House]:
        if poster is None:
            copy(sqlite_template, records)
        async with open_work(f"sqlite:///{records}") as work:
            life = next(lives)
            house = House(work, ids=map(f"{life:04x}{{:028x}}".format, count(1)).__next__)
            if poster is not None:
                house.poster, house.clock = poster, poster.clock  # type: ignore[assignment]  # it was made with this one
                house.start()
            yield house

    return opened


def back_up(records: Path) -> Path:
    older = records.with_name("older.db")
    with closing(sqlite3.connect(records)) as source, closing(sqlite3.connect(older)) as target:
        source.backup(target)
    return older


async def morning(house: House) -> None:
    """From before eight until after the agenda, in one process that knows where direct messages stand."""
    await house.furnish(DAILY, replace(DAILY, id="h2", title="Second huddle"), clinic=replace(CLINIC, tracks=()))
    house.clock.jump_to(EIGHT - HOUR)
    await house.add(house.note(LEAD, "Earlier"), house.note(READER, "Earlier"))
    await house.pulse(3)


async def test_what_was_sent_after_the_copy_does_not_come_again(living: Opens, tmp_path: Path) -> None:
    async with living(tmp_path / "main.db") as house:
        await morning(house)
        older = back_up(tmp_path / "main.db")
        await house.at(EIGHT)
        await house.at(AGENDA_DUE)
        sent = house.poster.texts()
        assert len(sent) == 2 + 3 + 2, "two earlier, the digest, two batches, two agendas"
    async with living(older, house.poster) as again:
        await again.at(AGENDA_DUE + MINUTE, pulses=8)
        assert again.poster.texts() == [*sent, *again.poster.texts()[len(sent) :]]
        new = again.poster.texts()[len(sent) :]
        assert [text for text in new if "skipped" not in text] == []
        async with again.work.reading() as books:
            assert await books.outbox.unsettled(again.clock()) == ()
        await again.at(AGENDA_DUE + 25 * HOUR - HOUR, pulses=8)
        assert sum("Agenda for" in text for text in again.poster.texts()) == 4, "tomorrow as ever"


async def test_what_was_due_and_not_sent_comes_once(living: Opens, tmp_path: Path) -> None:
    async with living(tmp_path / "main.db") as house:
        await morning(house)
        older = back_up(tmp_path / "main.db")
        await house.at(EIGHT)
    async with living(older, house.poster) as again:
        await again.at(AGENDA_DUE + MINUTE, pulses=8)
        found = again.poster.texts()
        assert sum("Agenda for" in text for text in found) == 2
        assert sum("Digest for" in text for text in found) == 1


async def test_without_the_history_late_posts_come_as_after_any_stop(living: Opens, tmp_path: Path) -> None:
    async with living(tmp_path / "main.db") as house:
        await morning(house)
        house.poster.history = False
        house.start()
        await house.at(AGENDA_DUE + MINUTE, pulses=8)
        assert sum("Agenda for" in text for text in house.poster.texts()) == 2


@pytest.mark.parametrize("trouble", [SlowDown(30), OutcomeUnknown("TimeoutError")], ids=["429", "no answer"])
async def test_a_look_that_fails_is_made_again_before_the_post_goes(
    living: Opens, tmp_path: Path, trouble: Exception
) -> None:
    async with living(tmp_path / "main.db") as house:
        await morning(house)
        await house.at(AGENDA_DUE - SECOND, pulses=1)
        house.clock.jump_to(AGENDA_DUE + SECOND)
        house.start()
        house.poster.look_troubles.append(trouble)
        await house.pulse(3)
        assert sum("Agenda for" in text for text in house.poster.texts()) == 0
        await house.after(seconds=40, pulses=4)
        assert sum("Agenda for" in text for text in house.poster.texts()) == 2
        async with house.work.reading() as books:
            assert await books.outbox.unsettled(house.clock()) == ()


async def test_looks_that_never_come_through_hold_nothing_up_for_ever(living: Opens, tmp_path: Path) -> None:
    async with living(tmp_path / "main.db") as house:
        await morning(house)
        await house.add(house.note(CHANNEL, "Late", due_at=EIGHT - HOUR))
        house.start()
        house.clock.jump_to(EIGHT - MINUTE)
        house.start()
        house.poster.look_troubles.extend([OutcomeUnknown("TimeoutError")] * LOOKS)
        for _ in range(LOOKS):
            await house.after(seconds=60)
        assert house.poster.texts(CHANNEL) == ["Late"]


async def test_after_many_looks_in_vain_the_rest_goes_without(living: Opens, tmp_path: Path) -> None:
    async with living(tmp_path / "main.db") as house:
        await morning(house)
        house.clock.jump_to(EIGHT - MINUTE)
        await house.add(*(house.note(f"C{number:08d}", "Late", due_at=EIGHT - HOUR) for number in range(ENOUGH + 10)))
        house.start()
        await house.pulse(10)
        assert len(house.poster.looks) == ENOUGH
        assert sum(text == "Late" for text in house.poster.texts()) == ENOUGH + 10


def test_a_name_is_the_post_s_own_and_the_same_each_time() -> None:
    at = AGENDA_DUE.replace(tzinfo=None)
    post = Post("p1", "T1", "north", PostKind.HUDDLE_AGENDA, "h1", "C1", AGENDA_DUE, AGENDA_DUE, 1, "o1", at)
    assert name_of(post) == name_of(replace(post, id="p2", occurrence="o2", due_at=EIGHT, attempts=3))
    others = [
        replace(post, workspace="T2"),
        replace(post, clinic="south"),
        replace(post, kind=PostKind.HUDDLE_CHECK),
        replace(post, subject="h2"),
        replace(post, target="C2"),
        replace(post, local_at=at + HOUR),
    ]
    assert len({name_of(post), *map(name_of, others)}) == 7
    assert name_of(replace(post, extra=True)) == name_of(replace(post, occurrence="")) == ""
