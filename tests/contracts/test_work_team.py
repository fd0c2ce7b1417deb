"""The books of a clinic's people, milestones and asks, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mat.asks import Ask, AskState
from mat.clinic import Duty, Member
from mat.plan import Change, MilestoneRow, State
from mat.ports import Work
from tests.stores import BIRCH, MAPLE, NOW, keep

ROW = MilestoneRow(
    milestone="policies",
    state=State.STUCK,
    note="the board’s “yes” & <a word>, 50% \\ 🙂 عربى",
    due=date(2027, 4, 1),
    owner="U1",
    changed_at=datetime(2027, 3, 1, 15, 0, 0, 123456, tzinfo=UTC),
    last_change="c1",
    shown=True,
    short="Short",
    description="A description",
    track="a-track",
    block="a-block",
)


# -- roster ---------------------------------------------------------------------------------------------------------


async def test_people_come_with_their_roles_and_duties(work: Work) -> None:
    await keep(work, MAPLE)
    async with work.writing() as books:
        roster = books.at(MAPLE).roster
        await roster.set_role("nurse", ["U2", "U1", "U2"])
        await roster.set_role("lead", ["U1"])
        await roster.set_duty(Duty.LEAD, ["U1"])
        await roster.set_duty(Duty.READS_CONCERNS, ["U1", "U3"])
        await books.commit()
    async with work.reading() as books:
        roster = books.at(MAPLE).roster
        ann = Member("U1", ("lead", "nurse"), frozenset({Duty.LEAD, Duty.READS_CONCERNS}))
        assert await roster.all() == (ann, Member("U2", ("nurse",)), Member("U3", (), frozenset({Duty.READS_CONCERNS})))
        assert await roster.member("U1") == ann
        assert await roster.member("U9") is None
        assert await roster.people_with(Duty.READS_CONCERNS) == ("U1", "U3")
        assert await roster.people_with(Duty.GETS_DIGEST) == ()


async def test_setting_a_role_replaces_who_had_it_and_leaves_the_others(work: Work) -> None:
    await keep(work, MAPLE)
    async with work.writing() as books:
        roster = books.at(MAPLE).roster
        await roster.set_role("nurse", ["U1", "U2"])
        await roster.set_role("lead", ["U1"])
        await roster.set_duty(Duty.LEAD, ["U1"])
        await roster.set_role("nurse", ["U3"])
        await roster.set_duty(Duty.LEAD, [])
        await books.commit()
    async with work.reading() as books:
        assert await books.at(MAPLE).roster.all() == (Member("U1", ("lead",)), Member("U3", ("nurse",)))


# -- milestones -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [ROW, MilestoneRow("policies"), replace(ROW, shown=False, due=None, changed_at=None)])
async def test_a_milestone_comes_back_as_it_was_saved(work: Work, row: MilestoneRow) -> None:
    await keep(work, MAPLE)
    async with work.writing() as books:
        await books.at(MAPLE).milestones.save(replace(ROW, note="older"))
        await books.at(MAPLE).milestones.save(row)
        await books.commit()
    async with work.reading() as books:
        assert await books.at(MAPLE).milestones.row("policies") == row
        assert await books.at(MAPLE).milestones.rows() == {"policies": row}


async def test_a_milestone_nobody_touched_stands_as_in_the_playbook(work: Work) -> None:
    await keep(work, MAPLE)
    async with work.reading() as books:
        assert await books.at(MAPLE).milestones.row("policies") == MilestoneRow("policies")
        assert await books.at(MAPLE).milestones.rows() == {}
        assert await books.at(MAPLE).milestones.change("c1") is None
        assert await books.at(MAPLE).milestones.latest_change("policies") is None
        assert await books.at(MAPLE).milestones.changes_since(NOW) == ()


async def test_a_change_saves_what_came_out_and_is_kept(work: Work) -> None:
    await keep(work, MAPLE)
    first = Change("c1", "policies", NOW, "U1", MilestoneRow("policies"), ROW)
    second = Change("c2", "policies", NOW + timedelta(hours=1), "U2", ROW, replace(ROW, state=State.DONE), undoes="c1")
    other = Change("c3", "training", NOW, "U1", MilestoneRow("training"), MilestoneRow("training", State.MOVING))
    async with work.writing() as books:
        for change in (first, second, other):
            await books.at(MAPLE).milestones.record(change)
        await books.commit()
    async with work.reading() as books:
        milestones = books.at(MAPLE).milestones
        assert await milestones.row("policies") == second.after
        assert await milestones.change("c1") == first
        assert await milestones.latest_change("policies") == second
        assert await milestones.changes_since(NOW) == (first, other, second)
        assert await milestones.changes_since(NOW + timedelta(seconds=1)) == (second,)
        assert await milestones.changes_since(NOW + timedelta(hours=2)) == ()


# -- asks -----------------------------------------------------------------------------------------------------------


async def test_asks_are_open_until_they_are_answered(work: Work) -> None:
    await keep(work, MAPLE)
    later = Ask("a1", "A second exam room", "U1", NOW + timedelta(days=1))
    earlier = Ask("a2", "Two hours a week", "U2", NOW)
    async with work.writing() as books:
        await books.at(MAPLE).asks.save(later)
        await books.at(MAPLE).asks.save(earlier)
        await books.commit()
    async with work.reading() as books:
        assert await books.at(MAPLE).asks.open() == (earlier, later)
        assert await books.at(MAPLE).asks.get("a3") is None
    answered = replace(
        earlier, state=AskState.NOT_NOW, answer="next quarter", answered_by="U9", answered_at=NOW + timedelta(days=2)
    )
    async with work.writing() as books:
        await books.at(MAPLE).asks.save(answered)
        await books.commit()
    async with work.reading() as books:
        assert await books.at(MAPLE).asks.open() == (later,)
        assert await books.at(MAPLE).asks.all() == (answered, later)
        assert await books.at(BIRCH).asks.all() == ()
        assert await books.at(MAPLE).asks.get("a2") == answered
        assert await books.at(BIRCH).asks.get("a2") is None
