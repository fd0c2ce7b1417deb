"""`/mat digest`: the next digest, looked at before it goes. The concern section is the one computed last."""

from __future__ import annotations

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.place import place
from mat.concerns import ClinicKey
from mat.digest import A_WEEK, digest_report
from mat.permissions import Action
from messages import digest as wording


async def digest(desk: Desk, ask: Ask) -> Reply:
    now = desk.clock()
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE_DIGEST)
        section = await desk.concerns.last_digest(ClinicKey(here.clinic.workspace, here.clinic.id))
        report = await digest_report(here.books, here.clinic, desk.playbook, section, since=now - A_WEEK, now=now)
    return Reply(message=wording.digest(report, desk.playbook, preview=True))


COMMANDS: dict[str, Handler] = {"digest": digest}
