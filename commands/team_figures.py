"""`/mat team`, *Figures*: from how many concerns on the digest shows anything of them."""

from __future__ import annotations

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.form import Form
from commands.place import place
from mat.clinic import Clinic
from mat.concerns import ClinicKey
from mat.concerns.digest import check_group_size
from mat.errors import GroupSizeOutOfRange
from mat.notices import notice_of
from mat.permissions import Action
from messages import team_figures as wording


async def open_form(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
    return Reply(view=wording.form(here.clinic, await desk.concerns.group_size(_key(here.clinic))))


async def save(desk: Desk, ask: Ask) -> Reply:
    """Staff are told of a smaller number before it is kept: killed in between, they were told of what is not so, never the reverse."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
        before = await desk.concerns.group_size(_key(here.clinic))
        chosen = Form(ask.values).option("size", str(before))
        try:
            size = check_group_size(int(chosen) if chosen.isascii() and chosen.isdecimal() else 0)
        except GroupSizeOutOfRange as problem:
            return Reply(errors={"size": problem.sentence})
        if size < before:
            note = wording.smaller_now(here.clinic, before, size)
            await books.outbox.add(notice_of(here.clinic, here.clinic.channel, note, desk.clock(), desk.new_id))
        await books.commit()
    if size != before:
        await desk.concerns.set_group_size(_key(here.clinic), size)
    desk.wake()
    return Reply(message=wording.saved(size, told=size < before))


def _key(clinic: Clinic) -> ClinicKey:
    return ClinicKey(clinic.workspace, clinic.id)


ACTIONS: dict[str, Handler] = {"team:figures": open_form}
VIEWS: dict[str, Handler] = {"team:figures": save}
