"""Which clinic a person means, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass

from commands.asking import Ask
from commands.desk import Desk
from mat.clinic import Clinic
from mat.errors import MatError, NoClinicHere, NoSuchClinic
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
    Raises `NoClinicHere`, `NoSuchClinic`, `WhichClinic` or a refusal.
    """
    clinic = await _clinic_meant(books, ask)
    at = books.at(clinic)
    member = await at.roster.member(ask.user)
    who = caller(ask.user, desk.directory.person(ask.user), member, named_admin=ask.user in desk.admins)
    who.require(action)
    return Place(clinic, at, who)


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
