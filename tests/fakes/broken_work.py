"""Stores that are busy for a while, or on a disk that is full."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mat.errors import StoreIsBusy, StoreIsFull
from mat.ports import Books, Work


class FullWork:
    """`mat.ports.Work` on a disk that is full: it reads, and writes nothing."""

    def __init__(self, inner: Work) -> None:
        self._inner = inner

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Books]:
        async with self._inner.reading() as books:
            yield books

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        raise StoreIsFull
        yield  # type: ignore[unreachable]  # what makes it a generator


class BusyWork:
    """`mat.ports.Work` whose writing units fail from the one with number `first` on, `times` times. Counting begins at 1."""

    def __init__(self, inner: Work, first: int, times: int) -> None:
        self._inner = inner
        self._busy = range(first, first + times)
        self.opened = 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Books]:
        async with self._inner.reading() as books:
            yield books

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        self.opened += 1
        if self.opened in self._busy:
            raise StoreIsBusy
        async with self._inner.writing() as books:
            yield books
