"""What all lanes of a process share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from mat.ports import AdminsOf, Clock, NewId, Poster, Work, nobody
from scheduler.composing import Compositor
from scheduler.journal import Journal
from scheduler.outcomes import Waits
from scheduler.pace import Limits
from scheduler.recall import Recall
from scheduler.sending import Sender
from scheduler.slots import Slots
from scheduler.telling import Teller

DESKS = 2
"""So many groups are composed at the same time. Each reads for a while, and people who ask something read too."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What all lanes of a process share. `slots`: one for each post that may be in hand; `desks`: for groups being composed."""

    work: Work
    sender: Sender
    journal: Journal
    clock: Clock
    waits: Waits
    limits: Limits
    slots: Slots
    desks: asyncio.Semaphore


def lane_parts(
    work: Work,
    poster: Poster,
    compositor: Compositor,
    *,
    clock: Clock,
    new_id: NewId,
    jitter: Callable[[], float],
    admins: AdminsOf = nobody,
    waits: Waits | None = None,
    limits: Limits | None = None,
) -> Parts:
    """What all lanes of a process share. `jitter` gives a number from 0 to 1; `admins`: those who look after a workspace."""
    waits, limits = waits or Waits(), limits or Limits()
    journal = Journal(work, Teller(new_id, admins), clock=clock, window=limits.window)
    sender = Sender(work, poster, compositor, journal, clock, waits, jitter, Recall(poster, work, clock))
    return Parts(
        work, sender, journal, clock, waits, limits, Slots(limits.at_once, limits.window), asyncio.Semaphore(DESKS)
    )
