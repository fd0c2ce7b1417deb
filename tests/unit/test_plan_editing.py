"""What a clinic may do to its own plan, and what stays the playbook's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mat.clinic import Clinic, Pace
from mat.errors import DateInThePast, EnoughOwnMilestones, LabelTaken, NoSuchBlock, ReasonNeeded
from mat.plan import Milestone, MilestoneRow, State, plan_of
from mat.plan_editing import (
    OWN_MILESTONES,
    NewMilestone,
    add,
    blocks_of,
    check_label,
    hide,
    is_own,
    kept_beyond_pace,
    reword,
    show,
    whole_plan,
)
from mat.playbook import load_playbook

PLAYBOOK = load_playbook()
TODAY = date(2027, 1, 4)
NOW = datetime(2027, 1, 4, 14, 0, tzinfo=UTC)
CLINIC = Clinic("T1", "c1", "Northside", "America/New_York", TODAY, ("sixbb",), pace=Pace.LIGHT)
NEW = NewMilestone("Wound care plan", "Everybody knows who looks after wounds.", "visits", date(2027, 2, 1))


def the(milestone: str, rows: dict[str, MilestoneRow] | None = None, clinic: Clinic = CLINIC) -> Milestone:
    return next(m for m in whole_plan(clinic, PLAYBOOK, rows or {}) if m.id == milestone)


def on_plan(rows: dict[str, MilestoneRow], clinic: Clinic = CLINIC) -> set[str]:
    return {m.id for m in plan_of(clinic, PLAYBOOK, rows)}


def first_beyond(clinic: Clinic = CLINIC) -> str:
    return next(m.id for m in whole_plan(clinic, PLAYBOOK, {}) if m.id not in on_plan({}))


def test_an_own_milestone_joins_its_block_and_gets_an_id_no_shipped_one_can_have() -> None:
    row = add(NEW, CLINIC, PLAYBOOK, {}, today=TODAY)
    assert (row.milestone, row.track, row.block, row.due) == ("x-wound-care-plan", "sixbb", "visits", date(2027, 2, 1))
    assert row.milestone in on_plan({row.milestone: row})
    assert is_own(the(row.milestone, {row.milestone: row}))


def test_a_second_one_of_a_similar_name_gets_another_id() -> None:
    first = add(NEW, CLINIC, PLAYBOOK, {}, today=TODAY)
    second = add(replace(NEW, short="Wound care plan!"), CLINIC, PLAYBOOK, {first.milestone: first}, today=TODAY)
    assert second.milestone == "x-wound-care-plan-2"


@pytest.mark.parametrize(
    ("new", "error"),
    [
        (replace(NEW, block="nothing"), NoSuchBlock),
        (replace(NEW, block="moud-care"), NoSuchBlock),
        (replace(NEW, due=date(2027, 1, 3)), DateInThePast),
        (replace(NEW, short=""), ReasonNeeded),
        (replace(NEW, description=""), ReasonNeeded),
        (replace(NEW, short="IMPROVEMENT team named"), LabelTaken),
    ],
)
def test_what_cannot_be_added(new: NewMilestone, error: type[Exception]) -> None:
    with pytest.raises(error):
        add(new, CLINIC, PLAYBOOK, {}, today=TODAY)


def test_a_label_of_a_hidden_milestone_is_taken_too() -> None:
    hidden = hide(MilestoneRow(first_beyond()))
    label = the(hidden.milestone).short
    with pytest.raises(LabelTaken):
        add(replace(NEW, short=label), CLINIC, PLAYBOOK, {hidden.milestone: hidden}, today=TODAY)


def test_own_milestones_come_to_an_end() -> None:
    rows = {f"x-{n}": MilestoneRow(f"x-{n}", short=f"Own {n}", block="visits") for n in range(OWN_MILESTONES)}
    with pytest.raises(EnoughOwnMilestones):
        add(NEW, CLINIC, PLAYBOOK, rows, today=TODAY)


def test_hidden_goes_off_the_plan_and_comes_back_with_its_state() -> None:
    row = MilestoneRow("pl-leadership-team", state=State.MOVING, changed_at=NOW)
    hidden = hide(row)
    assert row.milestone not in on_plan({row.milestone: hidden})
    assert show(hidden, CLINIC, PLAYBOOK) == row


def test_shown_beyond_the_pace_stays_at_any_pace() -> None:
    beyond = first_beyond()
    shown = show(MilestoneRow(beyond), CLINIC, PLAYBOOK)
    assert shown.shown is True
    assert beyond in on_plan({beyond: shown})


def test_rewording_is_kept_apart_from_the_playbook() -> None:
    milestone = the("pl-leadership-team")
    row = reword(milestone, "Team chosen", milestone.description, PLAYBOOK)
    assert (row.short, row.description) == ("Team chosen", "")
    again = the("pl-leadership-team", {row.milestone: row})
    assert (again.short, again.description) == ("Team chosen", milestone.description)


def test_the_playbooks_own_words_come_back() -> None:
    milestone = the("pl-leadership-team")
    changed = milestone._replace(row=reword(milestone, "Team chosen", "We have a team.", PLAYBOOK))
    assert reword(changed, milestone.short, milestone.description, PLAYBOOK) == milestone.row
    assert reword(changed, "", "", PLAYBOOK) == milestone.row


def test_an_own_milestone_never_loses_its_sentence() -> None:
    row = add(NEW, CLINIC, PLAYBOOK, {}, today=TODAY)
    with pytest.raises(ReasonNeeded):
        reword(the(row.milestone, {row.milestone: row}), "Wounds", "", PLAYBOOK)


def test_a_milestone_may_keep_its_own_label() -> None:
    everything = whole_plan(CLINIC, PLAYBOOK, {})
    check_label(the("pl-leadership-team"), "improvement TEAM named", everything)
    with pytest.raises(LabelTaken):
        check_label(the("pl-leadership-team"), the("pl-leadership-kickoff").short, everything)


def test_a_slower_pace_takes_nothing_away_that_was_begun() -> None:
    full = replace(CLINIC, pace=Pace.FULL)
    begun, untouched = [m.id for m in whole_plan(CLINIC, PLAYBOOK, {}) if m.id not in on_plan({})][:2]
    rows = {begun: MilestoneRow(begun, state=State.DONE, changed_at=NOW), untouched: MilestoneRow(untouched)}
    kept = {row.milestone: row for row in kept_beyond_pace(full, Pace.LIGHT, PLAYBOOK, rows)}
    assert set(kept) == {begun}
    assert begun in on_plan(rows | kept)
    assert untouched not in on_plan(rows | kept)


def test_every_milestone_is_in_one_block_either_shown_or_hidden() -> None:
    blocks = blocks_of(CLINIC, PLAYBOOK, {})
    shown, hidden = [m.id for b in blocks for m in b.shown], [m.id for b in blocks for m in b.hidden]
    assert set(shown) == on_plan({})
    assert sorted(shown + hidden) == sorted(m.id for m in PLAYBOOK.milestones.values() if m.track == "sixbb")


def test_a_hidden_own_milestone_can_be_found_again() -> None:
    row = hide(add(NEW, CLINIC, PLAYBOOK, {}, today=TODAY))
    visits = next(b for b in blocks_of(CLINIC, PLAYBOOK, {row.milestone: row}) if b.block.id == "visits")
    assert [m.row for m in visits.hidden if is_own(m)] == [row]
