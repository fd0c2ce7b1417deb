"""Where a clinic stands: counts a track and a building block, what comes next, what is stuck, when the last huddle was held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from mat.clinic import Clinic, Word
from mat.huddles import Meeting
from mat.plan import COUNTED, Milestone, MilestoneRow, Planned, State, Tally, in_plan, longest_first
from mat.playbook import Block, Playbook, Track
from mat.zones import in_zone, wall_clock

NEXT_SHOWN = 3
_PLACES = {state: place for place, state in enumerate((*COUNTED, State.NOT_FOR_US))}
"""Where a state stands in a tally; the last one is not counted."""


class BlockStatus(NamedTuple):
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
    """Everything `/mat status` shows.

    `today`: the clinic's day. `last_held`: local time. `narrowed`: the building block or track asked for, None for all.
    """

    clinic: Clinic
    now: datetime
    today: date
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
    plan = in_plan(clinic, playbook, rows)
    if narrowed is not None:
        plan = [(target, row) for target, row in plan if narrowed.id in (target.block, target.track)]
    seen = _Seen.of(plan, now)
    tracks = (_track_status(playbook, track, seen) for track in playbook.tracks.values() if track.id in clinic.tracks)
    return StatusReport(
        clinic=clinic,
        now=now,
        today=wall_clock(now, clinic.zone).date(),
        tracks=tuple(track for track in tracks if track.blocks),
        next=_earliest(seen.waiting),
        stuck=longest_first(map(Milestone._make, seen.stuck), now),
        last_held=in_zone(last_held.at, clinic.zone) if last_held else None,
        narrowed=narrowed,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A plan gone through once: every answer waits for this. What people are not shown one by one stays in pairs.

    `tallies`: by block. `open_stages`: track and stage of each open milestone.
    """

    tallies: Mapping[str, Tally]
    open_stages: set[tuple[str, str]]
    waiting: Sequence[Planned]  # moving first
    stuck: Sequence[Planned]

    @classmethod
    def of(cls, plan: Sequence[Planned], now: datetime) -> _Seen:
        counts: dict[str, list[int]] = {}
        found: dict[State, list[Planned]] = {state: [] for state in State}
        moving = State.MOVING
        for planned in plan:
            target, row = planned
            state = row.shows_as(now) if row.state is moving else row.state
            found[state].append(planned)
            if (count := counts.get(target.block)) is None:
                count = counts[target.block] = [0] * len(_PLACES)
            count[_PLACES[state]] += 1
        tallies = {block: Tally(*count[: len(COUNTED)]) for block, count in counts.items()}
        waiting, stuck = found[State.MOVING] + found[State.LATER], found[State.STUCK]
        return cls(tallies, {(target.track, target.stage) for target, _ in waiting + stuck}, waiting, stuck)


def _earliest(waiting: Iterable[Planned]) -> tuple[Milestone, ...]:
    """The next ones to work on: earliest due date first, and on the same day in the order given."""
    by_date = sorted(waiting, key=lambda planned: planned[1].due or planned[0].due)
    return tuple(map(Milestone._make, by_date[:NEXT_SHOWN]))


def _track_status(playbook: Playbook, track: Track, seen: _Seen) -> TrackStatus:
    tallies = seen.tallies
    blocks = [BlockStatus(block, tallies[block.id]) for block in playbook.blocks_of(track.id) if block.id in tallies]
    total = Tally(*map(sum, zip(*[block.tally for block in blocks], strict=True)))
    stages = enumerate(playbook.stages, 1)
    stage = next((n for n, stage in stages if (track.id, stage) in seen.open_stages), len(playbook.stages))
    return TrackStatus(track, stage, len(playbook.stages), total, tuple(blocks))
