"""`/mat start|stuck|done|drop|undo <words>`, the same as buttons, and the forms behind *Stuck*, *Not for us*, *Move* and *Give*."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from commands.asking import Ask, Handler, Reply, Surface
from commands.desk import Desk
from commands.form import Form
from commands.guarding import doubted, in_form
from commands.milestone_words import STATES, choices, meant, off_plan, split_note
from commands.place import Place, place
from commands.standing_posts import reminder_of
from mat import plan
from mat.errors import NoSuchMilestone, NothingMatches, NothingToUndo, PersonNeeded, YouChangedNothing
from mat.finding import matching
from mat.free_text import accept
from mat.message import Message
from mat.permissions import Action
from mat.plan import Change, Milestone, MilestoneRow
from mat.ports import Books
from mat.setup import FACILITATOR, person_problem
from mat.zones import wall_clock
from messages import milestone as wording

NEEDS_NOTE = frozenset({"stuck", "drop"})
DOUBLED = re.compile(r"^(waiting for|waits for|because)\s+(?=\S)", re.IGNORECASE)
"""Our sentences begin with these words, so a note need not."""


def by_words(verb: str) -> Handler:
    """The command: one match is changed at once, several answer with buttons, what is not on the plan can be put there."""

    async def handle(desk: Desk, ask: Ask) -> Reply:
        words, note = split_note(verb, ask.words)
        async with desk.work.writing() as books:
            here = await place(desk, books, ask, Action.CHANGE_MILESTONE)
            rows = await here.books.milestones.rows()
            found = meant(verb, plan.plan_of(here.clinic, desk.playbook, rows), words)
            if words and not found:
                return off_plan(desk, here, rows, words)
            if len(found) != 1 or not words:
                return Reply(message=choices(here, verb, found, words))
            return await _change(desk, books, here, found[0], verb, note, ask)

    return handle


def by_button(verb: str) -> Handler:
    async def handle(desk: Desk, ask: Ask) -> Reply:
        async with desk.work.writing() as books:
            here = await place(desk, books, ask, Action.CHANGE_MILESTONE)
            milestone = _named(await _plan(desk, here), ask)
            return await _change(desk, books, here, milestone, verb, "", ask)

    return handle


def by_form(verb: str) -> Handler:
    """*Stuck* and *Not for us*, with what was typed into the form."""

    async def handle(desk: Desk, ask: Ask) -> Reply:
        async with desk.work.writing() as books:
            here = await place(desk, books, ask, Action.CHANGE_MILESTONE)
            milestone = _named(await _plan(desk, here), ask)
            note = Form(ask.values).text("note", stored=milestone.note)
            return await _change(desk, books, here, milestone, verb, note, ask)

    return handle


async def undo_words(desk: Desk, ask: Ask) -> Reply:
    """`/mat undo [words]`: the latest change of that milestone, or with no words the person's own latest change."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_MILESTONE)
        milestones = await _plan(desk, here)
        if not ask.words:
            latest = await _own_latest(desk, here, ask.user)
            if latest is None:
                raise YouChangedNothing
            return await _undo(desk, books, here, latest, ask.user)
        recent = await here.books.milestones.changes_since(desk.clock() - plan.UNDO_FOR)
        open_to_undo = {m.row.last_change for m in milestones} & {c.id for c in recent}
        found = [m for m in matching(milestones, ask.words) if m.row.last_change in open_to_undo]
        if not matching(milestones, ask.words):
            raise NothingMatches(words=ask.words[:40])
        if not found:
            raise NothingToUndo
        if len(found) > 1:
            return Reply(message=wording.choose(here.clinic, "undo", found, words=ask.words))
        change = await here.books.milestones.change(found[0].row.last_change)
        return await _undo(desk, books, here, change, ask.user)


async def undo_button(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_MILESTONE)
        named = ask.value.get("change") or (await here.books.milestones.row(ask.value.get("milestone", ""))).last_change
        return await _undo(desk, books, here, await here.books.milestones.change(named), ask.user)


async def open_move(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_MILESTONE)
        milestone = _named(await _plan(desk, here), ask)
    return Reply(view=wording.move_form(here.clinic, milestone, _today(desk, here)))


async def move(desk: Desk, ask: Ask) -> Reply:
    def new_due(row: MilestoneRow, here: Place, milestone: Milestone) -> Change:
        now = desk.clock()
        today = _today(desk, here)
        due = Form(ask.values).day("due") or max(milestone.due, today)  # as the form had it
        return plan.move(row, due, today=today, now=now, by=ask.user, new_id=desk.new_id())

    return await _edit(desk, ask, new_due, wording.moved)


async def open_give(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_MILESTONE)
        milestone = _named(await _plan(desk, here), ask)
    return Reply(view=wording.give_form(here.clinic, milestone))


