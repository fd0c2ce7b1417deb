"""App Home."""

from __future__ import annotations

from dataclasses import replace

from commands.asking import Ask
from commands.desk import Desk
from commands.place import Place, WhichClinic, place
from commands.today import report_for
from mat.concerns import ClinicKey
from mat.errors import NoSuchClinic
from mat.message import View
from mat.permissions import Action
from mat.ports import Books
from mat.status import status_report
from messages import block_kit as kit
from messages import home as wording
from messages import trouble


async def home(desk: Desk, ask: Ask) -> View:
    """What Home shows this person now. Raises refusals; they become a sentence on Home."""
    async with desk.work.reading() as books:
        try:
            here = await _place(desk, books, ask)
        except WhichClinic as several:
            return kit.home(trouble.which_clinic(several.clinics, "").blocks)
        today = await report_for(desk, here, ask.user)
        rows = await here.books.milestones.rows()
        last_held = await here.books.huddles.last_held()
        own = await books.clinics.of_person(ask.workspace, ask.user)
    status = status_report(here.clinic, desk.playbook, rows, last_held, now=today.now)
    said = await desk.concerns.said_and_done(ClinicKey(here.clinic.workspace, here.clinic.id))
    others = [c for c in own if c.ready and c.id != here.clinic.id]
    leads, reads = (here.caller.may(action) for action in (Action.CHANGE_TEAM, Action.READ_CONCERNS))
    return wording.home(today, status, said, others, leads=leads, reads=reads)


async def _place(desk: Desk, books: Books, ask: Ask) -> Place:
    """The clinic of what was just done, or where that is what was deleted, the one that the person finds now."""
    try:
        return await place(desk, books, ask, Action.SEE)
    except NoSuchClinic:
        return await place(desk, books, replace(ask, value={}), Action.SEE)
