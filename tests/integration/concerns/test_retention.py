"""Retention in virtual time, on both databases: what goes when, what stays, and what happens when it cannot go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import read_settings
from bot.wrong_use import SettingWrong
from mat.concerns import Draft, IsoWeek, Receipt
from mat.concerns.retention import key_ends_on
from mat.errors import ConcernTooOld, KeysBusy, MatError, StoreIsFull
from messages import audit as wording
from messages import concern_words as words
from scheduler.retention import Retention
from store.concerns.box import ConcernStore
from tests.bot_under_test import bot_under_test, with_clinic
from tests.concern_store import CLINIC, OTHER_CLINIC, every_byte, open_box, scrubbed
from tests.fakes.clock import HandClock

AN_HOUR = timedelta(hours=1)
START = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)  # a Monday
DAYS = 60


@dataclass(slots=True)
class Year:
    """A store and its retention, lived through hour by hour."""

    box: ConcernStore
    retention: Retention
    clock: HandClock
    receipts: dict[IsoWeek, Receipt] = field(default_factory=dict)

    async def until(self, end: datetime, *, raising: bool = True) -> None:
        """Hours until then; with a concern of each clinic a week, released and answered."""
        while self.clock() < end:
            now = self.clock()
            if raising and (week := IsoWeek.of(now.date())) not in self.receipts:
                self.receipts[week] = await self.box.raise_concern(Draft("other", f"text of {week}"), CLINIC, now)
                await self.box.raise_concern(Draft("other", f"theirs of {week}"), OTHER_CLINIC, now)
                await self.box.release(CLINIC, now.date())
                await self.box.reply(
                    CLINIC, self.box._keys.receipt_keys(self.receipts[week]).id.hex(), "Thank you.", now
                )
                await self.box.answer(self.receipts[week], "You are welcome.")
                self.box._make_keys(now)
            await self.retention.tick()
            self.clock.jump_to(now + AN_HOUR)

    async def kept(self) -> set[IsoWeek]:
        return {week for week, receipt in self.receipts.items() if await self.box.look_up(receipt) is not None}


@asynccontextmanager
async def a_year(folder: Path, database_url: str) -> AsyncIterator[Year]:
    clock = HandClock(START)
    async with open_box(folder, database_url, START) as box:
        yield Year(box, Retention(box, clock=clock, days=DAYS), clock)


@pytest.fixture
async def year(tmp_path: Path, database_url: str) -> AsyncIterator[Year]:
    async with a_year(tmp_path, database_url) as lived:
        yield lived


async def test_through_half_a_year_each_concern_and_each_key_stays_its_time_and_no_longer(year: Year) -> None:
    for weeks in range(1, 27):
        monday = START + timedelta(weeks=weeks)
        await year.until(monday)
        kept = await year.kept()
        for week in year.receipts:
            age = (monday.date() - week.sunday).days
            assert (week in kept) is (age <= DAYS), (week, monday)
        there = set(year.box._keys.months())
        assert {week.month for week in kept} <= there
        assert not {month for month in there if key_ends_on(month, DAYS) <= monday.date()}
    assert year.box._keys.ledger.destroyed().keys() >= {"concerns-2026-11.key", "concerns-2027-01.key"}
    assert len(year.receipts) == 27
    assert (await year.box.listed(OTHER_CLINIC)).concerns == ()


async def test_texts_and_notes_of_what_is_past_leave_no_byte_and_the_rest_can_be_read(tmp_path: Path) -> None:
    async with a_year(tmp_path, "sqlite://") as year:
        await year.until(START + timedelta(weeks=1))
        first = year.box._keys.receipt_keys(year.receipts[IsoWeek(2026, 45)]).id
        assert first in every_byte(tmp_path / "data")
        await year.until(START + timedelta(weeks=12))
        await scrubbed(year.box)
        assert first not in every_byte(tmp_path / "data")
        texts = {concern.text for concern in (await year.box.listed(CLINIC)).concerns}
        assert None not in texts
        assert "text of 2027-W03" in texts


async def test_the_site_key_stays(year: Year) -> None:
    before = year.box._keys.receipt_keys(Receipt.parse("0" * 20)).id
    await year.until(START + timedelta(weeks=30), raising=False)
    assert (year.box._keys._path / "site.key").exists()
    assert year.box._keys.receipt_keys(Receipt.parse("0" * 20)).id == before


async def test_what_still_waits_for_its_release_goes_with_its_week_too(year: Year) -> None:
    """A clinic that was never set up to the end releases nothing, and its concerns are no exception."""
    await year.box.raise_concern(Draft("other", "waits"), OTHER_CLINIC, START)
    await year.until(START + timedelta(weeks=12), raising=False)
    await year.box.release(OTHER_CLINIC, date(2027, 2, 1))
    assert (await year.box.listed(OTHER_CLINIC)).concerns == ()


class Fails:
    """A store that deletes nothing for a while."""

    def __init__(self, *problems: MatError | OSError | None) -> None:
        self.problems = list(problems)
        self.asked: list[date] = []

    async def expire(self, today: date, days: int) -> None:
        self.asked.append(today)
        if self.problems and (problem := self.problems.pop(0)):
            raise problem


def retention_of(store: Fails, clock: HandClock) -> Retention:
    return Retention(store, clock=clock, days=180)  # type: ignore[arg-type]


async def hours(retention: Retention, clock: HandClock, many: int) -> None:
    for _ in range(many * 6):
        await retention.tick()
        clock.jump_to(clock() + timedelta(minutes=10))


async def test_it_comes_once_a_week_whatever_is_there() -> None:
    store, clock = Fails(), HandClock(START)
    await hours(retention_of(store, clock), clock, 24 * 7 * 5)
    assert [day.isocalendar().week for day in store.asked] == [45, 46, 47, 48, 49, 50]
    assert {day.weekday() for day in store.asked[1:]} == {0}


@pytest.mark.parametrize("problem", [StoreIsFull(), KeysBusy(), OSError(28, "No space left on device", "a file")])
async def test_what_fails_is_tried_again_each_hour_and_told(problem: MatError | OSError) -> None:
    store, clock = Fails(None, problem, problem, problem), HandClock(START)
    retention = retention_of(store, clock)
    await hours(retention, clock, 24 * 7 - 12)
    assert (len(store.asked), retention.check()) == (1, None)
    await hours(retention, clock, 1)
    assert retention.check() is None, "once may be chance"
    await hours(retention, clock, 1)
    assert retention.check() == ("concern-retention", wording.RETENTION_FAILED)
    await hours(retention, clock, 2)
    assert (len(store.asked), retention.check()) == (5, None)
    await hours(retention, clock, 24)
    assert len(store.asked) == 5


async def test_a_clock_that_leaps_deletes_nothing_before_it_has_gone_on_for_an_hour() -> None:
    """A wrong clock at a start, or set by hand for a moment, must not cost every concern."""
    store, clock = Fails(), HandClock(START)
    retention = retention_of(store, clock)
    await retention.tick()
    for leap in (timedelta(days=900), timedelta(days=-900)):
        clock.jump_to(clock() + leap)
        await hours(retention, clock, 1)
        assert store.asked == []
    await hours(retention, clock, 1)
    assert store.asked == [START.date()]


async def test_on_a_full_disk_the_keys_go_all_the_same(file_box: ConcernStore) -> None:
    """So nobody can read what cannot be deleted; and with room again the rows follow."""
    await file_box.raise_concern(Draft("other", "a text"), CLINIC, START)
    await file_box.release(CLINIC, START.date())
    writing, full = file_box._writing, True

    @asynccontextmanager
    async def refused() -> AsyncIterator[object]:
        if full:
            raise StoreIsFull
        async with writing() as connection:
            yield connection

    file_box._writing = refused  # type: ignore[assignment, method-assign]
    past = START.date() + timedelta(days=215)
    with pytest.raises(StoreIsFull):
        await file_box.expire(past, 180)
    assert "2026-11" not in file_box._keys.months()
    assert [concern.text for concern in (await file_box.listed(CLINIC)).concerns] == [None]
    full = False
    await file_box.expire(past, 180)
    assert (await file_box.listed(CLINIC)).concerns == ()


async def test_with_nothing_past_nothing_is_written(file_box: ConcernStore, tmp_path: Path) -> None:
    await file_box.raise_concern(Draft("other", "a text"), CLINIC, START)
    await scrubbed(file_box)
    before = every_byte(tmp_path)
    await file_box.expire(START.date() + timedelta(days=180), 180)
    assert every_byte(tmp_path) == before


async def test_a_receipt_of_a_destroyed_month_says_so_and_a_deleted_one_is_unknown(file_box: ConcernStore) -> None:
    receipt = await file_box.raise_concern(Draft("other", "a text"), CLINIC, START)
    await file_box.release(CLINIC, START.date())
    await file_box.reply(CLINIC, file_box._keys.receipt_keys(receipt).id.hex(), "Thank you.", START)
    file_box._keys.destroy(file_box._keys.files("2026-11"), START.date())
    with pytest.raises(ConcernTooOld):
        await file_box.answer(receipt, "more")
    found = await file_box.look_up(receipt)
    assert found is not None
    assert found.replies == ("Thank you.",), "sealed to the receipt, not to the month"
    await file_box.expire(START.date() + timedelta(days=215), 180)
    assert await file_box.look_up(receipt) is None


async def test_the_form_says_for_how_long_as_the_settings_do(bot_folder: Path) -> None:
    async with bot_under_test(bot_folder, MAT_CONCERN_RETENTION_DAYS=90) as bot:
        await with_clinic(bot)
        view = (await bot.slash("concern")).view
        assert view is not None
        assert words.kept_for(90) in str(view["blocks"])
        assert bot.bot.delivery.retention._days == 90


@pytest.mark.parametrize("days", ["29", "3661", "half a year", "180.5"])
def test_a_time_that_is_none_is_refused_by_name(days: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAT_CONCERN_RETENTION_DAYS", days)
    with pytest.raises(SettingWrong) as wrong:
        read_settings()
    assert "MAT_CONCERN_RETENTION_DAYS" in wrong.value.sentence
