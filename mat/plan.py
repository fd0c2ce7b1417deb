"""A clinic's plan: the playbook as this clinic has made it its own, and the rules of a milestone's life.

States, and "moving without change for 28 days shows as stuck", are the playbook's (`milestone_states`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from mat.clinic import Clinic, Pace, Word
from mat.errors import DateInThePast, NothingToUndo, ReasonNeeded
from mat.playbook import Playbook

QUIET_UNTIL_STUCK = timedelta(days=28)
UNDO_FOR = timedelta(days=7)
DUE_SOON_DAYS = 14
LIGHT_MILESTONES_PER_TRACK = 8
WEEKS_OF_AN_OWN_MILESTONE = 13
FIRST_TWO_STAGES = frozenset({"prepare-launch", "design-implement"})


class State(StrEnum):
    LATER = "later"
    MOVING = "moving"
    STUCK = "stuck"
    DONE = "done"
    NOT_FOR_US = "not-for-us"


CLOSED = (State.DONE, State.NOT_FOR_US)
COUNTED = (State.DONE, State.MOVING, State.STUCK, State.LATER)
"""In the order of a tally."""


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """What a clinic has decided about one milestone. Everything None or default stands as in the playbook.

    `note`: what a stuck one waits for, or why one is not for us. `changed_at`: last change of state, note, due date or owner.
    `last_change`: id of that change, empty after an undo. `shown`: None by the clinic's pace, else added (True) or hidden (False).
    The last five belong to a clinic's own milestones (`x-` ids) and to rewordings.
    """

    milestone: str
    state: State = State.LATER
    note: str = ""
    due: date | None = None
    owner: str = ""
    changed_at: datetime | None = None
    last_change: str = ""
    shown: bool | None = None
    short: str = ""
    description: str = ""
    track: str = ""
    block: str = ""

    def shows_as(self, now: datetime) -> State:
        """The state people see: moving without change for 28 days shows as stuck."""
        if self.state is State.MOVING and self.changed_at and now - self.changed_at >= QUIET_UNTIL_STUCK:
            return State.STUCK
        return self.state


@dataclass(frozen=True, slots=True)
class Target:
    """What a milestone is before a clinic has decided anything about it; `start` and `due` count from the clinic's first day."""

    id: str
    track: str
    block: str
    short: str
    description: str
    role: str
    start: date
    due: date
    stage: str = ""
    source: str = ""


class Milestone(NamedTuple):
    """One milestone as this clinic sees it today: what it is, and what the clinic has decided."""

    target: Target
    row: MilestoneRow

    @property
    def id(self) -> str:
        return self.target.id

    @property
    def track(self) -> str:
        return self.target.track

    @property
    def block(self) -> str:
        return self.target.block

    @property
    def role(self) -> str:
        return self.target.role

    @property
    def stage(self) -> str:
        """The playbook's stage; empty for a clinic's own."""
        return self.target.stage

    @property
    def source(self) -> str:
        return self.target.source

    @property
    def short(self) -> str:
        return self.row.short or self.target.short

    @property
    def description(self) -> str:
        return self.row.description or self.target.description

    @property
    def start(self) -> date:
        return self.target.start

    @property
    def due(self) -> date:
        return self.row.due or self.target.due

    @property
    def state(self) -> State:
        return self.row.state

    @property
    def note(self) -> str:
        return self.row.note

    @property
    def owner(self) -> str:
        return self.row.owner

    @property
    def open(self) -> bool:
        return self.row.state not in CLOSED

    def quiet_days(self, now: datetime) -> int:
        """Whole days since the last change; 0 where there never was one."""
        return (now - self.row.changed_at).days if self.row.changed_at else 0

    def shows_as(self, now: datetime) -> State:
        """The state people see."""
        return self.row.shows_as(now)


Planned = tuple[Target, MilestoneRow]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a milestone, kept so that it can be undone and counted. `undoes` names the change an undo took back."""

    id: str
    milestone: str
    at: datetime
    by: str
    before: MilestoneRow
    after: MilestoneRow
    undoes: str = ""


@lru_cache(maxsize=64)
def in_pace(playbook: Playbook, tracks: tuple[str, ...], pace: Pace) -> frozenset[str]:
    """Ids of the shipped milestones a pace takes on: light eight first steps a track, standard two stages, full all."""
    chosen: set[str] = set()
    for track in tracks:
        of_track = [m for m in playbook.milestones.values() if m.track == track]
        if pace is Pace.LIGHT:
            of_track = sorted(of_track, key=lambda m: m.due_week)[:LIGHT_MILESTONES_PER_TRACK]
        elif pace is Pace.STANDARD:
            of_track = [m for m in of_track if m.stage in FIRST_TWO_STAGES]
        chosen.update(m.id for m in of_track)
    return frozenset(chosen)


def plan_of(clinic: Clinic, playbook: Playbook, rows: Mapping[str, MilestoneRow]) -> tuple[Milestone, ...]:
    """The clinic's milestones in playbook order, its own at the end of their block; hidden ones left out."""
    return tuple(map(Milestone._make, in_plan(clinic, playbook, rows)))


