"""Choosing the team's channel. Slack is asked after it has its answer; until then the form says that it is being checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from commands.answering import note
from commands.asking import Ask
from commands.desk import Desk
from mat.clinic import Clinic
from mat.errors import MatError, NoSuchClinic
from mat.message import View
from mat.setup import channel_problem
from messages import trouble


async def take_channel(desk: Desk, workspace: str, clinic_id: str, chosen: str) -> Clinic:
    """Looks a channel up in Slack and makes it the clinic's. Raises why it can't be, or `NoSuchClinic`."""
    facts = await desk.directory.channel(chosen)
    async with desk.work.writing() as books:
        clinic = await books.clinics.get(workspace, clinic_id)
        if clinic is None:
            raise NoSuchClinic
        if problem := channel_problem(facts, clinic, await books.clinics.at_channel(workspace, chosen)):
            raise problem
        clinic = replace(clinic, channel=chosen)
        await books.clinics.save(clinic)
        await books.commit()
    return clinic


async def show_outcome(
    desk: Desk, ask: Ask, work: Callable[[], Awaitable[View]], failed: Callable[[str], View]
) -> None:
    """Puts what `work` gives into the open modal; where it could not be done, `failed` with the sentence that says why."""
    try:
        view = await work()
    except MatError as problem:
        view = failed(problem.sentence)
    except Exception as broken:  # noqa: BLE001 - the person must not be left with "Checking the channel…"
        view = failed(trouble.unexpected(note(broken)).text)
    await desk.surfaces.update_view(ask.view_id, view)
