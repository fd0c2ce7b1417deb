"""Two workspaces with two clinics each, the same ids everywhere people or the playbook choose them: nobody sees another's rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from mat.asks import Ask
from mat.clinic import Clinic, Duty, Member
from mat.closures import Closure
from mat.delivery import PostKind, PostState
from mat.huddles import AgendaItem, HeldCount, Meeting, MeetingState
from mat.plan import Change, MilestoneRow, State
from mat.ports import Books, ClinicBooks
from store.engine import open_engines
from store.tables import metadata
from store.work import SqlWork
from tests.contracts.test_work_huddles import AT, DAILY
from tests.contracts.test_work_schedules import AGENDA, occurrence_of, post_of
from tests.stores import BIRCH, MAPLE, NOW, keep, open_work

FAR = NOW + timedelta(days=1000)
CLINICS = tuple(replace(clinic, workspace=workspace) for workspace in ("T1", "T2") for clinic in (MAPLE, BIRCH))
TABLES_OF_A_CLINIC = [table.name for table in metadata.sorted_tables if "clinic" in table.c]


def mark_of(clinic: Clinic) -> str:
    return f"{clinic.workspace}-{clinic.id}"


def _clinic(mark: str) -> Clinic:
    return next(clinic for clinic in CLINICS if mark_of(clinic) == mark)


async def fill(books: Books, clinic: Clinic) -> None:
    """A row in every table, with the clinic's mark in it."""
    mark, at = mark_of(clinic), books.at(clinic)
    await books.clinics.save(clinic)
    await books.clinics.remember(clinic.workspace, f"U-{mark}", clinic.id)
    await at.roster.set_role("nurse", ["U1", f"U-{mark}"])
    await at.roster.set_duty(Duty.LEAD, [f"U-{mark}"])
    row = MilestoneRow("policies", State.STUCK, mark, owner="U1")
    await at.milestones.record(Change(f"c-{mark}", "policies", NOW, "U1", MilestoneRow("policies"), row))
    await at.huddles.save_series(replace(DAILY, title=mark))
    await at.huddles.save_meeting(Meeting("s1", AT, NOW, MeetingState.HELD, "U1", (f"U-{mark}",)))
    await at.huddles.add_item(AgendaItem(f"i-{mark}", "s1", mark, "U1", NOW))
    await at.asks.save(Ask(f"a-{mark}", mark, "U1", NOW))
    await at.closures.save(Closure("x1", date(2027, 1, 4), date(2027, 1, 5), mark))
    schedule = replace(AGENDA, id=f"d-{mark}", workspace=clinic.workspace, clinic=clinic.id)
    await at.schedules.put(schedule)
    sent = replace(post_of(occurrence_of(schedule)), state=PostState.SENT, sent_at=NOW)
    assert await books.outbox.plan(occurrence_of(schedule), [sent])


Read = Callable[[Books, ClinicBooks, Clinic], Awaitable[object]]
READS: dict[str, tuple[Read, Callable[[str], object]]] = {
    "member": (lambda _, at, c: at.roster.member(f"U-{mark_of(c)}"), lambda m: Member(f"U-{m}", ("nurse",), frozenset({Duty.LEAD}))),
    "people": (lambda _, at, c: at.roster.people_with(Duty.LEAD), lambda m: (f"U-{m}",)),
    "note": (lambda _, at, c: _note(at), lambda m: [m]),
    "change": (lambda _, at, c: _ids(at.milestones.changes_since(NOW)), lambda m: [f"c-{m}"]),
    "latest": (lambda _, at, c: _ids(_listed(at.milestones.latest_change("policies"))), lambda m: [f"c-{m}"]),
    "series": (lambda _, at, c: at.huddles.one("s1"), lambda m: replace(DAILY, title=m)),
    "meeting": (lambda _, at, c: at.huddles.meeting("s1", AT), lambda m: Meeting("s1", AT, NOW, MeetingState.HELD, "U1", (f"U-{m}",))),
    "last": (lambda _, at, c: at.huddles.last_held(), lambda m: Meeting("s1", AT, NOW, MeetingState.HELD, "U1", (f"U-{m}",))),
    "held": (lambda _, at, c: at.huddles.held_count(NOW, NOW + timedelta(days=1)), lambda m: HeldCount(1, 1)),
    "items": (lambda _, at, c: _ids(at.huddles.items("s1")), lambda m: [f"i-{m}"]),
    "closures": (lambda _, at, c: _labels(at), lambda m: [m]),
    "asks": (lambda _, at, c: _ids(at.asks.open()), lambda m: [f"a-{m}"]),
    "schedules": (lambda _, at, c: _ids(at.schedules.all()), lambda m: [f"d-{m}"]),
    "sent": (lambda b, at, c: _ids(_listed(b.outbox.last_sent(c, PostKind.HUDDLE_AGENDA, before=FAR))), lambda m: [f"d-{m}-o0-C1"]),
    "sent for": (lambda b, at, c: _ids(_listed(b.outbox.sent_for(PostKind.HUDDLE_AGENDA, "s1", occurrence_of(AGENDA).local_at, c))), lambda m: [f"d-{m}-o0-C1"]),
    "remembered": (lambda b, at, c: b.clinics.remembered(c.workspace, f"U-{mark_of(c)}"), _clinic),
    "of person": (lambda b, at, c: b.clinics.of_person(c.workspace, f"U-{mark_of(c)}"), lambda m: (_clinic(m),)),
}  # fmt: skip


