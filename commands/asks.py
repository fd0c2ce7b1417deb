"""`/mat asks [add <words>]`: the team asks, leadership answers."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.form import Form
from commands.guarding import doubted, in_form
from commands.place import Place, place
from mat.asks import Ask as TeamAsk
from mat.asks import AskState
from mat.delivery import PostKind
from mat.errors import NoSuchAsk
from mat.free_text import accept
from mat.notices import notice_of
from mat.permissions import Action
from mat.ports import Books
from messages import asks as wording
from messages import block_kit as kit
from messages.notice import is_person


async def asks(desk: Desk, ask: Ask) -> Reply:
    verb, _, text = ask.words.partition(" ")
    if verb.casefold() == "add":
        return await _add_words(desk, ask, text) if text.strip() else await open_add(desk, ask)
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.SEE)
        found = await here.books.asks.all()
    may_add, may_answer = (here.caller.may(action) for action in (Action.ADD_ASK, Action.ANSWER_ASK))
    shown = wording.asks(here.clinic, found, desk.clock(), may_add=may_add, may_answer=may_answer)
    return Reply(message=shown)


async def open_add(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.ADD_ASK)
    return Reply(view=wording.add_form(here.clinic, desk.new_id()))


async def _add_words(desk: Desk, ask: Ask, text: str) -> Reply:
    """Words behind the command: added at once, or put into the form where they may be about a patient."""
    doubt = doubted(desk, text)
    if doubt is None:
        return await _add(desk, ask, text)
    return in_form(await open_add(desk, ask), "text", text, doubt)


async def add(desk: Desk, ask: Ask) -> Reply:
    return await _add(desk, ask, Form(ask.values).text("text"))


async def _add(desk: Desk, ask: Ask, text: str) -> Reply:
    kept = accept(text, limit=wording.TEXT, what="what you need")
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.ADD_ASK)
        named = ask.value.get("ask", "")
        before = await here.books.asks.get(named) if named else None
        if before is not None:
            return Reply(message=wording.answered(before), fresh=True)
        made = TeamAsk(named or desk.new_id(), kept, ask.user, desk.clock())
        await here.books.asks.save(made)
        await books.commit()
        when = await _next_digest(here)
    return Reply(message=wording.added(here.clinic, made, when), fresh=True)


async def _next_digest(here: Place) -> str:
    planned = [s for s in await here.books.schedules.all() if s.kind is PostKind.DIGEST and s.next_local]
    if not planned or planned[0].next_at is None:
        return "once the digest is set up"
    local = planned[0].next_at.astimezone(ZoneInfo(planned[0].zone))
    return f"{kit.day(local)}, {kit.clock_time(local)} {local.tzname()}"


async def take(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.ANSWER_ASK)
        found = await _named(here, ask)
        if found.state is AskState.OPEN:
            found = await _answer(desk, books, here, ask, replace(found, state=AskState.TAKEN))
    desk.wake()
    return Reply(message=wording.answered(found, here.clinic, undo_for=ask.user), fresh=True)


async def open_not_now(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.ANSWER_ASK)
        found = await _named(here, ask)
    if found.state is not AskState.OPEN:
        return Reply(message=wording.answered(found), fresh=True)
    return Reply(view=wording.not_now_form(here.clinic, found))


async def not_now(desk: Desk, ask: Ask) -> Reply:
    why = accept(Form(ask.values).text("why"), limit=wording.ANSWER, what="why not now")
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.ANSWER_ASK)
        found = await _named(here, ask)
        if found.state is AskState.OPEN:
            found = await _answer(desk, books, here, ask, replace(found, state=AskState.NOT_NOW, answer=why))
    desk.wake()
    return Reply(message=wording.answered(found, here.clinic, undo_for=ask.user))


async def undo(desk: Desk, ask: Ask) -> Reply:
    """Whoever answered takes the answer back; anything else stays as it is."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.ANSWER_ASK)
        found = await _named(here, ask)
        if found.answered_by == ask.user:
            found = replace(found, state=AskState.OPEN, answer="", answered_by="", answered_at=None)
            await _keep_and_tell(desk, books, here, ask, found)
    desk.wake()
    return Reply(message=wording.answered(found))


async def take_back(desk: Desk, ask: Ask) -> Reply:
    """Whoever asked takes it back; an answered one stays."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.ADD_ASK)
        found = await _named(here, ask)
        if found.state is AskState.OPEN and found.by == ask.user:
            found = await _answer(desk, books, here, ask, replace(found, state=AskState.NOT_NOW))
    return Reply(message=wording.answered(found))


async def _named(here: Place, ask: Ask) -> TeamAsk:
    found = await here.books.asks.get(ask.value.get("ask", ""))
    if found is None:
        raise NoSuchAsk
    return found


async def _answer(desk: Desk, books: Books, here: Place, ask: Ask, answered: TeamAsk) -> TeamAsk:
    """Keeps the answer, and whoever asked hears of it."""
    kept = replace(answered, answered_by=ask.user, answered_at=desk.clock())
    await _keep_and_tell(desk, books, here, ask, kept)
    return kept


async def _keep_and_tell(desk: Desk, books: Books, here: Place, ask: Ask, kept: TeamAsk) -> None:
    await here.books.asks.save(kept)
    if is_person(kept.by) and kept.by != ask.user:
        note = wording.told(here.clinic, kept)
        await books.outbox.add(notice_of(here.clinic, kept.by, note, desk.clock(), desk.new_id))
    await books.commit()


COMMANDS: dict[str, Handler] = {"asks": asks}
ACTIONS: dict[str, Handler] = {
    "ask:add": open_add,
    "ask:take": take,
    "ask:notnow": open_not_now,
    "ask:takeback": take_back,
    "ask:undo": undo,
}
VIEWS: dict[str, Handler] = {"ask:add": add, "ask:notnow": not_now}
