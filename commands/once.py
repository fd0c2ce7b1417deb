"""What Slack sends twice is done once, also by two processes and over a restart."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, cast

from commands.asking import Ask
from commands.desk import Desk
from mat.errors import DoneAlready
from mat.ports import Books, Clock, Work

# Nothing of a concern goes into the main store, so not even that a form was sent; what is done twice there is told apart in memory.
IN_MEMORY = ("concern", "inbox")


def for_one(desk: Desk, ask: Ask, name: str) -> Desk:
    """The desk for one thing that Slack sent. Its first change of the store raises `DoneAlready` where the thing was done before."""
    if not ask.once or name.startswith(IN_MEMORY):
        return desk
    return replace(desk, work=Once(desk.work, ask.workspace, _named(ask, name), desk.clock))


def _named(ask: Ask, name: str) -> str:
    """What was sent: Slack's own name for it with all that it says. Only a hash of it is kept."""
    said = (name, ask.line, ask.value, ask.chosen, ask.values)
    return json.dumps([ask.once, ask.user, ask.channel, ask.view_id, ask.message_ts, said], sort_keys=True, default=str)


async def only_once(desk: Desk) -> None:
    """For what changes nothing in the store and still must happen once. Raises `DoneAlready`."""
    async with desk.work.writing() as books:
        await books.commit()


class Once:
    """`mat.ports.Work` whose first commit also notes that `what` is done; the units after it are of the same doing."""

    def __init__(self, work: Work, workspace: str, what: str, clock: Clock) -> None:
        self._work = work
        self._workspace = workspace
        self._what = what
        self._clock = clock
        self.noted = False

    def reading(self) -> AbstractAsyncContextManager[Books]:
        return self._work.reading()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        async with self._work.writing() as books:
            if not self.noted and not await books.handled.first(self._workspace, self._what, self._clock()):
                raise DoneAlready
            yield cast(Books, _Noting(books, self))


class _Noting:
    """`mat.ports.Books` that remember whether they were committed."""

    def __init__(self, books: Books, once: Once) -> None:
        self._books = books
        self._once = once

    def __getattr__(self, name: str) -> Any:
        return getattr(self._books, name)

    async def commit(self) -> None:
        await self._books.commit()
        self._once.noted = True
