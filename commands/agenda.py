"""`/mat agenda [huddle]`: the next agenda as it stands. `/mat agenda add <words>` and its button and shortcut put something on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from commands.agenda_posts import About, refreshing
from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.form import Form
from commands.guarding import doubted, in_form
from commands.meeting import huddle_meant
from commands.place import Place, place
from commands.problems import Problems
from mat.agenda import agenda_report
from mat.clinic import Duty
from mat.errors import AgendaFull, HuddleStopped, ItemGone, NoSuchHuddle, NotYourItem
from mat.free_text import accept
from mat.huddles import AgendaItem
from mat.meetings import ITEM_TEXT, ITEMS, next_on
from mat.permissions import Action
from mat.ports import Books, Later
from messages import agenda_items as wording
from messages import meeting as told
from messages.agenda_items import Coming

WHAT = "what you want to talk about"


async def agenda(desk: Desk, ask: Ask) -> Reply:
    verb, _, rest = ask.words.partition(" ")
    if verb.casefold() == "add":
        ask = replace(ask, words=rest)
        return await add_words(desk, ask) if rest.strip() else await open_add(desk, ask)
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
        coming = await _coming(desk, here)
        wanted = [one for one in coming if ask.words.casefold() in one.series.title.casefold()]
        if coming and not wanted:
            return Reply(message=wording.which(here.clinic, ask.words, coming))
        return await _shown(desk, here, ask, wanted[:1], coming)


async def show(desk: Desk, ask: Ask) -> Reply:
    """The button: the agenda of another series."""
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
        coming = await _coming(desk, here)
        return await _shown(
            desk, here, ask, [one for one in coming if one.series.id == ask.value.get("series")], coming
        )


async def _shown(desk: Desk, here: Place, ask: Ask, wanted: Sequence[Coming], coming: Sequence[Coming]) -> Reply:
    may_join = here.caller.may(Action.JOIN_HUDDLE)
    if not wanted:
        return Reply(message=wording.no_huddle(here.clinic, may_change=may_join))
    series, local_at = wanted[0].series, wanted[0].meeting.local_at
    report = await agenda_report(here.books, here.clinic, desk.playbook, series, local_at=local_at, now=desk.clock())
    removable = [item.id for item in report.added if _may_remove(here, ask, item)]
    others = [one for one in coming if one.series.id != series.id]
    return Reply(message=wording.next_agenda(report, may_join=may_join, removable=removable, others=others))


def _may_remove(here: Place, ask: Ask, item: AgendaItem) -> bool:
    return item.by == ask.user or Duty.LEAD in here.caller.duties


async def _coming(desk: Desk, here: Place) -> list[Coming]:
    """Every series that has a huddle going on or ahead, soonest first."""
    every = [
        Coming(s, m) for s in await here.books.huddles.series() if (m := await next_on(here.books, s, desk.clock()))
    ]
    return sorted(every, key=lambda one: one.meeting.at)


def _of(coming: Sequence[Coming], series: str | None) -> Coming:
    found = next((one for one in coming if one.series.id == series), None)
    if found is None:
        raise NoSuchHuddle
    return found


# -- adding ---------------------------------------------------------------------------------------------------------


async def open_add(desk: Desk, ask: Ask) -> Reply:
    """The form: for the series of the button, or with a choice where there are several. `ask.message_text` stands in it already."""
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.JOIN_HUDDLE)
        coming = await _coming(desk, here)
        if "at" in ask.value and (late := await _too_late(desk, books, ask)):
            return late
        named = await here.books.huddles.one(ask.value.get("series", ""))
    if named is not None and not named.active:
        raise HuddleStopped(title=named.title)
    if not coming:
        return Reply(message=wording.no_huddle(here.clinic, may_change=True), fresh=True)
    choices = [_of(coming, ask.value["series"])] if "series" in ask.value else coming
    text = " ".join(ask.message_text.split())
    return Reply(view=wording.add_form(here.clinic, choices, desk.clock(), item=desk.new_id(), text=text))


async def _too_late(desk: Desk, books: Books, ask: Ask) -> Reply | None:
    """A button on an agenda whose huddle is over, which may be a week old."""
    huddle = await huddle_meant(desk, books, ask)
    if not huddle.over:
        return None
    return Reply(message=told.over(huddle.here.clinic, huddle.series, huddle.meeting, huddle.now), fresh=True)


async def add_words(desk: Desk, ask: Ask) -> Reply:
    """`/mat agenda add <words>`: onto the next huddle at once; buttons move it where there are several.

    Words that may be about a patient go into the form, with the question.
    """
    doubt = doubted(desk, ask.words)
    if doubt is not None:
        return in_form(await open_add(desk, replace(ask, message_text=ask.words)), "text", ask.words, doubt)
    text = accept(ask.words, limit=ITEM_TEXT, what=WHAT)
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.JOIN_HUDDLE)
        coming = await _coming(desk, here)
        if not coming:
            return Reply(message=wording.no_huddle(here.clinic, may_change=True))
        item = AgendaItem(desk.new_id(), coming[0].series.id, text, ask.user, desk.clock())
        await _put(here, item)
        await books.commit()
    return _added(desk, ask, here, item, coming)


async def add(desk: Desk, ask: Ask) -> Reply:
    """The form, sent. Its id was made when it opened, so that sending it twice adds one item."""
    form, problems = Form(ask.values), Problems()
    text = ""
    with problems.at("text"):
        text = accept(form.text("text", stored=ask.value.get("typed", "")), limit=ITEM_TEXT, what=WHAT)
    if problems.found:
        return problems.reply()
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.JOIN_HUDDLE)
        coming = await _coming(desk, here)
        to = _of(coming, form.option("series", stored=ask.value.get("series", "")))
        item = AgendaItem(ask.value.get("item") or desk.new_id(), to.series.id, text, ask.user, desk.clock())
        await _put(here, item)
        await books.commit()
    return _added(desk, ask, here, item, coming)


async def _put(here: Place, item: AgendaItem) -> None:
    """Raises `AgendaFull`."""
    there = await here.books.huddles.items(item.series)
    if len(there) >= ITEMS and item.id not in {one.id for one in there}:
        raise AgendaFull(limit=ITEMS)
    await here.books.huddles.add_item(item)


def _added(desk: Desk, ask: Ask, here: Place, item: AgendaItem, coming: Sequence[Coming]) -> Reply:
    to = _of(coming, item.series)
    others = [one for one in coming if one is not to]
    message = wording.added(here.clinic, item, to, desk.clock(), others)
    return Reply(message=message, later=_refreshing(desk, ask, here, to))


def _refreshing(desk: Desk, ask: Ask, here: Place, *changed: Coming) -> tuple[Later, ...]:
    return tuple(
        work
        for one in changed
        for work in refreshing(desk, ask, About(here.clinic, one.series.id, one.meeting.local_at))
    )


# -- taking off and moving ------------------------------------------------------------------------------------------


async def take_off(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.JOIN_HUDDLE)
        item = await _own_item(here, ask)
        series = await here.books.huddles.one(item.series)
        if series is None:
            raise NoSuchHuddle
        await here.books.huddles.remove_item(item.id)
        await books.commit()
        changed = [one for one in await _coming(desk, here) if one.series.id == item.series]
    return Reply(message=wording.taken_off(item, series), later=_refreshing(desk, ask, here, *changed))


async def _own_item(here: Place, ask: Ask) -> AgendaItem:
    """The item of a button, for whoever added it and for leads. Raises `ItemGone` or `NotYourItem`."""
    items = await here.books.huddles.items(ask.value.get("series", ""))
    item = next((one for one in items if one.id == ask.value.get("item")), None)
    if item is None:
        raise ItemGone
    if not _may_remove(here, ask, item):
        raise NotYourItem
    return item


async def move(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.JOIN_HUDDLE)
        item = await _own_item(here, ask)
        coming = await _coming(desk, here)
        moved = replace(item, series=_of(coming, ask.value.get("to")).series.id)
        await here.books.huddles.remove_item(item.id)
        await _put(here, moved)
        await books.commit()
    reply = _added(desk, ask, here, moved, coming)
    left = [one for one in coming if one.series.id == item.series]
    return replace(reply, later=(*reply.later, *_refreshing(desk, ask, here, *left)))


COMMANDS: dict[str, Handler] = {"agenda": agenda}
ACTIONS: dict[str, Handler] = {
    "agenda:show": show,
    "agenda:add": open_add,
    "agenda:takeoff": take_off,
    "agenda:move": move,
}
VIEWS: dict[str, Handler] = {"agenda:add": add}
SHORTCUTS: dict[str, Handler] = {"agenda:add": open_add}