def in_plan(clinic: Clinic, playbook: Playbook, rows: Mapping[str, MilestoneRow]) -> list[Planned]:
    """Like `plan_of`, in pairs: for whoever counts them all and shows a few."""
    chosen = in_pace(playbook, clinic.tracks, clinic.pace)
    targets = _targets(playbook, clinic.start, clinic.word)
    plan = [
        (target, row or MilestoneRow(id_))
        for id_, target in targets.items()
        if (id_ in chosen if (row := rows.get(id_)) is None or row.shown is None else row.shown)
    ]
    own = [
        (_own(clinic, row), row)
        for id_, row in rows.items()
        if id_ not in targets and id_.startswith("x-") and row.shown is not False
    ]
    if own:
        order = {block: i for i, block in enumerate(playbook.blocks)}
        return sorted(plan + own, key=lambda pair: order.get(pair[0].block, len(order)))
    return plan


@lru_cache(maxsize=256)
def _targets(playbook: Playbook, start: date, word: Word) -> Mapping[str, Target]:
    """Every shipped milestone as a clinic with this first day and word finds it, by id, in the order people see."""
    order = {block: i for i, block in enumerate(playbook.blocks)}
    shipped = sorted(playbook.milestones.values(), key=lambda m: order[m.block])
    return {
        m.id: Target(
            id=m.id,
            track=m.track,
            block=m.block,
            short=m.short.replace(Word.MOUD, word),
            description=m.description.replace(Word.MOUD, word),
            role=m.role,
            start=start + timedelta(weeks=m.start_week),
            due=start + timedelta(weeks=m.due_week),
            stage=m.stage,
            source=m.source,
        )
        for m in shipped
    }


def _own(clinic: Clinic, row: MilestoneRow) -> Target:
    due = clinic.start + timedelta(weeks=WEEKS_OF_AN_OWN_MILESTONE)
    return Target(row.milestone, row.track, row.block, row.short, row.description, "", clinic.start, due)


# -- changes --------------------------------------------------------------------------------------------------------


def _changed(row: MilestoneRow, now: datetime, by: str, new_id: str, **new: object) -> Change:
    after = replace(row, changed_at=now, last_change=new_id, **new)  # type: ignore[arg-type]  # field names are ours
    return Change(new_id, row.milestone, now, by, row, after)


def set_state(row: MilestoneRow, state: State, note: str, *, now: datetime, by: str, new_id: str) -> Change:
    """A change of state. Stuck needs what it waits for, not-for-us needs a reason: `ReasonNeeded` otherwise."""
    if state is State.STUCK and not note:
        raise ReasonNeeded(what="what it is waiting for")
    if state is State.NOT_FOR_US and not note:
        raise ReasonNeeded(what="why it is not for your clinic")
    kept = note if state in (State.STUCK, State.NOT_FOR_US) else ""
    return _changed(row, now, by, new_id, state=state, note=kept)


def move(row: MilestoneRow, due: date, *, today: date, now: datetime, by: str, new_id: str) -> Change:
    """A new due date; `today` is the clinic's. Raises `DateInThePast`."""
    if due < today:
        raise DateInThePast(date=f"{due:%B} {due.day}, {due.year}")
    return _changed(row, now, by, new_id, due=due)


def give(row: MilestoneRow, owner: str, *, now: datetime, by: str, new_id: str) -> Change:
    """A new owner, a Slack user id; empty gives it back to the role."""
    return _changed(row, now, by, new_id, owner=owner)


def undo(row: MilestoneRow, change: Change | None, *, now: datetime, by: str, new_id: str) -> Change:
    """Takes `change` back while it is the milestone's latest and at most seven days old. Raises `NothingToUndo`."""
    if change is None or row.last_change != change.id or now - change.at > UNDO_FOR:
        raise NothingToUndo
    kept = {"shown": row.shown, "short": row.short, "description": row.description}
    after = replace(change.before, last_change="", **kept)  # type: ignore[arg-type]  # wording is not part of a change
    return Change(new_id, row.milestone, now, by, row, after, undoes=change.id)


# -- reports --------------------------------------------------------------------------------------------------------


class Tally(NamedTuple):
    """Counts of one building block or one track. Not-for-us is left out of `total`."""

    done: int = 0
    moving: int = 0
    stuck: int = 0
    later: int = 0

    @property
    def total(self) -> int:
        return self.done + self.moving + self.stuck + self.later


def tally(milestones: Iterable[Milestone], now: datetime) -> Tally:
    counts = Counter(milestone.shows_as(now) for milestone in milestones)
    return Tally(*[counts[state] for state in COUNTED])


def stuck(milestones: Iterable[Milestone], now: datetime) -> tuple[Milestone, ...]:
    """What shows as stuck, longest first."""
    return longest_first((m for m in milestones if m.shows_as(now) is State.STUCK), now)


def longest_first(milestones: Iterable[Milestone], now: datetime) -> tuple[Milestone, ...]:
    """In the order of how long nothing has changed, in whole days."""
    return tuple(sorted(milestones, key=lambda m: m.quiet_days(now), reverse=True))


def due_within(milestones: Iterable[Milestone], today: date, days: int = DUE_SOON_DAYS) -> tuple[Milestone, ...]:
    """Open milestones due from `today` (the clinic's) to `days` later, earliest first."""
    last = today + timedelta(days=days)
    return tuple(sorted((m for m in milestones if m.open and today <= m.due <= last), key=lambda m: m.due))


def late(milestones: Iterable[Milestone], today: date) -> tuple[Milestone, ...]:
    """Open milestones whose due date has passed, most overdue first."""
    return tuple(sorted((m for m in milestones if m.open and m.due < today), key=lambda m: m.due))
