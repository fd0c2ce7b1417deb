"""`/mat team`, *Closed days*: when the clinic is closed, and which federal holidays it keeps."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.form import Form
from commands.place import Place, place
from commands.problems import Problems
from mat.closures import LABEL, Closure, Closures, check_span
from mat.delivery import PostKind
from mat.errors import NoDayChosen
from mat.free_text import accept
from mat.holidays import FEDERAL_HOLIDAYS
from mat.notices import notice_of
from mat.permissions import Action
from mat.ports import Books
from mat.zones import wall_clock
from messages import closed_days as wording

TOLD_AHEAD = timedelta(days=14)
"""Longer than the way from a closure to the working day before it, on which the team is told."""


async def open_form(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
        closures = await here.books.closures.all()
    return Reply(view=wording.form(here.clinic, closures, _today(desk, here), new=desk.new_id()))


async def remove(desk: Desk, ask: Ask) -> Reply:
    """*Remove* in the form, which is shown again. Pressed twice, there is nothing left to remove."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
        before = await here.books.closures.all()
        await here.books.closures.remove(ask.value.get("closure", ""))
        closures = await _told_of_change(desk, books, here, before)
        await books.commit()
    desk.wake()
    return Reply(view=wording.form(here.clinic, closures, _today(desk, here), new=desk.new_id()))


async def save(desk: Desk, ask: Ask) -> Reply:
    """Adds the days that were entered, if any, and keeps the chosen holidays."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_TEAM)
        form, problems = Form(ask.values), Problems()
        before = await here.books.closures.all()
        new_id = ask.value.get("closure") or desk.new_id()
        entered = _entered(form, problems, before, _today(desk, here), new_id)
        if problems.found:
            return problems.reply()
        if entered is not None:
            await here.books.closures.save(entered)
        chosen = form.options("holidays", sorted(before.holidays))
        await here.books.closures.keep_holidays([name for name in FEDERAL_HOLIDAYS if name in chosen])
        closures = await _told_of_change(desk, books, here, before)
        await books.commit()
    desk.wake()
    return Reply(message=wording.saved(here.clinic, closures, _today(desk, here)), home=True)


def _entered(form: Form, problems: Problems, kept: Closures, today: date, new_id: str) -> Closure | None:
    """The days in the form; None where its fields are empty."""
    first, last, words = form.day("first"), form.day("last"), form.text("label")
    if first is None and last is None and not words.strip():
        return None
    label = ""
    with problems.at("label"):
        label = accept(" ".join(words.split()), limit=LABEL, what="what the days are for")
    with problems.at("first"):
        if first is None:
            raise NoDayChosen
    if first is None:
        return None
    with problems.at("last" if last else "first"):
        others = [span for span in kept.spans if span.id != new_id]
        check_span(first, last or first, today, others)
    return Closure(new_id, first, last or first, label)


async def _told_of_change(desk: Desk, books: Books, here: Place, before: Closures) -> Closures:
    """The closures as they are now. A team that was told of one that is gone hears so, in the same transaction."""
    after, now, today = await here.books.closures.all(), desk.clock(), _today(desk, here)
    for gone in before.between(today, today + TOLD_AHEAD):
        if after.get(gone.id) is None and gone.first > today:
            midnight = datetime.combine(gone.first, time())
            if await books.outbox.sent_for(PostKind.CLOSED_DAYS, gone.id, midnight, here.clinic):
                note = wording.open_after_all(gone)
                await books.outbox.add(notice_of(here.clinic, here.clinic.channel, note, now, desk.new_id))
    return after


def _today(desk: Desk, here: Place) -> date:
    return wall_clock(desk.clock(), here.clinic.zone).date()


ACTIONS: dict[str, Handler] = {"team:closed": open_form, "team:notclosed": remove}
VIEWS: dict[str, Handler] = {"team:closed": save}
