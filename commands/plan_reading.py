"""What the parts of `/mat plan` read alike: the plan by building block, one block, one milestone."""

from __future__ import annotations

from collections.abc import Mapping

from commands.desk import Desk
from commands.place import Place
from mat import plan_editing as editing
from mat.clinic import Clinic
from mat.errors import NoSuchBlock, NoSuchMilestone
from mat.permissions import Action
from mat.plan import Milestone, MilestoneRow
from mat.plan_editing import BlockPlan
from messages.plan import Shown

Rows = Mapping[str, MilestoneRow]


def look(desk: Desk, here: Place) -> Shown:
    return Shown(here.clinic, desk.clock(), here.caller.may(Action.CHANGE_PLAN))


def block_named(desk: Desk, clinic: Clinic, rows: Rows, block: str | None) -> BlockPlan:
    """One building block of the clinic's tracks; raises `NoSuchBlock`."""
    found = next((b for b in editing.blocks_of(clinic, desk.playbook, rows) if b.block.id == block), None)
    if found is None:
        raise NoSuchBlock
    return found


def milestone_named(desk: Desk, clinic: Clinic, rows: Rows, milestone: str | None) -> Milestone:
    """A milestone of the clinic's tracks, hidden or not; raises `NoSuchMilestone`."""
    for block in editing.blocks_of(clinic, desk.playbook, rows):
        for found in (*block.shown, *block.hidden):
            if found.id == milestone:
                return found
    raise NoSuchMilestone
