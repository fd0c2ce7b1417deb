"""How much of the playbook a clinic takes on at once."""

from __future__ import annotations

from dataclasses import replace

from commands.asking import Ask, Reply
from commands.desk import Desk
from commands.place import place
from commands.plan_reading import look
from mat import plan_editing as editing
from mat.clinic import Pace
from mat.errors import NotInTheList
from mat.permissions import Action
from mat.plan import in_pace, plan_of
from messages import pace as wording


async def paces(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
    sizes = {pace: len(in_pace(desk.playbook, here.clinic.tracks, pace)) for pace in Pace}
    return Reply(message=wording.paces(look(desk, here), sizes))


async def change_pace(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_PLAN)
        before = here.clinic
        pace = next((p for p in Pace if p.value == ask.value.get("pace")), None)
        if pace is None:
            raise NotInTheList
        if pace is before.pace:
            return Reply(message=wording.pace_already(before))
        rows = await here.books.milestones.rows()
        kept = {row.milestone: row for row in editing.kept_beyond_pace(before, pace, desk.playbook, rows)}
        after = replace(before, pace=pace)
        for row in kept.values():
            await here.books.milestones.save(row)
        await books.clinics.save(after)
        await books.commit()
    was, now = (len(plan_of(c, desk.playbook, r)) for c, r in ((before, rows), (after, {**rows, **kept})))
    return Reply(message=wording.pace_changed(after, before.pace, was=was, now=now, kept=len(kept)))
