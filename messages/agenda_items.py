"""`/mat agenda` and what people put on an agenda themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mat.agenda import AgendaReport
from mat.clinic import Clinic
from mat.huddles import AgendaItem, HuddleSeries, Meeting
from mat.meetings import ITEM_TEXT
from mat.message import Block, Message, View
from messages import block_kit as kit
from messages import huddle_words as words
from messages.agenda import agenda
from messages.huddle import series_button

ITEM_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Coming:
    """A series and its next huddle."""

    series: HuddleSeries
    meeting: Meeting

    def title(self, now: datetime) -> str:
        return words.title(self.series, self.meeting, now)


def next_agenda(report: AgendaReport, *, may_join: bool, removable: Sequence[str], others: Sequence[Coming]) -> Message:
    """The agenda as it will be posted, for one person. `removable`: ids of the items this person may take off."""
    whole = agenda(report)
    rows = [block for block in whole.blocks if block["type"] != "actions"]
    mine = [_item(report.clinic, item) for item in report.added if item.id in removable] if may_join else []
    if mine:
        rows += [kit.context("What you can take off:"), *mine]
    buttons = [series_button("Add an item", "mat:agenda:add", report.clinic, report.series)] if may_join else []
    buttons += [_other(report.clinic, other, n) for n, other in enumerate(others)]
    buttons.append(kit.button("All huddles", "mat:go:run#huddle", kit.pack(clinic=report.clinic.id, line="huddle")))
    rows.append(kit.actions(*buttons))
    return kit.message(whole.text, rows)


def _item(clinic: Clinic, item: AgendaItem) -> Block:
    return kit.section(f"• {_short(item)}", accessory=_take_off(clinic, item))


def _short(item: AgendaItem) -> str:
    return kit.escape(kit.cut(" ".join(item.text.split()), ITEM_SHOWN))


def _take_off(clinic: Clinic, item: AgendaItem) -> Block:
    value = kit.pack(clinic=clinic.id, series=item.series, item=item.id)
    sure = kit.confirm("Take it off?", "It will be gone from the agenda.", "Take it off", "Keep it")
    label = "Take it off"
    return kit.button(label, "mat:agenda:takeoff", value, confirm=sure, spoken=f"{label}: {item.text}")


def _other(clinic: Clinic, other: Coming, number: int) -> Block:
    value = kit.pack(clinic=clinic.id, series=other.series.id)
    return kit.button(other.series.title, f"mat:agenda:show#{number}", value, spoken=f"Agenda of {other.series.title}")


def no_huddle(clinic: Clinic, *, may_change: bool) -> Message:
    text = "No huddle is coming up, so there is no agenda yet."
    if not may_change:
        text += " The improvement team can set one up with `/mat huddle`."
        return kit.message(text, [kit.section(text)])
    new = kit.button("New huddle", "mat:huddle:new", kit.pack(clinic=clinic.id), style="primary")
    return kit.message(text, [kit.section(text), kit.actions(new)])


def which(clinic: Clinic, typed: str, coming: Sequence[Coming]) -> Message:
    """No huddle is called what was typed: a button for each there is."""
    text = f"No huddle is called “{kit.escape(kit.cut(typed, ITEM_SHOWN))}”. These are coming up:"
    buttons = [_other(clinic, one, number) for number, one in enumerate(coming)]
    return kit.message(text, [kit.section(text), kit.actions(*buttons)])


# -- adding ---------------------------------------------------------------------------------------------------------


def add_form(clinic: Clinic, coming: Sequence[Coming], now: datetime, *, item: str, text: str = "") -> View:
    """`coming`: the huddle it is for, or several to choose from, the first one preset; `item`: the id it will have."""
    fields: list[Block] = []
    if len(coming) == 1:
        fields.append(kit.section(f"For *{kit.escape(coming[0].title(now))}*"))
    else:
        options = [kit.option(one.title(now), one.series.id) for one in coming]
        choice = kit.choice("static_select", "mat:series", options, initial=coming[0].series.id)
        fields.append(kit.field("Huddle", choice, block_id="series"))
    hint = "Everybody in the channel will read it. Nothing about a patient, please."
    element = kit.text_field("mat:text", initial=text, multiline=True, max_length=ITEM_TEXT)
    fields.append(kit.field("What do you want to talk about?", element, block_id="text", hint=hint))
    # What stands in the form to begin with travels along: some clients send null for a field nobody touched.
    metadata = kit.pack(clinic=clinic.id, series=coming[0].series.id, item=item, typed=kit.cut(text, ITEM_TEXT))
    return kit.modal("Add an item", "mat:agenda:add", fields, submit="Add", metadata=metadata)


def added(clinic: Clinic, item: AgendaItem, to: Coming, now: datetime, others: Sequence[Coming] = ()) -> Message:
    """What was added where; with *Take it off*, and where there are other huddles a button that moves it to each."""
    text = f"*Added* to {kit.escape(to.title(now))}: {_short(item)}"
    moves = [
        kit.button(
            f"Move to {one.series.title}",
            f"mat:agenda:move#{number}",
            kit.pack(clinic=clinic.id, series=item.series, item=item.id, to=one.series.id),
        )
        for number, one in enumerate(others)
    ]
    another = series_button("Add another", "mat:agenda:add", clinic, to.series)
    return kit.message(text, [kit.section(text), kit.actions(*moves, another, _take_off(clinic, item))])


def taken_off(item: AgendaItem, series: HuddleSeries) -> Message:
    text = f"*Taken off* the agenda of {kit.escape(series.title)}: {_short(item)}"
    return kit.message(text, [kit.section(text)])
