"""`/mat` on its own: what needs you."""

from __future__ import annotations

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.place import Place, place
from mat import plan
from mat import today as rules
from mat.permissions import Action
from mat.today import TodayReport
from mat.zones import wall_clock
from messages import today as wording


async def today(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
        report = await report_for(desk, here, ask.user)
    return Reply(message=wording.today(report))


async def report_for(desk: Desk, here: Place, user: str) -> TodayReport:
    """What needs a person at a clinic now."""
    now = desk.clock()
    milestones = plan.plan_of(here.clinic, desk.playbook, await here.books.milestones.rows())
    member = await here.books.roster.member(user)
    local_today = wall_clock(now, here.clinic.zone).date()
    mine = rules.pressing((m for m in milestones if rules.is_mine(m, user, member)), local_today, now)
    open_asks = await here.books.asks.open() if here.caller.may(Action.ANSWER_ASK) else ()
    facts = desk.directory.person(user)
    return TodayReport(
        clinic=here.clinic,
        now=now,
        name=facts.name if facts else "",
        needs=mine[: rules.SHOWN],
        more=max(0, len(mine) - rules.SHOWN),
        open_asks=len(open_asks),
        next_huddle=await rules.next_huddle(here.books, now),
    )


COMMANDS: dict[str, Handler] = {"": today}
