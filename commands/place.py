"""Which clinic a person means, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass

from commands.asking import Ask
from commands.desk import Desk
from mat.clinic import Clinic, Member
from mat.errors import MatError, NoClinicHere, NoSuchClinic, SetupUnfinished
from mat.permissions import Action, Caller, caller
from mat.ports import Books, ClinicBooks


class WhichClinic(MatError):
    """You work with several clinics. Which one do you mean?"""

    def __init__(self, clinics: tuple[Clinic, ...]) -> None:
        super().__init__()
        self.clinics = clinics


@dataclass(frozen=True, slots=True)
class Place:
    """A clinic, its books, and the person at it."""

    clinic: Clinic
    books: ClinicBooks
    caller: Caller


async def place(desk: Desk, books: Books, ask: Ask, action: Action) -> Place:
    """The clinic a person means, once they may do `action` there.

    A button names its clinic; a command means the clinic of its channel, else the person's only one, else the one they chose last.
    Raises `NoClinicHere`, `NoSuchClinic`, `SetupUnfinished`, `WhichClinic` or a refusal.
    """
    try:
        clinic = await _clinic_meant(books, ask)
    except WhichClinic as several:
        await _require_staff(desk, books, ask, several.clinics, action)
        raise
    at = books.at(clinic)
    who = _caller(desk, ask, await at.roster.member(ask.user), action)
    who.require(action)
    if not clinic.ready:
        raise SetupUnfinished(clinic=clinic.name)
    return Place(clinic, at, who)


def may_set_up(desk: Desk, ask: Ask) -> bool:
    """Whether the person may set up a clinic."""
    return _caller(desk, ask, None, Action.START_SETUP).may(Action.START_SETUP)


def _caller(desk: Desk, ask: Ask, member: Member | None, action: Action) -> Caller:
    # Nobody's name goes out because they came to raise a concern.
    facts = (desk.directory.known if action is Action.RAISE_CONCERN else desk.directory.person)(ask.user)
    return caller(ask.user, facts, member, named_admin=ask.user in desk.admins)


async def _require_staff(desk: Desk, books: Books, ask: Ask, clinics: tuple[Clinic, ...], action: Action) -> None:
    """The names of clinics are for staff, and for a facilitator from outside who is in one of their teams."""
    members = [await books.at(clinic).roster.member(ask.user) for clinic in clinics]
    on_team = next((m for m in members if m is not None and m.roles), None)
    _caller(desk, ask, on_team, action).require(Action.SEE if action is not Action.RAISE_CONCERN else action)


async def _clinic_meant(books: Books, ask: Ask) -> Clinic:
    if named := ask.value.get("clinic"):
        clinic = await books.clinics.get(ask.workspace, named)
        if clinic is None:
            raise NoSuchClinic
        return clinic
    if ask.channel and (clinic := await books.clinics.at_channel(ask.workspace, ask.channel)):
        return clinic
    return await _own_clinic(books, ask)


async def _own_clinic(books: Books, ask: Ask) -> Clinic:
    own = [c for c in await books.clinics.of_person(ask.workspace, ask.user) if c.ready]
    candidates = own or [c for c in await books.clinics.all(ask.workspace) if c.ready]
    if not candidates:
        raise NoClinicHere
    if len(candidates) == 1:
        return candidates[0]
    remembered = await books.clinics.remembered(ask.workspace, ask.user)
    if remembered in candidates:
        return remembered
    raise WhichClinic(tuple(candidates))
