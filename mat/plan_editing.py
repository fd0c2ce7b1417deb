"""How a clinic makes the plan its own: milestones it adds, hides and rewords. The shipped playbook is never touched.

Everything here ends in `MilestoneRow`s to save; states, dates and owners are changed in `mat.plan`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from mat.clinic import Clinic, Pace
from mat.errors import DateInThePast, EnoughOwnMilestones, LabelTaken, NoSuchBlock, ReasonNeeded
from mat.plan import Milestone, MilestoneRow, State, in_pace, plan_of
from mat.playbook import Block, Playbook, is_clinic_id, new_clinic_id

LABEL = 40
DESCRIPTION = 200
OWN_MILESTONES = 50


@dataclass(frozen=True, slots=True)
class NewMilestone:
    """What a person typed for a milestone of the clinic's own, already guarded. `block` is a building block's id."""

    short: str
    description: str
    block: str
    due: date


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """One building block: what is on the plan, and what could be shown (hidden, or beyond the clinic's pace)."""

    block: Block
    shown: tuple[Milestone, ...]
    hidden: tuple[Milestone, ...]


def whole_plan(clinic: Clinic, playbook: Playbook, rows: Mapping[str, MilestoneRow]) -> tuple[Milestone, ...]:
    """Every milestone of the clinic's tracks and its own, hidden ones too, in the order of the plan."""
    every = {m: MilestoneRow(m) for m in in_pace(playbook, clinic.tracks, Pace.FULL)} | dict(rows)
    return plan_of(clinic, playbook, {m: replace(row, shown=True) for m, row in every.items()})


def blocks_of(clinic: Clinic, playbook: Playbook, rows: Mapping[str, MilestoneRow]) -> tuple[BlockPlan, ...]:
    """The plan by building block, in the playbook's order; blocks of tracks the clinic does not follow are left out."""
    on_plan = plan_of(clinic, playbook, rows)
    ids = {m.id for m in on_plan}
    off_plan = [
        m._replace(row=rows.get(m.id, MilestoneRow(m.id)))
        for m in whole_plan(clinic, playbook, rows)
        if m.id not in ids
    ]
    return tuple(
        BlockPlan(
            block, tuple(m for m in on_plan if m.block == block.id), tuple(m for m in off_plan if m.block == block.id)
        )
        for block in playbook.blocks.values()
        if block.track in clinic.tracks
    )


def is_own(milestone: Milestone) -> bool:
    """Whether the clinic added it itself."""
    return is_clinic_id(milestone.id)


def add(
    new: NewMilestone, clinic: Clinic, playbook: Playbook, rows: Mapping[str, MilestoneRow], *, today: date
) -> MilestoneRow:
    """The row of a new milestone of the clinic's own; `today` is the clinic's.

    Raises `ReasonNeeded`, `LabelTaken`, `NoSuchBlock`, `DateInThePast` or `EnoughOwnMilestones`.
    """
    block = playbook.blocks.get(new.block)
    if block is None or block.track not in clinic.tracks:
        raise NoSuchBlock
    if new.due < today:
        raise DateInThePast(date=f"{new.due:%B} {new.due.day}, {new.due.year}")
    if sum(row.startswith("x-") for row in rows) >= OWN_MILESTONES:
        raise EnoughOwnMilestones(limit=OWN_MILESTONES)
    check_label(None, new.short, whole_plan(clinic, playbook, rows))
    if not new.description:
        raise ReasonNeeded(what="what done looks like")
    id_ = new_clinic_id(new.short, rows.keys() | playbook.milestones.keys())
    return MilestoneRow(
        id_, due=new.due, shown=True, short=new.short, description=new.description, track=block.track, block=block.id
    )


def reword(milestone: Milestone, short: str, description: str, playbook: Playbook) -> MilestoneRow:
    """The row with a new label and sentence; what is empty, or the same as in the playbook, is the playbook's again.

    Call `check_label` first. Raises `ReasonNeeded` for an own milestone without a sentence.
    """
    shipped = playbook.milestones.get(milestone.id)
    if shipped is None:
        if not description:
            raise ReasonNeeded(what="what done looks like")
        return replace(milestone.row, short=short, description=description)
    short = "" if short == shipped.short else short
    description = "" if description == shipped.description else description
    return replace(milestone.row, short=short, description=description)


def check_label(milestone: Milestone | None, short: str, everything: Iterable[Milestone]) -> None:
    """A label is there and no other milestone has it. `milestone`: the one it is for, None for a new one.

    `everything`: the whole plan. Raises `ReasonNeeded` or `LabelTaken`.
    """
    if not short:
        raise ReasonNeeded(what="what to call it")
    others = (m for m in everything if milestone is None or m.id != milestone.id)
    if any(m.short.casefold() == short.casefold() for m in others):
        raise LabelTaken(label=short)


def hide(row: MilestoneRow) -> MilestoneRow:
    """Off the plan until somebody shows it again; its state is kept."""
    return replace(row, shown=False)


def show(row: MilestoneRow, clinic: Clinic, playbook: Playbook) -> MilestoneRow:
    """Back on the plan; where the pace shows it anyway, the pace decides again."""
    by_pace = row.milestone in in_pace(playbook, clinic.tracks, clinic.pace)
    return replace(row, shown=None if by_pace else True)


def kept_beyond_pace(
    clinic: Clinic, pace: Pace, playbook: Playbook, rows: Mapping[str, MilestoneRow]
) -> tuple[MilestoneRow, ...]:
    """Rows to save with a change of pace, so that nothing the clinic has begun or finished leaves the plan."""
    chosen = in_pace(playbook, clinic.tracks, pace)
    begun = (m.row for m in plan_of(clinic, playbook, rows) if m.state is not State.LATER and m.row.shown is None)
    return tuple(replace(row, shown=True) for row in begun if row.milestone not in chosen)
