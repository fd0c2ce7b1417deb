"""Buttons that stand for a typed line: "did you mean", "which clinic", and the ways on from one answer to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from commands.asking import Ask, Handler, Reply, Surface
from commands.desk import Desk
from commands.place import place
from commands.slash_text import split
from mat.permissions import Action
from messages import trouble


def go_handlers(commands: Mapping[str, Handler]) -> dict[str, Handler]:
    """Handlers that run a line of `commands` again."""

    async def run(desk: Desk, ask: Ask) -> Reply:
        line = ask.value.get("line", "")
        word, rest = split(line)
        handler = commands.get(word)
        if handler is None:
            return Reply(message=trouble.old_button())
        kept = {"clinic": ask.value["clinic"]} if "clinic" in ask.value else {}
        return await handler(desk, replace(ask, line=line, words=rest, value=kept))

    async def clinic(desk: Desk, ask: Ask) -> Reply:
        if "clinic" not in ask.value:
            return Reply(message=trouble.old_button())
        async with desk.work.writing() as books:
            here = await place(desk, books, ask, Action.SEE)
            await books.clinics.remember(ask.workspace, ask.user, here.clinic.id)
            await books.commit()
        return Reply(home=True) if ask.surface is Surface.HOME else await run(desk, ask)

    return {"go:run": run, "go:clinic": clinic}
