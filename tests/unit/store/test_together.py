from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from store.concerns.together import Together


class Book:
    """Takes down who was written together; a gate stands for the disk."""

    def __init__(self) -> None:
        self.written: list[list[str]] = []
        self.gate = asyncio.Event()
        self.broken: Exception | None = None

    async def write(self, names: Sequence[str]) -> None:
        await self.gate.wait()
        if self.broken:
            raise self.broken
        self.written.append(list(names))


async def test_who_comes_while_one_is_written_goes_in_the_next_together() -> None:
    book = Book()
    together = Together(book.write)
    first = asyncio.create_task(together("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(together(name)) for name in "bcd"]
    await asyncio.sleep(0)
    assert not first.done()
    book.gate.set()
    await asyncio.gather(first, *others)
    assert book.written == [["a"], ["b", "c", "d"]]
    await together("e")
    assert book.written[-1] == ["e"]


async def test_what_is_raised_is_raised_for_each_and_the_next_ones_are_written() -> None:
    book = Book()
    book.gate.set()
    book.broken = OSError("full")
    together = Together(book.write)
    failed = await asyncio.gather(*(together(name) for name in "ab"), return_exceptions=True)
    assert [type(one) for one in failed] == [OSError, OSError]
    assert book.written == []
    book.broken = None
    await together("c")
    assert book.written == [["c"]]


async def test_whoever_leaves_takes_nobody_along() -> None:
    book = Book()
    together = Together(book.write)
    leaving, staying = asyncio.create_task(together("a")), asyncio.create_task(together("b"))
    await asyncio.sleep(0)
    leaving.cancel()
    book.gate.set()
    await staying
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert book.written == [["a", "b"]]
