"""Killing a process at any boundary: a fuse that burns down with every call on the books and on the poster."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mat.message import Message
from mat.ports import Books, Posted, Poster, Work


class Killed(BaseException):
    """The process is gone: nothing after this line runs, and an open transaction is lost."""


@dataclass(slots=True)
class Fuse:
    """Burns one step at every boundary and kills at step `length`; never where it is 0."""

    length: int = 0
    passed: list[str] = field(default_factory=list)

    def burn(self, where: str) -> None:
        self.passed.append(where)
        if len(self.passed) == self.length:
            raise Killed(where)


class FusedBooks:
    """Any book, or books of books, with the fuse before each call and after each commit.

    What happens between two calls is in memory only, so this is every place where a kill can make a difference.
    """

    def __init__(self, inner: Any, fuse: Fuse, name: str = "books") -> None:
        self._inner = inner
        self._fuse = fuse
        self._name = name

    def __getattr__(self, name: str) -> Any:
        inner, path = getattr(self._inner, name), f"{self._name}.{name}"
        if inspect.iscoroutinefunction(inner):
            return self._fused(inner, path)
        if callable(inner):
            return lambda *arguments: FusedBooks(inner(*arguments), self._fuse, path)
        return FusedBooks(inner, self._fuse, path)

    def _fused(self, inner: Callable[..., Any], path: str) -> Callable[..., Any]:
        async def call(*arguments: Any, **named: Any) -> Any:
            self._fuse.burn(f"before {path}")
            result = await inner(*arguments, **named)
            if path.endswith(".commit"):
                self._fuse.burn(f"after {path}")
            return result

        return call


class FusedWork:
    """`mat.ports.Work` with the fuse inside every unit of work."""

    def __init__(self, inner: Work, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Books]:
        async with self._inner.reading() as books:
            yield FusedBooks(books, self._fuse)  # type: ignore[misc]  # it answers to every name of the protocol

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        async with self._inner.writing() as books:
            yield FusedBooks(books, self._fuse)  # type: ignore[misc]  # it answers to every name of the protocol


class FusedPoster:
    """`mat.ports.Poster` with the fuse before the request leaves and after Slack has stored it."""

    def __init__(self, inner: Poster, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        self._fuse.burn("before post")
        posted = await self._inner.post(target, message, key=key, name=name, thread_ts=thread_ts)
        self._fuse.burn("after post")
        return posted

    async def update(self, channel: str, ts: str, message: Message) -> None:
        await self._inner.update(channel, ts, message)

    async def find(self, channel: str, key: str, since: datetime) -> Posted | None:
        self._fuse.burn("before find")
        found = await self._inner.find(channel, key, since)
        self._fuse.burn("after find")
        return found

    def of(self, workspace: str, /) -> FusedPoster:
        return FusedPoster(self._inner.of(workspace), self._fuse)
