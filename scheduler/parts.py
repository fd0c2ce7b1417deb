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
from scheduler.telling import Teller


@dataclass(frozen=True, slots=True)
class Parts:
    """What all lanes of a process share. `slots`: one for each post that may be on the wire."""

    work: Work
    sender: Sender
    journal: Journal
    clock: Clock
    waits: Waits
    limits: Limits
    slots: asyncio.Semaphore


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
    return Parts(work, sender, journal, clock, waits, limits, asyncio.Semaphore(limits.at_once))
