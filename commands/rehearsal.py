"""What else is wrong with a form that is refused anyway: its handler looks through it once, and nothing that it would keep is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, NoReturn, cast

from commands.asking import Ask, Handler
from commands.desk import Desk
from mat.errors import MatError
from mat.ports import Books, Work

LOOKS = frozenset({"read", "listed", "look_up", "unsaid", "held_back", "said_state", "last_digest", "group_size"})
"""What a handler may ask of the concern store without changing it."""


class _WouldKeep(BaseException):
    """The handler has found nothing wrong. Not an `Exception`: no handler may take it for a trouble of its own."""


async def other_errors(handler: Handler, desk: Desk, ask: Ask) -> Mapping[str, str]:
    """Block id → sentence, as far as the handler says so before it keeps anything."""
    looking = replace(desk, work=_KeepsNothing(desk.work), concerns=cast(Any, _OnlyLooks(desk.concerns)))
    try:
        return (await handler(looking, ask)).errors or {}
    except (_WouldKeep, MatError):
        return {}


class _KeepsNothing:
    """`mat.ports.Work` whose units are never committed."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def reading(self) -> AbstractAsyncContextManager[Books]:
        return self._work.reading()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        async with self._work.writing() as books:
            yield cast(Books, _Uncommitted(books))


class _Uncommitted:
    def __init__(self, books: Books) -> None:
        self._books = books

    def __getattr__(self, name: str) -> Any:
        return getattr(self._books, name)

    async def commit(self) -> NoReturn:
        raise _WouldKeep


class _OnlyLooks:
    """The concern store for somebody who may change nothing in it."""

    def __init__(self, concerns: object) -> None:
        self._concerns = concerns

    def __getattr__(self, name: str) -> Any:
        if name not in LOOKS:
            raise _WouldKeep
        return getattr(self._concerns, name)
