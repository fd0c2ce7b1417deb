"""How much of the playbook a clinic takes on at once."""

from __future__ import annotations

from collections.abc import Mapping

from mat.clinic import Clinic, Pace
from mat.message import Block, Message
from mat.plan import LIGHT_MILESTONES_PER_TRACK
from messages import block_kit as kit
from messages.plan import Shown, milestones

PACES = {
    Pace.LIGHT: f"the first {LIGHT_MILESTONES_PER_TRACK} milestones of each program",
    Pace.STANDARD: "the first two stages: get ready, then put it into practice",
    Pace.FULL: "everything, to the last stage",
}


def paces(look: Shown, sizes: Mapping[Pace, int]) -> Message:
    """The three paces, each with how many milestones it puts on the plan."""
    head = f"How much of the playbook do you take on at once? Now it is *{look.clinic.pace}*."
    rows: list[Block] = [kit.section(head)]
    lines = []
    for pace, what in PACES.items():
        line = f"*{pace.value.capitalize()}*: {what}, {milestones(sizes[pace])}"
        current = pace is look.clinic.pace
        button = kit.button(f"Choose {pace}", f"mat:plan:pace#{pace}", kit.pack(clinic=look.clinic.id, pace=pace.value))
        offered = button if look.may_change and not current else None
        rows.append(kit.section(f"{line} (now)" if current else line, accessory=offered))
        lines.append(line)
    rows.append(kit.context("What you have begun or finished stays on the plan at any pace, and nothing is deleted."))
    return kit.message(" ".join([head, *(f"{line}." for line in lines)]), rows)


def pace_changed(clinic: Clinic, before: Pace, *, was: int, now: int, kept: int) -> Message:
    """`was` and `now`: milestones on the plan; `kept`: how many stay because they were begun."""
    text = f"*Pace:* now {clinic.pace}, with {milestones(now)} on the plan (it was {was})."
    if kept:
        text += f" {milestones(kept)} you have begun stay{'s' if kept == 1 else ''} on it."
    value = kit.pack(clinic=clinic.id, pace=before.value)
    undo = kit.button("Undo", "mat:plan:pace", value, spoken=f"Undo: back to {before}")
    return kit.message(text, [kit.section(text), kit.actions(undo)])


def pace_already(clinic: Clinic) -> Message:
    text = f"The pace is already {clinic.pace}. Nothing was changed."
    return kit.message(text, [kit.section(text)])
