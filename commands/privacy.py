"""`/mat privacy`, and deleting: what is held about oneself, and about a clinic."""

from __future__ import annotations

from functools import partial

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.forgetting import forget_person
from commands.form import Form
from commands.place import place
from mat.clinic import Clinic, Member
from mat.concerns import ClinicKey
from mat.errors import OtherName
from mat.permissions import Action, Caller, caller
from mat.ports import Books
from messages import privacy as wording


async def privacy(desk: Desk, ask: Ask) -> Reply:
    """For all staff, also where no clinic is set up."""
    async with desk.work.reading() as books:
        await _require_staff(desk, books, ask)
        clinics = await _may_delete(desk, books, ask)
    return Reply(message=wording.privacy(clinics))


async def _require_staff(desk: Desk, books: Books, ask: Ask) -> None:
    """Staff of the workspace, and a facilitator from outside who is on a roster."""
    own = await books.clinics.of_person(ask.workspace, ask.user)
    members = [await books.at(clinic).roster.member(ask.user) for clinic in own]
    on_team = next((m for m in members if m is not None and m.roles), None)
    _caller(desk, ask, on_team).require(Action.SEE)


def _caller(desk: Desk, ask: Ask, member: Member | None) -> Caller:
    return caller(ask.user, desk.directory.person(ask.user), member, named_admin=ask.user in desk.admins)


async def _may_delete(desk: Desk, books: Books, ask: Ask) -> tuple[Clinic, ...]:
    """The clinic of this channel, else every clinic that the person may delete."""
    here = await books.clinics.at_channel(ask.workspace, ask.channel) if ask.channel else None
    found = (here,) if here else await books.clinics.all(ask.workspace)
    return tuple([c for c in found if c.ready and await _may(desk, books, ask, c)])


async def _may(desk: Desk, books: Books, ask: Ask, clinic: Clinic) -> bool:
    member = await books.at(clinic).roster.member(ask.user)
    return _caller(desk, ask, member).may(Action.DELETE_CLINIC)


async def forget_me(desk: Desk, ask: Ask) -> Reply:
    """Deletes what is held about the person; where that changes who reads concerns or who leads, the team hears of it."""
    async with desk.work.writing() as books:
        await _require_staff(desk, books, ask)
        await forget_person(books, ask.workspace, ask.user, now=desk.clock(), new_id=desk.new_id)
        await books.commit()
    desk.wake()
    return Reply(message=wording.forgotten(), home=True)


async def open_delete(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.DELETE_CLINIC)
    return Reply(view=wording.delete_form(here.clinic))


async def delete_clinic(desk: Desk, ask: Ask) -> Reply:
    """Deletes a clinic once its name is typed. The concerns go first: if they can't be deleted, nothing is."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.DELETE_CLINIC)
        clinic = here.clinic
        if _plain(Form(ask.values).text("confirm")) != _plain(clinic.name):
            raise OtherName
        await books.clinics.forget_clinic(clinic.workspace, clinic.id)
        await desk.concerns.forget_clinic(ClinicKey(clinic.workspace, clinic.id))
        await books.commit()
    last_word = partial(_last_word, desk, clinic, ask.user)
    return Reply(message=wording.deleted(clinic.name), home=True, later=(last_word,))


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


async def _last_word(desk: Desk, clinic: Clinic, user: str) -> None:
    """Beside the outbox, whose rows of this clinic are gone; where Slack does not take it, the deletion stands."""
    await desk.poster.post(clinic.channel, wording.told_team(clinic.name, user), key=desk.new_id())


COMMANDS: dict[str, Handler] = {"privacy": privacy}
ACTIONS: dict[str, Handler] = {"privacy:forget": forget_me, "privacy:delete": open_delete}
VIEWS: dict[str, Handler] = {"privacy:delete": delete_clinic}
