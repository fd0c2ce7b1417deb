"""Where a clinic stands: counts a track and a building block, what comes next, what is stuck, when the last huddle was held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mat.clinic import Clinic, Word
from mat.huddles import Meeting
from mat.plan import CLOSED, Milestone, MilestoneRow, State, Tally, plan_of, stuck, upcoming
from mat.playbook import Block, Playbook, Track
from mat.zones import in_zone, wall_clock


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

    @property
    def today(self) -> date:
        """The clinic's day."""
        return wall_clock(self.now, self.clinic.zone).date()


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
    seen = _Seen.of((m for m in plan_of(clinic, playbook, rows) if _belongs(m, narrowed)), now)
    tracks = tuple(
        _track_status(playbook, track, seen)
        for track in playbook.tracks.values()
        if track.id in clinic.tracks and any(b.id in seen.tallies for b in playbook.blocks_of(track.id))
    )
    return StatusReport(
        clinic=clinic,
        now=now,
        tracks=tracks,
        next=upcoming(seen.waiting, now),
        stuck=stuck(seen.stuck, now),
        last_held=in_zone(last_held.at, clinic.zone) if last_held else None,
        narrowed=narrowed,
    )


def _belongs(milestone: Milestone, narrowed: Block | Track | None) -> bool:
    return narrowed is None or narrowed.id in (milestone.block, milestone.track)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A plan gone through once: every answer waits for this."""

    tallies: Mapping[str, Tally]
    open_stages: Mapping[str, set[str]]
    waiting: Sequence[Milestone]
    stuck: Sequence[Milestone]

    @classmethod
    def of(cls, plan: Iterable[Milestone], now: datetime) -> _Seen:
        counts: defaultdict[str, defaultdict[State, int]] = defaultdict(lambda: defaultdict(int))
        open_stages: defaultdict[str, set[str]] = defaultdict(set)
        waiting: list[Milestone] = []
        stuck_ones: list[Milestone] = []
        for milestone in plan:
            state = milestone.shows_as(now)
            counts[milestone.block][state] += 1
            if state in CLOSED:
                continue
            open_stages[milestone.track].add(milestone.stage)
            (stuck_ones if state is State.STUCK else waiting).append(milestone)
        return cls({block: Tally.of(of) for block, of in counts.items()}, open_stages, waiting, stuck_ones)


def _track_status(playbook: Playbook, track: Track, seen: _Seen) -> TrackStatus:
    blocks = tuple(BlockStatus(b, seen.tallies[b.id]) for b in playbook.blocks_of(track.id) if b.id in seen.tallies)
    stages = list(playbook.stages)
    open_stages = [stages.index(s) + 1 for s in seen.open_stages.get(track.id, ()) if s in stages]
    total = sum((b.tally for b in blocks), Tally())
    return TrackStatus(track, min(open_stages, default=len(stages)), len(stages), total, blocks)
