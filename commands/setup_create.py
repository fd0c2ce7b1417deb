"""*Create*: in one transaction the clinic is ready and everything it will get is scheduled; then the team hears of its plan."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from commands.asking import Ask, Reply
from commands.desk import Desk
from commands.setup_steps import report, view_of
from mat.errors import AlreadySetUp, ChannelTaken, NoSuchClinic
from mat.ports import Books, OutcomeUnknown, PostFailed
from mat.schedules import keep_schedules
from mat.setup import Step, first_missing
from messages import block_kit as kit
from messages import setup_review as wording
from messages import trouble
from messages.setup_review import SetupReport


async def create(desk: Desk, ask: Ask) -> Reply:
    """Finishes set-up. Pressed twice it says that the clinic is set up; with something missing it shows that screen."""
    async with desk.work.writing() as books:
        clinic = await books.clinics.get(ask.workspace, ask.value.get("clinic", ""))
        if clinic is None:
            raise NoSuchClinic
        if clinic.ready:
            return Reply(message=trouble.error(AlreadySetUp(clinic=clinic.name)))
        made = await report(desk, books, clinic)
        missing = first_missing(clinic, made.team, made.series)
        if missing not in (Step.HOURS, Step.REVIEW):
            return Reply(view=await view_of(desk, books, ask, clinic, missing, resumed=True))
        holder = await books.clinics.at_channel(clinic.workspace, clinic.channel)
        if holder is not None and holder.id != clinic.id:
            raise ChannelTaken(clinic=holder.name)
        made = replace(made, clinic=replace(clinic, ready=True))
        await _store(desk, books, made, ask.user)
        await books.commit()
    desk.wake()
    return Reply(message=wording.created(made), home=True, later=(partial(_tell_team, desk, ask, made),))


async def _store(desk: Desk, books: Books, made: SetupReport, user: str) -> None:
    clinic = made.clinic
    at = books.at(clinic)
    await books.clinics.save(clinic)
    for series in made.series:
        await at.huddles.save_series(series)
    await keep_schedules(at, clinic, desk.clock())
    await books.clinics.remember(clinic.workspace, user, clinic.id)


async def _tell_team(desk: Desk, ask: Ask, made: SetupReport) -> None:
    """Posts the plan; where Slack does not take it, the open modal says why."""
    try:
        await desk.poster.post(made.clinic.channel, wording.plan_summary(made), key=desk.new_id())
    except OutcomeUnknown:
        return  # it most likely stands there, and everything in it can be asked for with /mat status and /mat team
    except PostFailed as problem:
        told = wording.created(made, posted=False, why=wording.why_not_posted(problem.code))
        await desk.surfaces.update_view(ask.view_id, kit.modal("matbot", "mat:told:closed", told.blocks))
