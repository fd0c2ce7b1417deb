"""`/mat plan [building block | add | pace]`: the clinic's own plan. The shipped playbook is never touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.pace import change_pace, paces
from commands.place import Place, place
from commands.plan_reading import block_named, look, milestone_named
from commands.plan_words import add, open_add, open_reword, original, reword
from mat import plan_editing as editing
from mat.clinic import Clinic
from mat.finding import block_of
from mat.message import Block as Piece
from mat.message import Message
from mat.permissions import Action
from mat.plan import Milestone, MilestoneRow
from mat.plan_editing import BlockPlan
from mat.playbook import Block, Playbook
from messages import plan as wording
from messages.status import choose_block

LONGEST_NUMBER = 3


async def plan(desk: Desk, ask: Ask) -> Reply:
    verb, _, rest = ask.words.partition(" ")
    if verb.casefold() == "add":
        return await open_add(desk, replace(ask, words=rest))
    if verb.casefold() == "pace":
        return await paces(desk, ask)
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
        blocks = editing.blocks_of(here.clinic, desk.playbook, await here.books.milestones.rows())
    if not ask.words:
        return Reply(message=wording.overview(look(desk, here), blocks))
    return Reply(message=_narrowed(desk, here, blocks, ask.words))


def _narrowed(desk: Desk, here: Place, blocks: tuple[BlockPlan, ...], words: str) -> Message:
    found = desk.playbook.find_block(words)
    if found is None:
        of_milestone = block_of([m for b in blocks for m in (*b.shown, *b.hidden)], words)
        found = desk.playbook.blocks.get(of_milestone)
    if isinstance(found, Block):
        mine = next((b for b in blocks if b.block.id == found.id), None)
        if mine is not None:
            return wording.block_page(look(desk, here), mine)
    elif found is not None and found.id in here.clinic.tracks:
        return wording.overview(look(desk, here), [b for b in blocks if b.block.track == found.id])
    return choose_block(here.clinic, [b.block for b in blocks], command="plan", unknown=words)


def page_of(kind: str) -> Handler:
    """One building block's page: what is on the plan (`block`), or what is not (`hidden`)."""
    page = wording.block_page if kind == "block" else wording.hidden_page

    async def handle(desk: Desk, ask: Ask) -> Reply:
        async with desk.work.reading() as books:
            here = await place(desk, books, ask, Action.SEE)
            rows = await here.books.milestones.rows()
        block = block_named(desk, here.clinic, rows, ask.value.get("block"))
        return Reply(message=page(look(desk, here), block, _page(ask)))

    return handle


def _page(ask: Ask) -> int:
    number = ask.value.get("page", "0")
    return int(number) if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER else 0


# -- hide and show --------------------------------------------------------------------------------------------------


Rule = Callable[[MilestoneRow, Clinic, Playbook], MilestoneRow]
Notice = Callable[[Clinic, Milestone], Piece]


def changed(rule: Rule, notice: Notice) -> Handler:
    """Changes whether a milestone is on the plan, and shows its building block with what was done above it."""

    async def handle(desk: Desk, ask: Ask) -> Reply:
        async with desk.work.writing() as books:
            here = await place(desk, books, ask, Action.CHANGE_PLAN)
            rows = await here.books.milestones.rows()
            milestone = milestone_named(desk, here.clinic, rows, ask.value.get("milestone"))
            row = rule(milestone.row, here.clinic, desk.playbook)
            await here.books.milestones.save(row)
            await books.commit()
        block = block_named(desk, here.clinic, {**rows, row.milestone: row}, milestone.block)
        told = notice(here.clinic, milestone)
        return Reply(message=wording.block_page(look(desk, here), block, _page(ask), notice=told))

    return handle


COMMANDS: dict[str, Handler] = {"plan": plan}
ACTIONS: dict[str, Handler] = {
    "plan:block": page_of("block"),
    "plan:hidden": page_of("hidden"),
    "plan:hide": changed(lambda row, _clinic, _playbook: editing.hide(row), wording.hidden_notice),
    "plan:show": changed(editing.show, wording.shown_notice),
    "plan:add": open_add,
    "plan:reword": open_reword,
    "plan:original": original,
    "plan:paces": paces,
    "plan:pace": change_pace,
}
VIEWS: dict[str, Handler] = {"plan:add": add, "plan:reword": reword}
