"""The weekly digest to leadership: progress with the change since last time, what is stuck, huddles held, concerns, asks.

Responsible are roles, never persons (playbook, `leadership-digest`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mat import plan
from mat.asks import Ask
from mat.clinic import Clinic
from mat.concerns import DigestSection
from mat.huddles import HeldCount
from mat.plan import Change, Milestone, State
from mat.playbook import Playbook
from mat.ports import ClinicBooks
from mat.status import StatusReport, TrackStatus, status_report
from mat.zones import wall_clock

A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TrackProgress:
    """Where a track stands, and by how much the number of done milestones has changed since the last digest."""

    track: TrackStatus
    change: int


@dataclass(frozen=True, slots=True)
class DigestReport:
    """One digest. It covers `since` to `until` (aware instants): a week, or more where digests were missed and merged."""

    status: StatusReport
    since: datetime
    until: datetime
    progress: tuple[TrackProgress, ...]
    late: tuple[Milestone, ...]
    due: tuple[Milestone, ...]
    held: HeldCount
    concerns: DigestSection
    asks: tuple[Ask, ...]


async def digest_report(
    books: ClinicBooks,
    clinic: Clinic,
    playbook: Playbook,
    concerns: DigestSection,
    *,
    since: datetime,
    now: datetime,
) -> DigestReport:
    """Reads everything one digest shows from the clinic's books, as it stands at `now`."""
    rows = await books.milestones.rows()
    status = status_report(clinic, playbook, rows, await books.huddles.last_held(), now=now)
    changes = await books.milestones.changes_since(since)
    milestones = plan.plan_of(clinic, playbook, rows)
    today = wall_clock(now, clinic.zone).date()
    return DigestReport(
        status=status,
        since=since,
        until=now,
        progress=tuple(TrackProgress(t, _net_done(changes, milestones, t.track.id)) for t in status.tracks),
        late=plan.late(milestones, today),
        due=plan.due_within(milestones, today),
        held=await books.huddles.held_count(since, now),
        concerns=concerns,
        asks=await books.asks.open(),
    )


def _net_done(changes: Iterable[Change], milestones: Iterable[Milestone], track: str) -> int:
    """Milestones of a track that became done minus those that were taken back."""
    of_track = {m.id for m in milestones if m.track == track}
    return sum(
        (c.after.state is State.DONE) - (c.before.state is State.DONE) for c in changes if c.milestone in of_track
    )
