"""`/mat plan`: the plan by building block, and what was changed on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mat.clinic import Clinic
from mat.message import Block, Message
from mat.plan import Milestone, State, tally
from mat.plan_editing import BlockPlan, is_own
from mat.playbook import Block as BuildingBlock
from mat.zones import wall_clock
from messages import block_kit as kit
from messages.status import milestone_button, state_and_due

ROWS_IN_OVERVIEW = 5
ROWS_ON_PAGE = 8
STATE_WORDS = {State.NOT_FOR_US: "not for us"}


@dataclass(frozen=True, slots=True)
class Shown:
    """Who looks and when. `now` is aware; `may_change`: whether the buttons that change things are shown."""

    clinic: Clinic
    now: datetime
    may_change: bool


def overview(look: Shown, blocks: Sequence[BlockPlan]) -> Message:
    """Every building block with its first open milestones, and a button that opens it."""
    shown, hidden = sum(len(b.shown) for b in blocks), sum(len(b.hidden) for b in blocks)
    sums = f"{milestones(shown)} on the plan, {hidden} hidden or beyond your pace. Pace: {look.clinic.pace}."
    rows: list[Block] = [kit.header(f"{look.clinic.name}: our plan"), kit.context(sums)]
    if not shown:
        text = "Nothing is on the plan yet. Add a milestone of your own, or open a building block to show some."
        rows.append(kit.section(text))
    for number, block in enumerate(blocks):
        value = kit.pack(clinic=look.clinic.id, block=block.block.id)
        button = kit.button("Open", f"mat:plan:block#{number}", value, spoken=f"Open {block.block.title}")
        rows.append(kit.section(_in_overview(look, block), accessory=button))
    if look.may_change:
        pace = kit.button("Change pace", "mat:plan:paces", kit.pack(clinic=look.clinic.id))
        rows.append(kit.actions(_add_button(look.clinic), pace))
    spoken = " ".join(f"{kit.escape(b.block.title)}: {_counts(look, b)}." for b in blocks)
    return kit.message(f"Our plan: {sums} {spoken}", rows)


def _in_overview(look: Shown, block: BlockPlan) -> str:
    open_ones = [m for m in block.shown if m.open]
    lines = [f"*{kit.escape(block.block.title)}*  ·  {_counts(look, block)}"]
    lines += [f"• {kit.escape(m.short)}  ·  {_state(look, m)}" for m in open_ones[:ROWS_IN_OVERVIEW]]
    if len(open_ones) > ROWS_IN_OVERVIEW:
        lines.append(f"  and {len(open_ones) - ROWS_IN_OVERVIEW} more")
    return "\n".join(lines)


def _counts(look: Shown, block: BlockPlan) -> str:
    counts = tally(block.shown, look.now)
    return f"{counts.done} of {counts.total} done" if counts.total else "nothing on the plan"


def _state(look: Shown, milestone: Milestone) -> str:
    state = milestone.shows_as(look.now)
    if not milestone.open:
        return STATE_WORDS.get(state, state.value)
    return state_and_due(milestone, state, wall_clock(look.now, look.clinic.zone).date())


def milestones(count: int) -> str:
    return "1 milestone" if count == 1 else f"{count} milestones"


# -- one building block ---------------------------------------------------------------------------------------------


def block_page(look: Shown, block: BlockPlan, page: int = 0, *, notice: Block | None = None) -> Message:
    """One building block, a page at a time (`page` counts from 0); `notice` stands above it."""
    page, rows_here, pages = _paged(block.shown, page)
    rows: list[Block] = [notice] if notice else []
    rows.append(kit.header(block.block.title))
    rows += [row for m in rows_here for row in _row(look, m, page)]
    if not rows_here:
        rows.append(kit.section("Nothing of this building block is on the plan."))
    rows.append(_ways_on(look, block, page, pages, "block"))
    names = "; ".join(f"{kit.escape(m.short)}, {_state(look, m)}" for m in rows_here)
    return kit.message(_spoken(notice, f"{kit.escape(block.block.title)}: {names or 'nothing on the plan'}."), rows)


def hidden_page(look: Shown, block: BlockPlan, page: int = 0, *, notice: Block | None = None) -> Message:
    """What of a building block is not on the plan, each with a button that puts it there."""
    page, rows_here, pages = _paged(block.hidden, page)
    rows: list[Block] = [notice] if notice else []
    rows += [kit.header(f"{block.block.title}: not on the plan")]
    for milestone in rows_here:
        rows.append(_off_plan_row(look, milestone, page))
    if not rows_here:
        rows.append(kit.section("Nothing is hidden here."))
    rows.append(_ways_on(look, block, page, pages, "hidden"))
    names = "; ".join(kit.escape(m.short) for m in rows_here)
    return kit.message(_spoken(notice, f"Not on the plan: {names or 'nothing'}."), rows)


def off_plan(look: Shown, found: Sequence[Milestone]) -> Message:
    """For words that match only what is not on the plan: each with a button that puts it there."""
    names = "; ".join(kit.escape(m.short) for m in found[:ROWS_ON_PAGE])
    head = "Not on your plan just now. Once it is, you can mark it:"
    rows = [kit.section(head), *(_off_plan_row(look, m, 0) for m in found[:ROWS_ON_PAGE])]
    if len(found) > ROWS_ON_PAGE:
        rows.append(kit.context(f"and {len(found) - ROWS_ON_PAGE} more; add a word to narrow it down"))
    return kit.message(f"{head} {names}.", rows)


def _off_plan_row(look: Shown, milestone: Milestone, page: int) -> Block:
    why = "hidden" if milestone.row.shown is False else f"beyond the pace you chose ({look.clinic.pace})"
    text = f"*{kit.escape(milestone.short)}*  ·  {why}\n{kit.escape(milestone.description)}"
    button = _edit_button("Put on the plan", "show", look.clinic, milestone, page) if look.may_change else None
    return kit.section(text, accessory=button)


def _paged(milestones: Sequence[Milestone], page: int) -> tuple[int, Sequence[Milestone], int]:
    """The page itself (the last one for a number too high), its milestones, and how many pages there are."""
    pages = max(1, -(-len(milestones) // ROWS_ON_PAGE))
    page = min(max(page, 0), pages - 1)
    return page, milestones[page * ROWS_ON_PAGE : (page + 1) * ROWS_ON_PAGE], pages


def _row(look: Shown, milestone: Milestone, page: int) -> list[Block]:
    own = "  ·  your own" if is_own(milestone) else ""
    owner = f", with <@{milestone.owner}>" if milestone.owner and milestone.open else ""
    text = f"*{kit.escape(milestone.short)}*  ·  {_state(look, milestone)}{owner}{own}\n{kit.escape(milestone.description)}"
    if not look.may_change:
        return [kit.section(text)]
    buttons = [_edit_button(*edit, look.clinic, milestone, page) for edit in (("Reword", "reword"), ("Hide", "hide"))]
    if milestone.open:
        dated = (("Move", "move"), ("Give", "give"))
        buttons = [milestone_button(look.clinic, milestone, *verb) for verb in dated] + buttons
    return [kit.section(text), kit.actions(*buttons)]


def _ways_on(look: Shown, block: BlockPlan, page: int, pages: int, kind: str) -> Block:
    def to(label: str, verb: str, number: int, nth: str = "") -> Block:
        value = kit.pack(clinic=look.clinic.id, block=block.block.id, page=str(number))
        return kit.button(label, f"mat:plan:{verb}{nth}", value)

    buttons = [to("Earlier ones", kind, page - 1, "#before")] if page > 0 else []
    buttons += [to("More", kind, page + 1, "#after")] if page + 1 < pages else []
    if kind == "hidden":
        buttons.append(to("Back", "block", 0))
    elif block.hidden:
        buttons.append(to(f"Not on the plan ({len(block.hidden)})", "hidden", 0))
    if look.may_change:
        buttons.append(_add_button(look.clinic, block.block))
    buttons.append(kit.button("Whole plan", "mat:go:run#plan", kit.pack(clinic=look.clinic.id, line="plan")))
    return kit.actions(*buttons)


def _add_button(clinic: Clinic, block: BuildingBlock | None = None) -> Block:
    value = kit.pack(clinic=clinic.id, block=block.id) if block else kit.pack(clinic=clinic.id)
    return kit.button("Add a milestone", "mat:plan:add", value)


def _edit_button(label: str, verb: str, clinic: Clinic, milestone: Milestone, page: int = 0) -> Block:
    value = kit.pack(clinic=clinic.id, milestone=milestone.id, page=str(page))
    return kit.button(label, f"mat:plan:{verb}", value, spoken=f"{label}: {milestone.short}")


def _spoken(notice: Block | None, text: str) -> str:
    return f"{notice['text']['text']} {text}" if notice else text


# -- what was done --------------------------------------------------------------------------------------------------


def hidden_notice(clinic: Clinic, milestone: Milestone) -> Block:
    text = f"*Hidden:* {kit.escape(milestone.short)}. It keeps its state, and no longer counts."
    return kit.section(text, accessory=_edit_button("Undo", "show", clinic, milestone))


def shown_notice(clinic: Clinic, milestone: Milestone) -> Block:
    text = f"*On the plan:* {kit.escape(milestone.short)}, due {kit.day(milestone.due)}, {milestone.due.year}."
    return kit.section(text, accessory=_edit_button("Undo", "hide", clinic, milestone))


def added(clinic: Clinic, milestone: Milestone, block: BuildingBlock) -> Message:
    due = f"{kit.day(milestone.due)}, {milestone.due.year}"
    text = f"*Added to {kit.escape(block.title)}:* {kit.escape(milestone.short)}, due {due}."
    return _with_buttons(text, clinic, milestone, ("Undo", "hide"), ("Reword", "reword"))


def reworded(clinic: Clinic, milestone: Milestone) -> Message:
    text = f"*Reworded:* {kit.escape(milestone.short)}\n{kit.escape(milestone.description)}"
    changed = not is_own(milestone) and (milestone.row.short or milestone.row.description)
    reset = [("Use the playbook's words", "original")] if changed else []
    return _with_buttons(text, clinic, milestone, *reset, ("Reword again", "reword"))


def _with_buttons(text: str, clinic: Clinic, milestone: Milestone, *edits: tuple[str, str]) -> Message:
    whole = kit.button("Whole plan", "mat:go:run#plan", kit.pack(clinic=clinic.id, line="plan"))
    buttons = [_edit_button(label, verb, clinic, milestone) for label, verb in edits]
    return kit.message(text, [kit.section(text), kit.actions(*buttons, whole)])
