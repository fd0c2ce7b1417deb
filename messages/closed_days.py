"""Closed days: the line a team gets, and the form by which a lead enters them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mat.clinic import Clinic
from mat.closures import AT_MOST, LABEL, Closure, Closures
from mat.holidays import FEDERAL_HOLIDAYS
from mat.message import Block, Message, View
from mat.today import NextHuddle
from messages import block_kit as kit
from messages.today import next_huddle

HOLIDAYS_SHOWN = 3
TITLE = "Closed days"


def days(closure: Closure) -> str:
    """`Thu, November 26`, or `Mon, December 21 to Fri, January 1`."""
    first = kit.day(closure.first)
    return first if closure.first == closure.last else f"{first} to {kit.day(closure.last)}"


def told(closure: Closure, coming: NextHuddle | None) -> Message:
    """The one line in the team's channel."""
    when = "that day" if closure.first == closure.last else "on those days"
    text = f"Closed {days(closure)} ({kit.escape(closure.label)}): no huddles {when}."
    if coming is not None:
        text = f"{text} {next_huddle(coming)}"
    return kit.message(text, [kit.section(text)])


def open_after_all(closure: Closure) -> str:
    """The notice in the team's channel where closed days it has been told of were taken back."""
    return f"Open after all: {days(closure)} ({kit.escape(closure.label)}). Huddles take place as usual."


# -- the form --------------------------------------------------------------------------------------------------------


def form(clinic: Clinic, closures: Closures, today: date, *, new: str) -> View:
    """`new`: the id that what is entered will have, made when the form opens: sent twice, it is saved once."""
    holidays = [kit.option(name, name) for name in FEDERAL_HOLIDAYS]
    blocks: list[Block] = [
        kit.section("On closed days there are no huddles, and concerns wait for the next working day."),
        *_rows(clinic, closures, today),
        kit.field("First day", kit.date_picker("mat:first"), block_id="first", optional=True),
        kit.field(
            "Last day",
            kit.date_picker("mat:last"),
            block_id="last",
            optional=True,
            hint="Leave it empty for a single day.",
        ),
        kit.field(
            "What for?",
            kit.text_field("mat:label", max_length=LABEL, placeholder="Winter break"),
            block_id="label",
            optional=True,
            hint="A few words for the team, nothing about a patient.",
        ),
        kit.field(
            "Federal holidays you keep",
            kit.choice("multi_static_select", "mat:holidays", holidays, initial=sorted(closures.holidays)),
            block_id="holidays",
            optional=True,
            hint="On a weekend, the working day beside it counts too.",
        ),
    ]
    metadata = kit.pack(clinic=clinic.id, closure=new)
    return kit.modal(TITLE, "mat:team:closed", blocks, submit="Save", metadata=metadata)


def _rows(clinic: Clinic, closures: Closures, today: date) -> list[Block]:
    """What is entered already, each with *Remove*, and the next holidays."""
    rows = [
        kit.section(
            f"*{days(span)}*: {kit.escape(span.label)}",
            accessory=kit.button(
                "Remove",
                "mat:team:notclosed",
                kit.pack(clinic=clinic.id, closure=span.id),
                spoken=f"Remove: {days(span)}, {span.label}",
            ),
        )
        for span in ahead(closures, today)
    ]
    if coming := next_holidays(closures, today):
        rows.append(kit.context(f"Next holidays: {_listed(coming)}."))
    return rows


def ahead(closures: Closures, today: date) -> tuple[Closure, ...]:
    """What was entered and is not over."""
    return tuple(span for span in closures.spans if span.last >= today)[:AT_MOST]


def next_holidays(closures: Closures, today: date) -> tuple[Closure, ...]:
    """The next holidays that the clinic keeps, a year ahead at most."""
    in_a_year = today.replace(year=today.year + 1, day=min(today.day, 28))
    return Closures((), closures.holidays).between(today, in_a_year)[:HOLIDAYS_SHOWN]


def _listed(found: Sequence[Closure]) -> str:
    return "; ".join(f"{days(one)} ({kit.escape(one.label)})" for one in found)


def saved(clinic: Clinic, closures: Closures, today: date) -> Message:
    """What stands now, with a way to enter more."""
    entered, holidays = ahead(closures, today), next_holidays(closures, today)
    lines = [f"• {days(one)}: {kit.escape(one.label)}" for one in entered]
    text = "\n".join(["Saved. Closed days ahead:", *lines]) if lines else "Saved. No closed days of your own are ahead."
    if holidays:
        text += f"\nNext holidays: {_listed(holidays)}."
    if lines or holidays:
        text += "\nI tell the team once, on the working day before, when a huddle falls out."
    more = kit.button("Closed days", "mat:team:closed", kit.pack(clinic=clinic.id))
    return kit.message(text, [kit.section(text), kit.actions(more)])
