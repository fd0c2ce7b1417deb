"""What only one of several processes may do at a time: whoever holds the lease for it does it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from mat.errors import MatError
from mat.ports import Clock
from scheduler.clockwork import Rounds
from store.replicas import Replicas

HOUSEKEEPING = "housekeeping"
"""Keeper, audit, alarms and the rounds of concerns: once for all processes."""

CONCERNS = "concerns"
"""Answering the forms of concerns: what tells a second press from a first, and the limit of a day, is in one process's memory."""

RENEWALS = 3
"""How often a lease is renewed while it lasts."""

log = logging.getLogger("mat.scheduler")

Holds = Callable[[], bool]
"""Whether this process may do a thing just now."""


def alone() -> bool:
    """A process that has no others beside it holds everything."""
    return True


def nowhere() -> bool:
    """And nobody else holds anything."""
    return False


class Leases:
    """This process's leases. `owner`: its name, unlike any other's."""

    def __init__(self, replicas: Replicas, owner: str, seconds: float, clock: Clock, names: Sequence[str]) -> None:
        self._replicas = replicas
        self._owner = owner
        self._seconds = seconds
        self._clock = clock
        self._until: dict[str, datetime | None] = dict.fromkeys(names)
        self._elsewhere: set[str] = set()
        self._renewing: asyncio.Task[None] | None = None

    def held(self, name: str) -> bool:
        """Never true for longer than the database says: counted from before it was asked, and by this process's own clock."""
        until = self._until[name]
        return until is not None and self._clock() < until

    def elsewhere(self, name: str) -> bool:
        """Whether another process was known to hold it when the store was last asked."""
        return name in self._elsewhere

    async def tick(self) -> None:
        """Comes with each pulse. With the first the renewals begin, beside everything else: a long turn must not lose a lease."""
        if self._renewing is None:
            await self.renew()
            self._renewing = asyncio.create_task(self._keep(), name="leases")

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._seconds / RENEWALS)
            try:
                await self.renew()
            except Exception as problem:  # noqa: BLE001  # whatever it was, a lease that is not renewed ends
                log.warning("lease-not-renewed", extra={"type": type(problem).__name__})

    async def renew(self) -> None:
        """Renews what this process holds, and takes what nobody holds."""
        for name, before in self._until.items():
            asked = self._clock()
            mine = await self._replicas.hold(name, self._owner, self._seconds)
            self._until[name] = asked + timedelta(seconds=self._seconds) if mine else None
            (self._elsewhere.discard if mine else self._elsewhere.add)(name)
            if mine and before is None:
                log.info("lease-taken", extra={"kind": name})

    async def let_go(self) -> None:
        """At the end, so that another process need not wait."""
        if self._renewing is None:
            return
        self._renewing.cancel()
        await asyncio.gather(self._renewing, return_exceptions=True)
        for name in self._until:
            self._until[name] = None
            try:
                await self._replicas.let_go(name, self._owner)
            except MatError as problem:
                log.warning("lease-not-let-go", extra={"kind": name, "type": type(problem).__name__})


class OnlyHolder:
    """Rounds that come only while this process holds the lease for them. `known_as`: their name in the log."""

    def __init__(self, rounds: Rounds, holds: Holds) -> None:
        self.known_as = type(rounds).__name__
        self._rounds = rounds
        self._holds = holds

    async def tick(self) -> None:
        if self._holds():
            await self._rounds.tick()
