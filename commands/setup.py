"""`/mat setup`: five screens, each kept as it is sent, so that it can be left and gone on with at any time."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from commands import setup_reading as reading
from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.form import Form
from commands.setup_channel import show_outcome, take_channel
from commands.setup_create import create
from commands.setup_steps import KEEP, blank, own_zone, unfinished, view_of
from mat.clinic import Clinic
from mat.message import View
from mat.permissions import require_setup
from mat.ports import Books
from mat.setup import Step, first_missing, team_of
from messages import setup as wording
from messages import trouble


def _require(desk: Desk, ask: Ask) -> None:
    require_setup(ask.user, desk.directory.person(ask.user), named_admin=ask.user in desk.admins)


async def setup(desk: Desk, ask: Ask) -> Reply:
    """Goes on with the only clinic there is, asks which where there are several, or starts."""
    _require(desk, ask)
    async with desk.work.reading() as books:
        clinics = await books.clinics.all(ask.workspace)
        if not clinics:
            return Reply(view=_first_screen(desk, ask))
        if len(clinics) == 1 and not clinics[0].ready:
            return Reply(view=await _go_on(desk, books, ask, clinics[0]))
    return Reply(message=wording.choose(clinics))


def _first_screen(desk: Desk, ask: Ask) -> View:
    return wording.basics(blank(desk, ask), desk.playbook, own_zone(desk, ask.user))


async def _go_on(desk: Desk, books: Books, ask: Ask, clinic: Clinic) -> View:
    """The first screen that still lacks something, filled with what is stored."""
    at = books.at(clinic)
    step = first_missing(clinic, team_of(await at.roster.all()), await at.huddles.series())
    return await view_of(desk, books, ask, clinic, step, resumed=True)


async def new(desk: Desk, ask: Ask) -> Reply:
    """Another clinic, with an id of its own whatever form the button stood in."""
    _require(desk, ask)
    return Reply(view=_first_screen(desk, replace(ask, value={})))


async def go_on(desk: Desk, ask: Ask) -> Reply:
    _require(desk, ask)
    async with desk.work.reading() as books:
        return Reply(view=await _go_on(desk, books, ask, await unfinished(books, ask)))


async def discard(desk: Desk, ask: Ask) -> Reply:
    """Deletes a clinic that is not ready; nothing was ever posted for it."""
    _require(desk, ask)
    async with desk.work.writing() as books:
        clinic = await unfinished(books, ask)
        await books.clinics.forget_clinic(clinic.workspace, clinic.id)
        await books.commit()
    return Reply(message=wording.discarded(clinic.name))


async def back(desk: Desk, ask: Ask) -> Reply:
    """The screen before. What was filled in on this one is kept where it is whole."""
    _require(desk, ask)
    if ask.value.get("step") not in set(Step):
        return Reply(message=trouble.old_button())
    target = Step(ask.value["step"])
    left = KEEP.get(list(Step)[target.number]) if target is not Step.REVIEW else None
    if left is not None and ask.values:
        async with desk.work.writing() as books:
            _, errors = await left(desk, books, ask)
            if not errors:
                await books.commit()
    async with desk.work.reading() as books:
        return Reply(view=await view_of(desk, books, ask, await unfinished(books, ask), target))


def submitted(step: Step) -> Handler:
    """Keeps one screen and shows the next."""
    following = list(Step)[step.number]

    async def handle(desk: Desk, ask: Ask) -> Reply:
        _require(desk, ask)
        async with desk.work.writing() as books:
            clinic, errors = await KEEP[step](desk, books, ask)
            if errors:
                return Reply(errors=errors)
            await books.commit()
        async with desk.work.reading() as books:
            return Reply(view=await view_of(desk, books, ask, clinic, following))

    return handle


async def channel(desk: Desk, ask: Ask) -> Reply:
    _require(desk, ask)
    async with desk.work.reading() as books:
        clinic = await unfinished(books, ask)
    chosen, errors = reading.channel(Form(ask.values), clinic.channel)
    if errors:
        return Reply(errors=errors)

    async def take() -> View:
        taken = await take_channel(desk, ask.workspace, clinic.id, chosen)
        async with desk.work.reading() as books:
            return await view_of(desk, books, ask, taken, Step.PEOPLE)

    def failed(problem: str) -> View:
        return wording.channel(clinic, chosen=chosen, problem=problem)

    title = f"Set up a clinic ({Step.CHANNEL.number}/{len(Step)})"
    return Reply(view=wording.checking(title), later=(partial(show_outcome, desk, ask, take, failed),))


async def created(desk: Desk, ask: Ask) -> Reply:
    _require(desk, ask)
    return await create(desk, ask)


COMMANDS: dict[str, Handler] = {"setup": setup}
ACTIONS: dict[str, Handler] = {
    "setup:new": new,
    "setup:continue": go_on,
    "setup:back": back,
    "setup:discard": discard,
}
VIEWS: dict[str, Handler] = {
    "setup:basics": submitted(Step.BASICS),
    "setup:channel": channel,
    "setup:people": submitted(Step.PEOPLE),
    "setup:hours": submitted(Step.HOURS),
    "setup:create": created,
}
