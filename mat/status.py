"""Where a clinic stands: counts a track and a building block, what comes next, what is stuck, when the last huddle was held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mat.clinic import Clinic, Word
from mat.huddles import Meeting
from mat.plan import Milestone, MilestoneRow, Tally, plan_of, stuck, tally_by_block, upcoming
from mat.playbook import Block, Playbook, Track
from mat.zones import in_zone


@dataclass(frozen=True, slots=True)
class BlockStatus:
    block: Block
    tally: Tally


@dataclass(frozen=True, slots=True)
class TrackStatus:
    """One track; the two tracks are never added up. `stage`: 1-based stage of the earliest open milestone, of `stages`."""

    track: Track
    stage: int
    stages: int
    tally: Tally
    blocks: tuple[BlockStatus, ...]


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Everything `/mat status` shows. `narrowed`: the building block or track asked for, None for all. `last_held`: local time."""

    clinic: Clinic
    now: datetime
    tracks: tuple[TrackStatus, ...]
    next: tuple[Milestone, ...]
    stuck: tuple[Milestone, ...]
    last_held: datetime | None
    narrowed: Block | Track | None = None


def track_title(track: Track, word: Word) -> str:
    """The name a track has on screen, in the clinic's own word for the medicines."""
    return f"{word} start-up" if track.id == "moud" else "Six Building Blocks"


def status_report(
    clinic: Clinic,
    playbook: Playbook,
    rows: Mapping[str, MilestoneRow],
    last_held: Meeting | None,
    *,
    now: datetime,
    narrowed: Block | Track | None = None,
) -> StatusReport:
    """The report of one moment; `now` is an aware instant."""
    plan = [m for m in plan_of(clinic, playbook, rows) if _belongs(m, narrowed)]
    tallies = tally_by_block(plan, now)
    tracks = tuple(
        _track_status(playbook, track, [m for m in plan if m.track == track.id], tallies)
        for track in playbook.tracks.values()
        if track.id in clinic.tracks and any(b.id in tallies for b in playbook.blocks_of(track.id))
    )
    return StatusReport(
        clinic=clinic,
        now=now,
        tracks=tracks,
        next=upcoming(plan, now),
        stuck=stuck(plan, now),
        last_held=in_zone(last_held.at, clinic.zone) if last_held else None,
        narrowed=narrowed,
    )


def _belongs(milestone: Milestone, narrowed: Block | Track | None) -> bool:
    return narrowed is None or narrowed.id in (milestone.block, milestone.track)


def _track_status(
    playbook: Playbook, track: Track, plan: Sequence[Milestone], tallies: Mapping[str, Tally]
) -> TrackStatus:
    blocks = tuple(BlockStatus(b, tallies[b.id]) for b in playbook.blocks_of(track.id) if b.id in tallies)
    order = {stage: n for n, stage in enumerate(playbook.stages, start=1)}
    shipped = playbook.milestones
    open_stages = [order[shipped[m.id].stage] for m in plan if m.open and m.id in shipped]
    total = sum((b.tally for b in blocks), Tally())
    return TrackStatus(track, min(open_stages, default=len(order)), len(order), total, blocks)
