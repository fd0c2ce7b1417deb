"""`/mat status`: where the clinic stands. Read from the store each time; nothing is kept between two answers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from commands.asking import Ask, Reply
from commands.desk import Desk
from commands.once import only_once
from commands.place import Place, place
from commands.slash_text import cut_last
from commands.telling import Teller
from mat.finding import block_of
from mat.message import Message
from mat.permissions import Action
from mat.plan import plan_of
from mat.playbook import Block, Track
from mat.ports import OutcomeUnknown, PostFailed
from mat.status import StatusReport, status_report
from messages import status as wording
from messages import trouble
from messages.left_out import postable


async def status(desk: Desk, ask: Ask) -> Reply:
    """`/mat status [building block] [share]`; with `share` the private answer is the preview and its button posts it."""
    words, _ = cut_last(ask.words, "share")
    narrowed = desk.playbook.find_block(words) if words else None
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
        if words and narrowed is None:
            on_plan = plan_of(here.clinic, desk.playbook, await here.books.milestones.rows())
            narrowed = desk.playbook.blocks.get(block_of(on_plan, words))
        if words and narrowed is None:
            return Reply(message=wording.choose_block(here.clinic, _blocks(desk, here), unknown=words))
        report = await _report(desk, here, narrowed)
        several = sum(c.ready for c in await books.clinics.of_person(ask.workspace, ask.user)) > 1
    may_change = here.caller.may(Action.CHANGE_MILESTONE)
    return Reply(message=wording.status(report, may_change=may_change, other_clinics=several))


async def _report(desk: Desk, here: Place, narrowed: Block | Track | None) -> StatusReport:
    rows = await here.books.milestones.rows()
    last_held = await here.books.huddles.last_held()
    return status_report(here.clinic, desk.playbook, rows, last_held, now=desk.clock(), narrowed=narrowed)


def _blocks(desk: Desk, here: Place) -> list[Block]:
    """The building blocks of the clinic's programs."""
    return [b for b in desk.playbook.blocks.values() if b.track in here.clinic.tracks]


async def share(desk: Desk, ask: Ask) -> Reply:
    """The button: posts the same report, fresh, in the channel it was asked in."""
    narrowed = desk.playbook.find_block(named) if (named := ask.value.get("narrowed")) else None
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
        report = await _report(desk, here, narrowed)
    channel = ask.channel or here.clinic.channel  # Home is no channel
    what = ("status", here.clinic.id, channel, ask.value.get("narrowed", ""))
    if not desk.recent.first(*what, now=desk.clock()):
        return Reply(message=trouble.shared_already(), fresh=True)
    await only_once(desk)
    post = partial(
        _post, desk, replace(ask, channel=channel), what, wording.status(report, may_change=False, shared_by=ask.user)
    )
    return Reply(later=(post,))


async def _post(desk: Desk, ask: Ask, what: tuple[str, ...], message: Message) -> None:
    try:
        await desk.poster.post(ask.channel, postable(message), key=desk.new_id())
    except OutcomeUnknown:
        desk.recent.failed(*what)
        await Teller(desk, ask).say(trouble.shared_perhaps())
    except PostFailed as problem:
        desk.recent.failed(*what)
        await Teller(desk, ask).say(trouble.could_not_share(problem.code))


async def blocks(desk: Desk, ask: Ask) -> Reply:
    """One button a building block of the clinic's tracks."""
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
    return Reply(message=wording.choose_block(here.clinic, _blocks(desk, here)))


async def other(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        await place(desk, books, ask, Action.SEE)
        clinics = await books.clinics.of_person(ask.workspace, ask.user)
    return Reply(message=trouble.which_clinic([c for c in clinics if c.ready], "status"))


COMMANDS = {"status": status}
ACTIONS = {"status:share": share, "status:blocks": blocks, "status:other": other}
