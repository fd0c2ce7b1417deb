"""Killing the process: a fuse that burns a step at each boundary where a death can make a difference.

Whatever dies inside a transaction is rolled back, so the boundaries are the commits and the calls of Slack.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mat.clinic import Clinic
from mat.ports import Books, ClinicBook, ClinicBooks, HandledBook, InstallationBook, Outbox, Planning, Work


class Killed(BaseException):
    """The process is gone: what is in memory is lost, and an open transaction with it."""


@dataclass(slots=True)
class Fuse:
    """Kills when `left` steps are burnt; never where it is None."""

    left: int | None = None
    kills: int = 0

    def burn(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left <= 0:
            self.left = None
            self.kills += 1
            raise Killed


class MortalBooks:
    """`mat.ports.Books` whose owner may die before and after a commit."""

    def __init__(self, books: Books, fuse: Fuse) -> None:
        self._books = books
        self._fuse = fuse

    @property
    def clinics(self) -> ClinicBook:
        return self._books.clinics

    @property
    def outbox(self) -> Outbox:
        return self._books.outbox

    @property
    def installations(self) -> InstallationBook:
        return self._books.installations

    @property
    def planning(self) -> Planning:
        return self._books.planning

    @property
    def handled(self) -> HandledBook:
        return self._books.handled

    def at(self, clinic: Clinic) -> ClinicBooks:
        return self._books.at(clinic)

    async def commit(self) -> None:
        self._fuse.burn()
        await self._books.commit()
        self._fuse.burn()


class MortalWork:
    """`mat.ports.Work` for a process that may die."""

    def __init__(self, work: Work, fuse: Fuse) -> None:
        self._work = work
        self._fuse = fuse

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Books]:
        async with self._work.reading() as books:
            yield books

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Books]:
        async with self._work.writing() as books:
            yield MortalBooks(books, self._fuse)
