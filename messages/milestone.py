"""Answers and forms about one milestone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mat.clinic import Clinic
from mat.message import Block, Message, View
from mat.plan import CLOSED, Milestone, State, Tally
from messages import block_kit as kit
from messages.status import due

CHOICES_SHOWN = 10
NOTE = 300

STATE_WORDS = {state: state.value for state in State} | {State.NOT_FOR_US: "not for us"}
TO_STATE = {State.MOVING: "start", State.STUCK: "stuck", State.DONE: "done", State.NOT_FOR_US: "drop"}
LABELS = {
    "start": "Start",
    "stuck": "Stuck",
    "done": "Done",
    "drop": "Not for us",
    "undo": "Undo",
    "move": "Move",
    "give": "Give",
}


def changed(
    clinic: Clinic, milestone: Milestone, block_title: str, tally: Tally, today: date, *, change: str
) -> Message:
    """What stands now, with *Undo*; `change` is the id of the change it takes back, `today` the clinic's day."""
    name = kit.escape(milestone.short)
    head = {
        State.DONE: f"*Done:* {name}.",
        State.MOVING: f"*Moving:* {name}, {due(milestone, today)}.",
        State.STUCK: f"*Stuck:* {name}, waiting for {kit.escape(milestone.note)}. The status and the digest show it.",
        State.NOT_FOR_US: f"*Not for us:* {name}, because {kit.escape(milestone.note)}. It no longer counts.",
        State.LATER: f"*Later:* {name}.",
    }[milestone.state]
    counted = milestone.state in CLOSED
    text = f"{head} {kit.escape(block_title)} is now at {tally.done} of {tally.total} done." if counted else head
    value = kit.pack(clinic=clinic.id, milestone=milestone.id, change=change)
    undo = kit.actions(kit.button("Undo", "mat:milestone:undo", value, spoken=f"Undo: {milestone.short}"))
    return kit.message(text, [kit.section(text), undo])


def moved(clinic: Clinic, milestone: Milestone, *, change: str) -> Message:
    text = f"*Moved:* {kit.escape(milestone.short)} is now due {kit.day(milestone.due)}, {milestone.due.year}."
    return _with_undo(text, clinic, milestone, change)


def given(clinic: Clinic, milestone: Milestone, *, change: str) -> Message:
    text = f"*Given:* {kit.escape(milestone.short)} is now with <@{milestone.owner}>."
    return _with_undo(text, clinic, milestone, change)


def _with_undo(text: str, clinic: Clinic, milestone: Milestone, change: str) -> Message:
    value = kit.pack(clinic=clinic.id, milestone=milestone.id, change=change)
    return kit.message(text, [kit.section(text), kit.actions(kit.button("Undo", "mat:milestone:undo", value))])


def undone(clinic: Clinic, milestone: Milestone, was: State, today: date) -> Message:
    """What it is back to; a button brings back what it `was`, for an *Undo* that was one too many."""
    text = (
        f"*Undone:* {kit.escape(milestone.short)} is back to “{STATE_WORDS[milestone.state]}”, {due(milestone, today)}."
    )
    verb = TO_STATE.get(was)
    if verb is None or was is milestone.state:
        return kit.message(text, [kit.section(text)])
    value = kit.pack(clinic=clinic.id, milestone=milestone.id, picked="yes")
    again = kit.button(LABELS[verb], f"mat:milestone:{verb}", value, spoken=f"{LABELS[verb]}: {milestone.short}")
    return kit.message(text, [kit.section(text), kit.actions(again)])


def already(milestone: Milestone) -> Message:
    waits = f", waiting for {kit.escape(milestone.note)}" if milestone.state is State.STUCK and milestone.note else ""
    text = f"{kit.escape(milestone.short)} is already {STATE_WORDS[milestone.state]}{waits}. Nothing was changed."
    return kit.message(text, [kit.section(text)])


def as_it_was(milestone: Milestone) -> Message:
    """For a form that was sent twice, or as it stood."""
    owner = f", with <@{milestone.owner}>" if milestone.owner else ""
    text = f"{kit.escape(milestone.short)} is due {kit.day(milestone.due)}, {milestone.due.year}{owner}, as it was."
    return kit.message(text, [kit.section(text)])


def choose(clinic: Clinic, verb: str, found: Sequence[Milestone], *, words: str) -> Message:
    """Several fit, or nothing was named: one row with a button each."""
    asked = f"Several milestones match “{kit.escape(kit.cut(words, 40))}”." if words else "Which milestone?"
    rows: list[Block] = [kit.section(f"{asked} Press the one you mean:")]
    for milestone in found[:CHOICES_SHOWN]:
        value = kit.pack(clinic=clinic.id, milestone=milestone.id, picked="yes")
        label = LABELS[verb]
        button = kit.button(label, f"mat:milestone:{verb}", value, spoken=f"{label}: {milestone.short}")
        rows.append(kit.section(f"{kit.escape(milestone.short)}  ·  {STATE_WORDS[milestone.state]}", accessory=button))
    hidden = len(found) - CHOICES_SHOWN
    if hidden > 0:
        rows.append(kit.context(f"and {hidden} more; add a word to narrow it down"))
    names = "; ".join(kit.escape(m.short) for m in found[:CHOICES_SHOWN])
    return kit.message(f"{asked} {names}", rows)


def nothing_to_choose(verb: str) -> Message:
    text = f"There is no milestone to mark “{LABELS[verb]}” right now. `/mat plan` shows them all."
    return kit.message(text, [kit.section(text)])


# -- forms ----------------------------------------------------------------------------------------------------------


def reason_form(clinic: Clinic, milestone: Milestone, verb: str) -> View:
    """Asks what a stuck milestone waits for, or why one is not for this clinic."""
    label, title = {
        "stuck": ("What is it waiting for?", "Stuck"),
        "drop": ("Why is it not for your clinic?", "Not for us"),
    }[verb]
    hint = "A few words. Nothing about a patient, please."
    stored = milestone.note if milestone.state in (State.STUCK, State.NOT_FOR_US) else ""
    blocks = [
        kit.section(f"*{kit.escape(milestone.short)}*\n{kit.escape(milestone.description)}"),
        kit.field(label, kit.text_field("mat:note", initial=stored, max_length=NOTE), block_id="note", hint=hint),
    ]
    return kit.modal(title, f"mat:milestone:{verb}", blocks, submit="Save", metadata=_metadata(clinic, milestone))


def move_form(clinic: Clinic, milestone: Milestone, today: date) -> View:
    initial = max(milestone.due, today)
    blocks = [
        kit.section(f"*{kit.escape(milestone.short)}* is due {kit.day(milestone.due)}, {milestone.due.year}."),
        kit.field("New due date", kit.date_picker("mat:due", initial=initial), block_id="due"),
    ]
    return kit.modal("Move", "mat:milestone:move", blocks, submit="Save", metadata=_metadata(clinic, milestone))


def give_form(clinic: Clinic, milestone: Milestone) -> View:
    blocks = [
        kit.section(f"Who takes *{kit.escape(milestone.short)}*?"),
        kit.field("Person", kit.person_picker("mat:owner", initial=milestone.owner), block_id="owner"),
    ]
    return kit.modal("Give", "mat:milestone:give", blocks, submit="Save", metadata=_metadata(clinic, milestone))


def _metadata(clinic: Clinic, milestone: Milestone) -> str:
    return kit.pack(clinic=clinic.id, milestone=milestone.id)
