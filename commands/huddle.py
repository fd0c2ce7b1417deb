"""`/mat huddle [add]`: the clinic's series; making, changing, stopping and starting them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commands.asking import Ask, Handler, Reply
from commands.crowded import crowds_after
from commands.desk import Desk
from commands.huddle_fields import Fields
from commands.place import Place, place
from mat import huddle_editing as editing
from mat.delivery import PostKind
from mat.errors import EnoughHuddles, HuddleChangedSince, HuddleStopped, NoSuchHuddle
from mat.huddles import HuddleSeries, Template
from mat.meetings import next_on, series_report
from mat.permissions import Action
from mat.ports import Books
from mat.schedules import keep_schedules
from mat.zones import wall_clock
from messages import huddle as wording
from messages import huddle_saved as told
from messages.huddle_form import huddle_form


async def huddles(desk: Desk, ask: Ask) -> Reply:
    if ask.words.casefold() == "add":
        return await open_new(desk, ask)
    now = desk.clock()
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
        everything = await here.books.huddles.series(active_only=False)
        going = [await series_report(here.books, desk.playbook, s, now) for s in everything if s.active]
    stopped = [s for s in everything if not s.active]
    return Reply(message=wording.huddles(_look(desk, here), going, stopped))


def _look(desk: Desk, here: Place) -> wording.Shown:
    return wording.Shown(here.clinic, desk.clock(), here.caller.may(Action.CHANGE_HUDDLE))


async def _named(here: Place, ask: Ask) -> HuddleSeries:
    series = await here.books.huddles.one(ask.value.get("series", ""))
    if series is None:
        raise NoSuchHuddle
    return series


# -- the form -------------------------------------------------------------------------------------------------------


async def open_new(desk: Desk, ask: Ask) -> Reply:
    """A form for the first kind the clinic does not have yet."""
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_HUDDLE)
        going = await here.books.huddles.series()
    if len(going) >= editing.SERIES:
        raise EnoughHuddles(limit=editing.SERIES)
    had = {s.template for s in going}
    template = next((t for t in Template if t not in had), Template.DAILY)
    draft = editing.usual(template, desk.playbook, wall_clock(desk.clock(), here.clinic.zone).date())
    return Reply(view=huddle_form(here.clinic, desk.playbook, draft, series=desk.new_id(), new=True))


async def choose_kind(desk: Desk, ask: Ask) -> Reply:
    """Another kind in the form for a new huddle: the form again, with what is usual for that kind."""
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_HUDDLE)
    template = editing.template_named(ask.chosen)
    draft = editing.usual(template, desk.playbook, wall_clock(desk.clock(), here.clinic.zone).date())
    return Reply(view=huddle_form(here.clinic, desk.playbook, draft, series=ask.value.get("series", ""), new=True))


async def open_change(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_HUDDLE)
        series = await _named(here, ask)
    if not series.active:
        raise HuddleStopped(title=series.title)
    draft = editing.draft_of(series, desk.clock())
    return Reply(view=huddle_form(here.clinic, desk.playbook, draft, series=series.id, new=False))


async def save(desk: Desk, ask: Ask) -> Reply:
    """A new series or a changed one, with its schedules in the same transaction. Sent twice, it is saved once."""
    now = desk.clock()
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_HUDDLE)
        kept = await here.books.huddles.one(ask.value.get("series", ""))
        if kept is None and not ask.value.get("new"):
            raise NoSuchHuddle
        if kept is not None and not kept.active:
            raise HuddleStopped(title=kept.title)
        fields = Fields(ask, desk.playbook, wall_clock(now, here.clinic.zone).date())
        draft = fields.draft(editing.draft_of(kept, now) if kept else None)
        if draft is None:
            return fields.problems.reply()
        id_ = kept.id if kept else ask.value.get("series") or desk.new_id()
        series = editing.series_from(draft, id_, here.clinic.zone, now, kept)
        saved = await _keep(desk, books, here, series, None if ask.value.get("new") else kept)
    desk.wake()
    return await _saved(desk, here, saved)


async def _saved(desk: Desk, here: Place, saved: told.Saved, *, head: str = "Saved") -> Reply:
    crowds = await crowds_after(desk, here.clinic, [saved.series], {PostKind.HUDDLE_AGENDA})
    return Reply(message=told.saved(_look(desk, here), saved, head=head, crowds=crowds))


async def _keep(desk: Desk, books: Books, here: Place, series: HuddleSeries, before: HuddleSeries | None) -> told.Saved:
    """Saves a series and its schedules, and commits. Raises `EnoughHuddles`."""
    going = await here.books.huddles.series()
    if series.active and series.id not in {s.id for s in going} and len(going) >= editing.SERIES:
        raise EnoughHuddles(limit=editing.SERIES)
    await here.books.huddles.save_series(series)
    await keep_schedules(here.books, here.clinic, desk.clock())
    await books.commit()
    coming = await next_on(here.books, series, desk.clock())
    return told.Saved(series, coming.at if coming else None, await _agenda_at(here, series), before)


async def _agenda_at(here: Place, series: HuddleSeries) -> datetime | None:
    of_series = (s for s in await here.books.schedules.all() if s.subject == series.id)
    return next((s.next_at for s in of_series if s.kind is PostKind.HUDDLE_AGENDA), None)


# -- stop, start again, undo ----------------------------------------------------------------------------------------


async def stop(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_HUDDLE)
        series = await _named(here, ask)
        if not series.active:
            return Reply(message=told.stopped_already(here.clinic, series), fresh=True)
        await _keep(desk, books, here, replace(series, active=False), series)
    return Reply(message=told.stopped(here.clinic, series))


async def start_again(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_HUDDLE)
        series = await _named(here, ask)
        if series.active:
            return Reply(message=told.goes_on_already(series), fresh=True)
        saved = await _keep(desk, books, here, replace(series, active=True, zone=here.clinic.zone), series)
    desk.wake()
    return await _saved(desk, here, saved, head="Started again")


async def undo(desk: Desk, ask: Ask) -> Reply:
    """Back to what the button carries, while the series is still as that change left it. Raises `HuddleChangedSince`."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_HUDDLE)
        series = await _named(here, ask)
        if editing.fingerprint(series) != ask.value.get("now"):
            raise HuddleChangedSince
        if "rule" not in ask.value:
            await _keep(desk, books, here, replace(series, active=False), series)
            return Reply(message=told.stopped(here.clinic, series))
        was = editing.as_it_was(series, ask.value)
        saved = await _keep(desk, books, here, was, series)
    if not was.active:
        return Reply(message=told.stopped(here.clinic, was))
    desk.wake()
    return await _saved(desk, here, saved, head="Undone")


COMMANDS: dict[str, Handler] = {"huddle": huddles}
ACTIONS: dict[str, Handler] = {
    "huddle:new": open_new,
    "huddle:kind": choose_kind,
    "huddle:change": open_change,
    "huddle:stop": stop,
    "huddle:startagain": start_again,
    "huddle:undo": undo,
}
VIEWS: dict[str, Handler] = {"huddle:save": save}