async def give(desk: Desk, ask: Ask) -> Reply:
    def new_owner(row: MilestoneRow, _here: Place, milestone: Milestone) -> Change:
        owner = Form(ask.values).person("owner", stored=milestone.owner)
        if not owner:
            raise PersonNeeded
        if owner != milestone.owner and (problem := person_problem(desk.directory.person(owner), role=FACILITATOR)):
            raise problem
        return plan.give(row, owner, now=desk.clock(), by=ask.user, new_id=desk.new_id())

    return await _edit(desk, ask, new_owner, wording.given)


# -- shared steps ---------------------------------------------------------------------------------------------------


def _today(desk: Desk, here: Place) -> date:
    return wall_clock(desk.clock(), here.clinic.zone).date()


async def _plan(desk: Desk, here: Place) -> tuple[Milestone, ...]:
    return plan.plan_of(here.clinic, desk.playbook, await here.books.milestones.rows())


def _named(milestones: Sequence[Milestone], ask: Ask) -> Milestone:
    wanted = ask.value.get("milestone", "")
    found = next((m for m in milestones if m.id == wanted), None)
    if found is None:
        raise NoSuchMilestone
    return found


async def _change(desk: Desk, books: Books, here: Place, milestone: Milestone, verb: str, note: str, ask: Ask) -> Reply:
    """Changes the state and commits, or opens the form that asks for what is missing."""
    if milestone.state is STATES[verb] and note in ("", milestone.note):
        return Reply(message=wording.already(milestone), fresh=not ask.value.get("picked"))
    if verb in NEEDS_NOTE and not note and ask.surface is not Surface.MODAL:
        return Reply(view=wording.reason_form(here.clinic, milestone, verb))
    if note and ask.surface is not Surface.MODAL and (doubt := doubted(desk, note)):
        return in_form(Reply(view=wording.reason_form(here.clinic, milestone, verb)), "note", note, doubt)
    note = accept(DOUBLED.sub("", note.strip()), limit=wording.NOTE) if note else ""
    change = plan.set_state(milestone.row, STATES[verb], note, now=desk.clock(), by=ask.user, new_id=desk.new_id())
    await here.books.milestones.record(change)
    await books.commit()
    milestones = await _plan(desk, here)
    now_it = next(m for m in milestones if m.id == milestone.id)
    of_block = plan.tally((m for m in milestones if m.block == now_it.block), desk.clock())
    title = desk.playbook.blocks[now_it.block].title
    message = wording.changed(here.clinic, now_it, title, of_block, _today(desk, here), change=change.id)
    later = (reminder_of(desk, here.clinic),)
    return Reply(message=message, fresh=not ask.value.get("picked"), later=later)


async def _undo(desk: Desk, books: Books, here: Place, change: Change | None, by: str) -> Reply:
    if change is None:
        raise NothingToUndo
    row = await here.books.milestones.row(change.milestone)
    back = plan.undo(row, change, now=desk.clock(), by=by, new_id=desk.new_id())
    await here.books.milestones.record(back)
    await books.commit()
    milestone = next((m for m in await _plan(desk, here) if m.id == change.milestone), None)
    if milestone is None:
        raise NothingToUndo
    return Reply(
        message=wording.undone(here.clinic, milestone, row.state, _today(desk, here)),
        later=(reminder_of(desk, here.clinic),),
    )


async def _own_latest(desk: Desk, here: Place, user: str) -> Change | None:
    recent = await here.books.milestones.changes_since(desk.clock() - plan.UNDO_FOR)
    rows = await here.books.milestones.rows()
    mine = [c for c in recent if c.by == user and (row := rows.get(c.milestone)) and row.last_change == c.id]
    return max(mine, key=lambda c: c.at, default=None)


async def _edit(
    desk: Desk,
    ask: Ask,
    make: Callable[[MilestoneRow, Place, Milestone], Change],
    say: Callable[..., Message],
) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_MILESTONE)
        milestone = _named(await _plan(desk, here), ask)
        change = make(milestone.row, here, milestone)
        if (change.after.due, change.after.owner) == (milestone.row.due, milestone.row.owner):
            return Reply(message=wording.as_it_was(milestone), fresh=True)
        await here.books.milestones.record(change)
        await books.commit()
        milestone = _named(await _plan(desk, here), ask)
    later = (reminder_of(desk, here.clinic),)
    return Reply(message=say(here.clinic, milestone, change=change.id), later=later)


COMMANDS: dict[str, Handler] = {verb: by_words(verb) for verb in STATES} | {"undo": undo_words}
ACTIONS: dict[str, Handler] = {f"milestone:{verb}": by_button(verb) for verb in STATES} | {
    "milestone:undo": undo_button,
    "milestone:move": open_move,
    "milestone:give": open_give,
}
VIEWS: dict[str, Handler] = {
    "milestone:stuck": by_form("stuck"),
    "milestone:drop": by_form("drop"),
    "milestone:move": move,
    "milestone:give": give,
}
