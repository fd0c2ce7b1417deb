"""The forms behind `/mat plan`: a milestone of the clinic's own, and other words for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mat.clinic import Clinic
from mat.message import Block, View
from mat.plan import Milestone
from mat.plan_editing import DESCRIPTION, LABEL
from mat.playbook import Block as BuildingBlock
from messages import block_kit as kit


def add_form(clinic: Clinic, blocks: Sequence[BuildingBlock], due: date, *, block: str = "", label: str = "") -> View:
    """A milestone of the clinic's own. `block`: id of the one to preset; `label`: what was typed behind the command."""
    options = [kit.option(b.title, b.id) for b in blocks]
    preset = block if block in {b.id for b in blocks} else None
    chooser = kit.choice("static_select", "mat:block", options, initial=preset, placeholder="Choose one")
    fields = [
        kit.field("Building block", chooser, block_id="block"),
        _label_field(label),
        _sentence_field(""),
        kit.field("Due", kit.date_picker("mat:due", initial=due), block_id="due"),
    ]
    # What stands in the form to begin with travels along: some clients send null for a field nobody touched.
    metadata = kit.pack(clinic=clinic.id, block=preset or "", typed=kit.cut(label, LABEL))
    return kit.modal("Add a milestone", "mat:plan:add", fields, submit="Add", metadata=metadata)


def reword_form(clinic: Clinic, milestone: Milestone) -> View:
    fields = [_label_field(milestone.short), _sentence_field(milestone.description)]
    metadata = kit.pack(clinic=clinic.id, milestone=milestone.id)
    return kit.modal("Reword", "mat:plan:reword", fields, submit="Save", metadata=metadata)


def _label_field(initial: str) -> Block:
    element = kit.text_field("mat:label", initial=initial, max_length=LABEL, placeholder="Wound care plan")
    return kit.field("Name", element, block_id="label", hint="A few words; everybody sees them in lists.")


def _sentence_field(initial: str) -> Block:
    element = kit.text_field("mat:sentence", initial=initial, multiline=True, max_length=DESCRIPTION)
    hint = "One sentence. Nothing about a patient, please."
    return kit.field("What does done look like?", element, block_id="sentence", hint=hint)
