"""Whether this process works alone or is one of several: `MAT_DATABASE_URL` decides. SQLite is for one, Postgres for any number."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module

from bot.leases import CONCERNS, HOUSEKEEPING, Holds, Leases, alone, nowhere
from mat.ports import Clock
from scheduler.clockwork import Couriers, Rounds
from scheduler.courier import Courier
from scheduler.outcomes import Waits
from scheduler.parts import Parts
from store.engine import open_engines, sqlite_file
from store.replicas import Replicas


@dataclass(frozen=True, slots=True)
class Crew:
    """How this process shares the work. `couriers`: hands out lanes; `rounds`: what comes with each pulse for that.

    `keeps_house`: whether keeper, audit and rounds are this process's just now; `answers_concerns`: whether the forms of concerns are;
    `others_answer`: whether those are known to be another process's.
    """

    couriers: Callable[[Parts], Couriers] = Courier
    keeps_house: Holds = alone
    answers_concerns: Holds = alone
    others_answer: Holds = nowhere
    rounds: tuple[Rounds, ...] = ()


@asynccontextmanager
async def open_crew(url: str, clock: Clock, waits: Waits | None = None) -> AsyncIterator[Crew]:
    """The crew of the store at `url`. Leaving it lets go of what only one process may hold."""
    if sqlite_file(url) is not None:
        yield Crew()
        return
    # By name, because what it needs is installed with requirements/postgres.txt only.
    queue = import_module("bot.lane_queue")
    engines = open_engines(url, most=POOL)
    replicas = Replicas(engines.writer)
    leases = Leases(replicas, secrets.token_hex(8), (waits or Waits()).lease, clock, (HOUSEKEEPING, CONCERNS))

    def couriers(parts: Parts) -> Couriers:
        made: Couriers = queue.LaneQueue(url, replicas, parts)
        return made

    try:
        yield Crew(
            couriers,
            partial(leases.held, HOUSEKEEPING),
            partial(leases.held, CONCERNS),
            partial(leases.elsewhere, CONCERNS),
            (leases,),
        )
    finally:
        await leases.let_go()
        await engines.close()


POOL = 4
"""Connections for lanes and leases, beside those for the records."""
