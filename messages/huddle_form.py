"""The form that makes or changes a huddle. Block ids end in the kind the form was built for: see `named`."""

from __future__ import annotations

from mat.clinic import Clinic
from mat.huddle_editing import (
    BEFORE,
    BY_DATE,
    FORTNIGHTLY,
    LENGTHS,
    MONTHLY,
    TITLE,
    WEEKLY,
    HuddleDraft,
    how_often,
)
from mat.huddles import Template
from mat.message import Block, View
from mat.playbook import Playbook
from mat.rhythm import LONG, ORDINALS
from messages import block_kit as kit
from messages.huddle import minutes_words
from messages.zone_words import zone_words

OFTEN = {
    WEEKLY: "Every week",
    FORTNIGHTLY: "Every 2 weeks",
    **{name: f"Once a month, on the {ORDINALS[nth]} such day" for name, nth in MONTHLY.items()},
    BY_DATE: "Once a month, by the date of the first day",
}


def named(field: str, shape: str) -> str:
    """The block id of a field. Slack keeps what was typed where an id stays, so a form for another kind has other ids."""
    return f"{field}-{shape}"


def huddle_form(clinic: Clinic, playbook: Playbook, draft: HuddleDraft, *, series: str, new: bool) -> View:
    """`series`: the id of the one that is changed, or of the one to be; `draft`: what stands in the form to begin with."""
    shape = draft.template.value
    fields = [
        _kind(playbook, draft, shape, new=new),
        kit.field(
            "Name",
            kit.text_field("mat:title", initial=draft.title, max_length=TITLE),
            block_id=named("title", shape),
            hint="What your team calls it.",
        ),
        *_rhythm(draft, shape),
        kit.field(
            f"Time, {zone_words(clinic.zone)}",
            kit.time_picker("mat:time", initial=draft.at, zone=clinic.zone),
            block_id=named("time", shape),
        ),
        _minutes("Length", "minutes", LENGTHS, draft.minutes, "", shape),
        _minutes("Post the agenda", "before", BEFORE, draft.minutes_before, " before", shape),
        kit.field(
            "First day",
            kit.date_picker("mat:first", initial=draft.first_day),
            block_id=named("first", shape),
            hint="It begins on this day, or on the first one after it that fits.",
        ),
    ]
    metadata = kit.pack(clinic=clinic.id, series=series, shape=shape, new="yes" if new else "")
    return kit.modal(
        "New huddle" if new else "Change huddle", "mat:huddle:save", fields, submit="Save", metadata=metadata
    )


def _kind(playbook: Playbook, draft: HuddleDraft, shape: str, *, new: bool) -> Block:
    """For a new huddle a choice fills the form anew with what is usual for its kind."""
    kinds = [kit.option(playbook.agendas[t.value].title, t.value) for t in Template]
    element = kit.choice("static_select", "mat:huddle:kind", kinds, initial=draft.template.value)
    hint = "It decides the topics on the agenda."
    return kit.field("Kind of huddle", element, block_id=named("template", shape), hint=hint, dispatch=new)


def _rhythm(draft: HuddleDraft, shape: str) -> list[Block]:
    often, days = how_often(draft.rhythm)
    choices = [kit.option(label, value) for value, label in OFTEN.items()]
    weekdays = [kit.option(name, str(day)) for day, name in enumerate(LONG)]
    return [
        kit.field(
            "How often",
            kit.choice("static_select", "mat:often", choices, initial=often),
            block_id=named("often", shape),
            hint="By date, the 29th to the 31st mean the last day of the month.",
        ),
        kit.field(
            "Days",
            kit.choice("checkboxes", "mat:days", weekdays, initial=[str(day) for day in days]),
            block_id=named("days", shape),
            optional=True,
            hint="For once a month choose one. By date it needs none.",
        ),
    ]


def _minutes(label: str, field: str, offered: tuple[int, ...], current: int, ending: str, shape: str) -> Block:
    options = [kit.option(f"{minutes_words(n)}{ending}", str(n)) for n in sorted({*offered, current})]
    element = kit.choice("static_select", f"mat:{field}", options, initial=str(current))
    return kit.field(label, element, block_id=named(field, shape))
