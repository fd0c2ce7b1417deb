"""The steps of set-up between form and store: what a screen shows, and what is kept of what was filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from commands import setup_reading as reading
from commands.asking import Ask
from commands.crowded import crowds_of
from commands.desk import Desk
from commands.form import Form
from commands.setup_reading import Errors
from mat.agenda import agenda_report
from mat.clinic import Clinic
from mat.delivery import PostKind
from mat.errors import AlreadySetUp, ClinicNameTaken, MatError, NoSuchClinic
from mat.message import Block, View
from mat.plan import plan_of
from mat.ports import Books
from mat.setup import Coming, Step, Team, begun_with_plan, coming, save_team, team_of
from mat.zone_names import US_ZONES, zone_named
from messages import agenda as agenda_wording
from messages import setup as wording
from messages.setup_review import SetupReport

ID_LENGTH = 32


def own_zone(desk: Desk, user: str) -> str:
    """The person's zone in Slack; empty where it is not known or no zone we know."""
    facts = desk.directory.person(user)
    try:
        return zone_named(facts.zone) if facts and facts.zone else ""
    except MatError:
        return ""


def blank(desk: Desk, ask: Ask) -> Clinic:
    """A clinic that is not stored yet. Its id comes with the form, so that sending it twice makes one clinic."""
    given = ask.value.get("clinic", "")
    zone = own_zone(desk, ask.user) or next(iter(US_ZONES))
    return Clinic(
        workspace=ask.workspace,
        id=given if given.isalnum() and len(given) <= ID_LENGTH else desk.new_id(),
        name="",
        zone=zone,
        start=desk.clock().astimezone(ZoneInfo(zone)).date(),
        tracks=tuple(desk.playbook.tracks),
    )


async def unfinished(books: Books, ask: Ask) -> Clinic:
    """The clinic a form or button of set-up is about. Raises `NoSuchClinic`, or `AlreadySetUp` once it is ready."""
    clinic = await books.clinics.get(ask.workspace, ask.value.get("clinic", ""))
    if clinic is None:
        raise NoSuchClinic
    if clinic.ready:
        raise AlreadySetUp(clinic=clinic.name)
    return clinic


async def team_shown(books: Books, clinic: Clinic, user: str) -> Team:
    """The roster; until somebody is named, the person who sets up leads, and leads get the digest."""
    team = team_of(await books.at(clinic).roster.all())
    leads = team.leads or (user,)
    return replace(team, leads=leads, digest=team.digest or leads)


# -- what a screen shows ---------------------------------------------------------------------------------------------


async def view_of(desk: Desk, books: Books, ask: Ask, clinic: Clinic, step: Step, *, resumed: bool = False) -> View:
    """A screen filled with what is stored."""
    match step:
        case Step.BASICS:
            return wording.basics(clinic, desk.playbook, own_zone(desk, ask.user), resumed=resumed)
        case Step.CHANNEL:
            return wording.channel(clinic, resumed=resumed)
        case Step.PEOPLE:
            return wording.people(clinic, await team_shown(books, clinic, ask.user), desk.playbook, resumed=resumed)
        case Step.HOURS:
            series = await books.at(clinic).huddles.series()
            return wording.hours(clinic, series[0] if series else None, resumed=resumed)
        case Step.REVIEW:
            return wording.review(await report(desk, books, clinic), resumed=resumed)


async def report(desk: Desk, books: Books, clinic: Clinic) -> SetupReport:
    """Everything the last screen and the plan's first post say."""
    at = books.at(clinic)
    now = desk.clock()
    series = tuple(begun_with_plan(one, clinic, now) for one in await at.huddles.series())
    first = coming(clinic, series, now)
    return SetupReport(
        clinic=clinic,
        playbook=desk.playbook,
        team=team_of(await at.roster.all()),
        series=series,
        plan=plan_of(clinic, desk.playbook, await at.milestones.rows()),
        coming=first,
        agenda=await _first_agenda(desk, books, clinic, first),
        crowds=await crowds_of(desk, books, clinic, series),
    )


async def _first_agenda(desk: Desk, books: Books, clinic: Clinic, first: tuple[Coming, ...]) -> tuple[Block, ...]:
    """The blocks of the first agenda as it will be posted, without its buttons."""
    at = books.at(clinic)
    huddle = next((c for c in first if c.kind is PostKind.HUDDLE_AGENDA), None)
    series = await at.huddles.one(huddle.series) if huddle else None
    if huddle is None or series is None:
        return ()
    found = await agenda_report(at, clinic, desk.playbook, series, local_at=huddle.local, now=desk.clock())
    return tuple(b for b in agenda_wording.agenda(found).blocks if b["type"] != "actions")


# -- what is kept ----------------------------------------------------------------------------------------------------


async def keep_basics(desk: Desk, books: Books, ask: Ask) -> tuple[Clinic, Errors]:
    stored = await books.clinics.get(ask.workspace, ask.value.get("clinic", ""))
    shown = await unfinished(books, ask) if stored else blank(desk, ask)
    form = Form(ask.values)
    clinic, errors = reading.basics(form, shown, desk.playbook, now=desk.clock(), is_new=stored is None)
    same_name = (c for c in await books.clinics.all(ask.workspace) if c.name.casefold() == clinic.name.casefold())
    if any(c.id != clinic.id for c in same_name):
        errors.setdefault("name", ClinicNameTaken(name=clinic.name).sentence)
    if not errors:
        await books.clinics.save(clinic)
    return clinic, errors


async def keep_people(desk: Desk, books: Books, ask: Ask) -> tuple[Clinic, Errors]:
    clinic = await unfinished(books, ask)
    form, shown = Form(ask.values), await team_shown(books, clinic, ask.user)
    team, errors = reading.roles(form, shown, desk.playbook, desk.directory.person)
    team, more = reading.recipients(form, team, desk.directory.person)
    errors |= more
    if not errors:
        await save_team(books.at(clinic), team, desk.playbook)
    return clinic, errors


async def keep_hours(desk: Desk, books: Books, ask: Ask) -> tuple[Clinic, Errors]:
    """The hours and the first huddle; *Not now* stops the one that was filled in before."""
    stored = await unfinished(books, ask)
    huddles = books.at(stored).huddles
    shown = next(iter(await huddles.series()), None)
    form = Form(ask.values)
    clinic = reading.hours(form, stored)
    series, errors = reading.huddle(form, clinic, shown, desk.playbook, new_id=desk.new_id(), now=desk.clock())
    if errors:
        return clinic, errors
    await books.clinics.save(clinic)
    if series is not None:
        await huddles.save_series(series)
    elif shown is not None:
        await huddles.save_series(replace(shown, active=False))
    return clinic, {}


Keep = Callable[[Desk, Books, Ask], Awaitable[tuple[Clinic, Errors]]]
KEEP: Mapping[Step, Keep] = {Step.BASICS: keep_basics, Step.PEOPLE: keep_people, Step.HOURS: keep_hours}