@pytest.mark.parametrize("read", READS)
async def test_each_clinic_reads_its_own_rows_alone(filled: SqlWork, read: str) -> None:
    ask, expected = READS[read]
    async with filled.reading() as books:
        for clinic in CLINICS:
            assert await ask(books, books.at(clinic), clinic) == expected(mark_of(clinic))


async def test_ids_of_another_clinic_find_and_change_nothing(filled: SqlWork) -> None:
    maple, *others = CLINICS
    async with filled.writing() as books:
        for other in others:
            at, mark = books.at(other), mark_of(maple)
            assert await at.milestones.change(f"c-{mark}") is None
            assert await at.asks.get(f"a-{mark}") is None
            await at.huddles.remove_item(f"i-{mark}")
            await at.asks.save(Ask(f"a-{mark}", "taken over", "U9", NOW))
            await at.huddles.add_item(AgendaItem(f"i-{mark}", "s1", "taken over", "U9", NOW))
            foreign = replace(AGENDA, id=f"d-{mark}", workspace=other.workspace, clinic=other.id, rule="FREQ=YEARLY")
            await at.schedules.put(foreign)
            await at.schedules.remove(PostKind.HUDDLE_AGENDA, "s1")
        await books.commit()
    async with filled.reading() as books:
        at = books.at(maple)
        assert [ask.text for ask in await at.asks.open()] == [mark_of(maple)]
        assert [item.text for item in await at.huddles.items("s1")] == [mark_of(maple)]
        assert [schedule.rule for schedule in await at.schedules.all()] == [AGENDA.rule]


async def test_forgetting_a_clinic_empties_every_table_of_it_and_of_no_other(main_url: str) -> None:
    async with open_work(main_url) as work:
        await _fill_all(work)
        before = await _counts(main_url)
        assert all(count > 0 for count in before.values()), before
        assert {table for table, _, _ in before} == set(TABLES_OF_A_CLINIC)
        async with work.writing() as books:
            await books.clinics.forget_clinic("T1", "maple")
            await books.commit()
        after = await _counts(main_url)
        assert after == {key: count for key, count in before.items() if key[1:] != ("T1", "maple")}


@pytest.fixture
async def filled(work: SqlWork) -> SqlWork:
    await _fill_all(work)
    return work


async def _fill_all(work: SqlWork) -> None:
    await keep(work, *CLINICS)
    async with work.writing() as books:
        for clinic in CLINICS:
            await fill(books, clinic)
        await books.commit()


async def _counts(url: str) -> dict[tuple[str, str, str], int]:
    engines, counts = open_engines(url), {}
    async with engines.reader.connect() as connection:
        for name in TABLES_OF_A_CLINIC:
            c = metadata.tables[name].c
            rows = await connection.execute(select(c.workspace, c.clinic, func.count()).group_by(c.workspace, c.clinic))
            counts |= {(name, workspace, clinic): count for workspace, clinic, count in rows}
    await engines.close()
    return counts


async def _labels(at: ClinicBooks) -> list[str]:
    return [span.label for span in (await at.closures.all()).spans]


async def _note(at: ClinicBooks) -> list[str]:
    return [(await at.milestones.row("policies")).note] if len(await at.milestones.rows()) == 1 else []


async def _ids(found: Awaitable[tuple[object, ...]]) -> list[str]:
    return [thing.id for thing in await found]  # type: ignore[attr-defined]


async def _listed(found: Awaitable[object]) -> tuple[object, ...]:
    return (await found,)
