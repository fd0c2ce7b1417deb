"""`/mat help [thing]`: five commands for this person, not thirty."""

from __future__ import annotations

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.place import WhichClinic, place
from mat.errors import NoClinicHere, NotAllowed
from mat.help import TOPICS, all_for, five_for, nearest
from mat.permissions import Action, Caller
from messages import help as wording


async def help_(desk: Desk, ask: Ask) -> Reply:
    caller = await _caller(desk, ask)
    wanted = ask.words.removeprefix("/mat ").casefold().strip()
    if not wanted:
        reads = caller is not None and caller.may(Action.READ_CONCERNS)
        return Reply(message=wording.few(five_for(caller), reads=reads))
    word = wanted.split()[0]
    topic = TOPICS.get(word)
    return Reply(message=wording.one(topic) if topic else wording.unknown(wanted, nearest(word)))


async def everything(desk: Desk, ask: Ask) -> Reply:
    return Reply(message=wording.everything(all_for(await _caller(desk, ask))))


async def _caller(desk: Desk, ask: Ask) -> Caller | None:
    """The person at their clinic, or None where there is none or it is not clear which: help never asks back."""
    async with desk.work.reading() as books:
        try:
            return (await place(desk, books, ask, Action.SEE)).caller
        except (NoClinicHere, NotAllowed, WhichClinic):
            return None


COMMANDS: dict[str, Handler] = {"help": help_}
ACTIONS: dict[str, Handler] = {"help:all": everything}
