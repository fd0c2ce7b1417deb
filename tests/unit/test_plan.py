"""The rules of a milestone's life: states, reasons, Undo, stuck by silence, and what is in a clinic's plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mat import plan
from mat.clinic import Clinic, Pace, Word
from mat.errors import DateInThePast, NothingToUndo, ReasonNeeded
from mat.plan import MilestoneRow, State, Tally
from mat.playbook import load_playbook
from mat.status import status_report

NOW = datetime(2027, 3, 1, 15, 0, tzinfo=UTC)
PLAYBOOK = load_playbook()
CLINIC = Clinic("T1", "maple", "Maple", "America/New_York", date(2027, 1, 4), ("sixbb", "moud"), pace=Pace.FULL)
FIRST = next(iter(PLAYBOOK.milestones))


def change_to(state: State, note: str = "", row: MilestoneRow | None = None, at: datetime = NOW) -> plan.Change:
    return plan.set_state(row or MilestoneRow(FIRST), state, note, now=at, by="U1", new_id=f"c{at:%d%H%M}{state}")


@pytest.mark.parametrize(
    ("pace", "expected"), [(Pace.FULL, 89), (Pace.LIGHT, 16)], ids=["full has all", "light has eight a track"]
)
def test_a_pace_decides_how_much_a_clinic_takes_on(pace: Pace, expected: int) -> None:
    assert len(plan.plan_of(replace(CLINIC, pace=pace), PLAYBOOK, {})) == expected


def test_the_standard_pace_leaves_out_the_last_stage() -> None:
    shown = {m.id for m in plan.plan_of(replace(CLINIC, pace=Pace.STANDARD), PLAYBOOK, {})}
    assert shown == {m.id for m in PLAYBOOK.milestones.values() if m.stage != "monitor-sustain"}


def test_a_clinic_with_one_track_sees_only_that_one() -> None:
    assert {m.track for m in plan.plan_of(replace(CLINIC, tracks=("moud",)), PLAYBOOK, {})} == {"moud"}


def test_hidden_added_and_reworded_milestones() -> None:
    rows = {
        FIRST: MilestoneRow(FIRST, shown=False),
        "moud-pl-team": MilestoneRow("moud-pl-team", short="Our own words", description="Ours."),
        "x-phones": MilestoneRow("x-phones", short="New phone tree", track="sixbb", block="leadership"),
    }
    shown = {m.id: m for m in plan.plan_of(CLINIC, PLAYBOOK, rows)}
    assert FIRST not in shown
    assert shown["moud-pl-team"].short == "Our own words"
    assert shown["x-phones"].block == "leadership"
    blocks = [m.block for m in shown.values()]
    assert blocks == sorted(blocks, key=list(PLAYBOOK.blocks).index), "its own stand at the end of their block"


def test_a_clinic_that_says_mat_reads_mat() -> None:
    words = " ".join(m.short + m.description for m in plan.plan_of(replace(CLINIC, word=Word.MAT), PLAYBOOK, {}))
    assert "MOUD" not in words
    assert "MAT" in words


def test_due_dates_count_weeks_from_the_first_day() -> None:
    milestone = plan.plan_of(CLINIC, PLAYBOOK, {})[0]
    assert milestone.due == CLINIC.start + timedelta(weeks=PLAYBOOK.milestones[milestone.id].due_week)
    moved = MilestoneRow(milestone.id, due=date(2027, 12, 24))
    assert plan.plan_of(CLINIC, PLAYBOOK, {milestone.id: moved})[0].due == date(2027, 12, 24)


@pytest.mark.parametrize("state", [State.STUCK, State.NOT_FOR_US])
def test_stuck_and_not_for_us_need_words(state: State) -> None:
    with pytest.raises(ReasonNeeded):
        change_to(state)
    assert change_to(state, "IT").after.note == "IT"


def test_a_note_goes_when_the_state_no_longer_needs_one() -> None:
    stuck = change_to(State.STUCK, "IT").after
    assert not change_to(State.DONE, row=stuck).after.note


@pytest.mark.parametrize(("days", "shown"), [(27, State.MOVING), (28, State.STUCK), (400, State.STUCK)])
def test_moving_without_change_for_28_days_shows_as_stuck(days: int, shown: State) -> None:
    row = change_to(State.MOVING, at=NOW - timedelta(days=days)).after
    milestone = plan.plan_of(CLINIC, PLAYBOOK, {FIRST: row})[0]
    assert milestone.shows_as(NOW) is shown
    assert milestone.state is State.MOVING, "what is stored stays what was said"


def test_only_moving_grows_stuck_by_silence() -> None:
    for state in (State.LATER, State.DONE):
        row = change_to(state, at=NOW - timedelta(days=100)).after
        assert plan.plan_of(CLINIC, PLAYBOOK, {FIRST: row})[0].shows_as(NOW) is state


# -- Undo -----------------------------------------------------------------------------------------------------------


def test_undo_restores_everything_the_change_touched() -> None:
    before = replace(change_to(State.STUCK, "IT", at=NOW - timedelta(days=40)).after, owner="U9")
    done = plan.set_state(before, State.DONE, "", now=NOW, by="U1", new_id="c2")
    back = plan.undo(done.after, done, now=NOW, by="U2", new_id="c3")
    assert (back.after.state, back.after.note, back.after.owner) == (State.STUCK, "IT", "U9")
    assert back.after.changed_at == before.changed_at, "the days it has been stuck count on"
    assert back.undoes == "c2"


def test_undo_keeps_a_rewording_made_since() -> None:
    done = change_to(State.DONE)
    reworded = replace(done.after, short="Ours", shown=True)
    assert plan.undo(reworded, done, now=NOW, by="U1", new_id="c9").after.short == "Ours"


@pytest.mark.parametrize(("days", "works"), [(7, True), (7.01, False)])
def test_undo_ends_after_seven_days(days: float, works: bool) -> None:
    done = change_to(State.DONE)
    later = NOW + timedelta(days=days)
    if works:
        assert plan.undo(done.after, done, now=later, by="U1", new_id="x").after.state is State.LATER
    else:
        with pytest.raises(NothingToUndo):
            plan.undo(done.after, done, now=later, by="U1", new_id="x")


def test_undo_ends_with_the_next_change_and_works_once() -> None:
    done = change_to(State.DONE)
    moving = change_to(State.MOVING, row=done.after, at=NOW + timedelta(hours=1))
    back = plan.undo(moving.after, moving, now=NOW + timedelta(hours=2), by="U1", new_id="x")
    for row, change in ((moving.after, done), (back.after, moving), (back.after, None)):
        with pytest.raises(NothingToUndo):
            plan.undo(row, change, now=NOW + timedelta(hours=3), by="U1", new_id="y")


def test_a_due_date_moves_from_today_on() -> None:
    today = date(2027, 3, 1)
    row = MilestoneRow(FIRST)
    assert plan.move(row, today, today=today, now=NOW, by="U1", new_id="a").after.due == today
    with pytest.raises(DateInThePast, match="DateInThePast"):
        plan.move(row, date(2027, 2, 28), today=today, now=NOW, by="U1", new_id="a")


# -- reports --------------------------------------------------------------------------------------------------------


def test_not_for_us_is_left_out_of_the_total() -> None:
    rows = {
        "pl-leadership-team": change_to(State.DONE, row=MilestoneRow("pl-leadership-team")).after,
        "pl-leadership-kickoff": change_to(
            State.NOT_FOR_US, "too small", row=MilestoneRow("pl-leadership-kickoff")
        ).after,
    }
    of_block = [m for m in plan.plan_of(CLINIC, PLAYBOOK, rows) if m.block == "leadership"]
    counted = plan.tally(of_block, NOW)
    assert counted == Tally(done=1, later=len(of_block) - 2)
    assert counted.total == len(of_block) - 1


def test_what_comes_next_is_open_not_stuck_and_earliest_first() -> None:
    rows = {FIRST: change_to(State.STUCK, "IT").after}
    found = status_report(CLINIC, PLAYBOOK, rows, None, now=NOW).next
    assert len(found) == 3
    assert FIRST not in {m.id for m in found}
    assert [m.due for m in found] == sorted(m.due for m in found)


def test_on_the_same_day_what_moves_comes_before_what_waits() -> None:
    due = [m.id for m in plan.plan_of(CLINIC, PLAYBOOK, {})][:4]
    rows = {id_: MilestoneRow(id_, due=CLINIC.start) for id_ in due}
    rows[due[3]] = replace(rows[due[3]], state=State.MOVING, changed_at=NOW)
    found = status_report(CLINIC, PLAYBOOK, rows, None, now=NOW).next
    assert [m.id for m in found] == [due[3], due[0], due[1]]


def test_a_track_adds_up_its_blocks_and_stands_at_its_earliest_open_stage() -> None:
    first_stage = [m.id for m in PLAYBOOK.milestones.values() if m.track == "sixbb" and m.stage == "prepare-launch"]
    rows = {id_: change_to(State.DONE, row=MilestoneRow(id_)).after for id_ in first_stage}
    sixbb, moud = status_report(CLINIC, PLAYBOOK, rows, None, now=NOW).tracks
    assert (sixbb.stage, moud.stage) == (2, 1)
    assert sixbb.tally.done == len(first_stage) == sum(b.tally.done for b in sixbb.blocks)
    assert sixbb.tally.total == sum(m.track == "sixbb" for m in PLAYBOOK.milestones.values())
    assert moud.tally.done == 0


def test_due_and_late_meet_at_today_and_do_not_overlap() -> None:
    everything = plan.plan_of(CLINIC, PLAYBOOK, {})
    today = everything[0].due
    due, late = plan.due_within(everything, today), plan.late(everything, today)
    assert everything[0] in due
    assert not set(due) & set(late)
    assert all(today <= m.due <= today + timedelta(days=14) for m in due)
