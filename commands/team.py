"""`/mat team`: who does what, and the forms by which leads change roles, recipients, channel, hours and zone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

from commands import closed_days, team_figures, team_group
from commands import setup_reading as reading
from commands.asking import Ask, Handler, Reply
from commands.crowded import crowds_after
from commands.desk import Desk
from commands.form import Form
from commands.place import Place, place
from commands.setup_channel import show_outcome, take_channel
from commands.setup_steps import own_zone
from mat.clinic import Clinic
from mat.delivery import PostKind
from mat.load import CHOSEN
from mat.message import View
from mat.notices import notice_of
from mat.permissions import Action
from mat.ports import Books
from mat.schedules import keep_schedules
from mat.setup import Team, coming, save_team, team_of
from messages import block_kit as kit
from messages import setup as setup_wording
from messages import team as wording

SHOWN_AHEAD = timedelta(days=60)

Form_ = Callable[[Desk, Ask, Clinic, Team], View]


async def team(desk: Desk, ask: Ask) -> Reply:
    """The roster, gaps first; only the caller sees it, and it mentions nobody into a notification."""
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
        report = await _report(desk, here)
    return Reply(message=wording.roster(report, may_change=here.caller.may(Action.CHANGE_TEAM)))


async def _report(desk: Desk, here: Place) -> wording.TeamReport:
    local = desk.clock().astimezone(ZoneInfo(here.clinic.zone))
    ahead = (await here.books.closures.all()).between(local.date(), local.date() + SHOWN_AHEAD)
    team_now = team_of(await here.books.roster.all())
    return wording.TeamReport(here.clinic, desk.playbook, team_now, next(iter(ahead), None))


# -- forms -----------------------------------------------------------------------------------------------------------


def opens(form: Form_) -> Handler:
    """A button that opens a form filled with what is stored."""

    async def handle(desk: Desk, ask: Ask) -> Reply:
        async with desk.work.reading() as books:
            here = await place(desk, books, ask, Action.CHANGE_TEAM)
            now_it = team_of(await here.books.roster.all())
        return Reply(view=form(desk, ask, here.clinic, now_it))

    return handle


async def roles(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
        shown = team_of(await here.books.roster.all())
        new, errors = reading.roles(Form(ask.values), shown, desk.playbook, desk.directory.person)
        if errors:
            return Reply(errors=errors)
        await save_team(here.books, new, desk.playbook)
        await books.commit()
        report = await _report(desk, here)
    return Reply(message=wording.saved_roles(report), home=True)


async def recipients(desk: Desk, ask: Ask) -> Reply:
    """Saves both lists; other readers than before are told to the team's channel in the same transaction."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
        shown = team_of(await here.books.roster.all())
        new, errors = reading.recipients(Form(ask.values), shown, desk.directory.person)
        if errors:
            return Reply(errors=errors)
        changed = set(new.readers) != set(shown.readers)
        await save_team(here.books, new, desk.playbook)
        if changed:
            note = wording.readers_now(here.clinic, new.readers)
            await books.outbox.add(notice_of(here.clinic, here.clinic.channel, note, desk.clock(), desk.new_id))
        await books.commit()
    desk.wake()
    return Reply(message=wording.saved_recipients(new, told=changed), home=True)


async def channel(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
    chosen, errors = reading.channel(Form(ask.values), here.clinic.channel)
    if errors:
        return Reply(errors=errors)

    async def take() -> View:
        taken = await take_channel(desk, ask.workspace, here.clinic.id, chosen)
        return kit.modal("The team's channel", "mat:told:closed", wording.saved_channel(taken).blocks)

    def failed(problem: str) -> View:
        return wording.channel_form(here.clinic, chosen=chosen, problem=problem)

    checking = setup_wording.checking("The team's channel")
    return Reply(view=checking, later=(partial(show_outcome, desk, ask, take, failed),))


async def hours(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
        chosen = reading.hours(Form(ask.values), here.clinic)
        return await _new_times(desk, books, here, chosen, CHOSEN - {PostKind.HUDDLE_AGENDA})


async def zone(desk: Desk, ask: Ask) -> Reply:
    """A new zone for the clinic and for every huddle that went by the old one."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
        sheet = reading.Sheet(Form(ask.values))
        name = reading.zone(sheet, here.clinic.zone)
        if sheet.errors:
            return Reply(errors=sheet.errors)
        for series in await here.books.huddles.series(active_only=False):
            if series.zone == here.clinic.zone:
                await here.books.huddles.save_series(replace(series, zone=name))
        return await _new_times(desk, books, here, replace(here.clinic, zone=name))


async def _new_times(
    desk: Desk, books: Books, here: Place, clinic: Clinic, kinds: Collection[PostKind] = CHOSEN
) -> Reply:
    """Saves the clinic, plans its posts anew in the same transaction, and says what comes next and what of `kinds` may be late."""
    now = desk.clock()
    await books.clinics.save(clinic)
    await keep_schedules(here.books, clinic, now)
    huddles = await here.books.huddles.series()
    next_posts = coming(clinic, huddles, now, await here.books.closures.all())
    await books.commit()
    desk.wake()
    crowds = await crowds_after(desk, clinic, huddles, kinds)
    return Reply(message=wording.saved_times(next_posts, crowds), home=True)


COMMANDS: dict[str, Handler] = {"team": team}
ACTIONS: dict[str, Handler] = {
    **team_group.ACTIONS,
    **closed_days.ACTIONS,
    **team_figures.ACTIONS,
    "team:roles": opens(lambda desk, _, clinic, now_it: wording.roles_form(clinic, now_it, desk.playbook)),
    "team:recipients": opens(lambda _, __, clinic, now_it: wording.recipients_form(clinic, now_it)),
    "team:channel": opens(lambda _, __, clinic, ___: wording.channel_form(clinic)),
    "team:hours": opens(lambda _, __, clinic, ___: wording.hours_form(clinic)),
    "team:zone": opens(lambda desk, ask, clinic, _: wording.zone_form(clinic, own_zone(desk, ask.user))),
}
VIEWS: dict[str, Handler] = {
    **team_group.VIEWS,
    **closed_days.VIEWS,
    **team_figures.VIEWS,
    "team:roles": roles,
    "team:recipients": recipients,
    "team:channel": channel,
    "team:hours": hours,
    "team:zone": zone,
}
