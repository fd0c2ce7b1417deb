"""Builds the part of the bot that posts by itself: planner, courier, keeper, their composers and the pulse."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.crew import Crew
from bot.leases import OnlyHolder
from mat.concerns import ConcernBox
from mat.concerns.retention import RETENTION_DAYS
from mat.delivery import PostKind
from mat.playbook import Playbook
from mat.ports import AdminsOf, Clock, NewId, Poster, Work, nobody
from scheduler.alarms import Alarms
from scheduler.audit import Audit, Check
from scheduler.clockwork import Clockwork, Couriers
from scheduler.composing import Compositor
from scheduler.concern_rounds import ConcernRounds
from scheduler.crowds import CrowdWatch
from scheduler.jobs.composers import COMPOSERS
from scheduler.jobs.concerns import ConcernBatchComposer, concern_now
from scheduler.jobs.digest import DigestComposer
from scheduler.jobs.said import SaidComposer, SaidPreviewComposer
from scheduler.keeper import Keeper
from scheduler.outcomes import Waits
from scheduler.pace import Limits
from scheduler.parts import lane_parts
from scheduler.planner import Planner
from scheduler.retention import Retention, scrub_check
from scheduler.said_rounds import SaidRounds


class Heartbeat:
    """Beats with every turn of the clockwork; `beat_at`: when it did last, None before the first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.beat_at: datetime | None = None

    async def tick(self) -> None:
        self.beat_at = self._clock()


@dataclass(frozen=True, slots=True)
class Delivery:
    """The parts that a running bot, a preview and a test reach for."""

    planner: Planner
    courier: Couriers
    compositor: Compositor
    rounds: ConcernRounds
    retention: Retention
    heartbeat: Heartbeat
    audit: Audit
    clockwork: Clockwork


def build_delivery(
    work: Work,
    poster: Poster,
    concerns: ConcernBox,
    playbook: Playbook,
    *,
    clock: Clock,
    new_id: NewId,
    admins: AdminsOf = nobody,
    waits: Waits | None = None,
    limits: Limits | None = None,
    crew: Crew | None = None,
    lanes: Work | None = None,
    checks: Sequence[Check] = (),
    alive: Callable[[], Awaitable[None]] | None = None,
    jitter: Callable[[], float] = random.random,
    retention_days: int = RETENTION_DAYS,
) -> Delivery:
    """Everything built, nothing started. `checks` and `alive` are the audit's; `crew`: the processes that share the work.

    `lanes`: how lanes reach the store, where that is another way than `work`.
    """
    compositor = _compositor(concerns, playbook)
    planner = Planner(work, clock=clock, new_id=new_id, admins=admins)
    parts = lane_parts(
        lanes or work,
        poster,
        compositor,
        clock=clock,
        new_id=new_id,
        jitter=jitter,
        admins=admins,
        waits=waits,
        limits=limits,
    )
    crew = crew or Crew()
    courier = crew.couriers(parts)
    rounds = ConcernRounds(work, concerns, clock=clock, new_id=new_id)
    said = SaidRounds(work, concerns, clock=clock, new_id=new_id)
    retention = Retention(concerns, clock=clock, days=retention_days)
    heartbeat = Heartbeat(clock)
    keeper = Keeper(work, clock=clock, new_id=new_id)
    alarms = Alarms(work, poster, clock=clock, new_id=new_id, admins=admins)
    looks: list[Check] = [*checks, retention.check, partial(scrub_check, concerns)]
    audit = Audit(work, alarms, clock=clock, new_id=new_id, admins=admins, checks=looks, alive=alive)
    crowds = CrowdWatch(work, alarms, clock=clock, a_minute=(limits or Limits()).a_minute, admins=admins)
    mine = [OnlyHolder(one, crew.keeps_house) for one in (keeper, rounds, said, retention, audit, crowds)]
    clockwork = Clockwork(planner, courier, mine[0], rounds=mine[1:], first=(*crew.rounds, heartbeat))
    return Delivery(planner, courier, compositor, rounds, retention, heartbeat, audit, clockwork)


def _compositor(concerns: ConcernBox, playbook: Playbook) -> Compositor:
    """A composer for each kind of post; some of them look into the store of concerns."""
    return Compositor(
        {
            **COMPOSERS,
            PostKind.DIGEST: DigestComposer(concerns),
            PostKind.CONCERN_BATCH: ConcernBatchComposer(concerns),
            PostKind.CONCERN_NOW: concern_now,
            PostKind.SAID_PREVIEW: SaidPreviewComposer(concerns),
            PostKind.SAID: SaidComposer(concerns),
        },
        playbook,
    )
