"""Who may post now. One owner a lane, so plain memory is enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mat.delivery import Post

Place = tuple[str, str]
"""Workspace and target; an empty target stands for the whole workspace."""

A_MINUTE, A_PAUSE = timedelta(minutes=1), timedelta(seconds=30)
AT_A_STROKE, SHARE_AT_A_STROKE, STROKES_A_MINUTE = 10, 20, 600


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once, in one process.

    `a_minute`: posts to one workspace in any minute; Slack takes some hundreds. `at_once`: posts in hand at the same time, from
    the writing of their words to the outcome in the store; with 1 everything comes strictly one after the other. `window`:
    seconds that intents and outcomes wait for each other, so that one commit serves many.
    """

    a_minute: int = 300
    at_once: int = 600
    window: float = 0.005


ONE_BY_ONE = Limits(at_once=1, window=0)


def place_of(post: Post) -> Place:
    return (post.workspace, post.target)


def workspace_of(post: Post) -> Place:
    return (post.workspace, "")


@dataclass(slots=True)
class Pace:
    """Holds of workspaces and channels. While a place is held nothing goes there, so that the order in a channel is kept.

    A workspace gets a few posts at a stroke and the rest evenly, together never more than `a_minute` in any minute.
    """

    gap: timedelta
    a_minute: int = Limits().a_minute
    _until: dict[Place, datetime] = field(default_factory=dict)
    _spent: dict[str, datetime] = field(default_factory=dict)
    _busy_since: dict[str, datetime] = field(default_factory=dict)

    def hold(self, place: Place, until: datetime) -> None:
        """Nothing to this place before an instant."""
        self._until[place] = max(until, self._until.get(place, until))

    def took(self, post: Post, now: datetime) -> None:
        """A post went out: the next one to its channel keeps its distance."""
        self.hold(place_of(post), now + self.gap)

    def spend(self, workspace: str, now: datetime) -> None:
        """One of the workspace's posts is about to go."""
        if workspace not in self._spent or self._spent[workspace] < now - A_PAUSE:
            self._busy_since[workspace] = now
        self._spent[workspace] = max(now, self._spent.get(workspace, now)) + self._step

    def busy_since(self, workspace: str) -> datetime | None:
        """Since when posts have gone to a workspace without a pause; None where none has gone lately."""
        return self._busy_since.get(workspace)

    def give_back(self, workspace: str) -> None:
        """It did not go after all."""
        if workspace in self._spent:
            self._spent[workspace] -= self._step

    def free_at(self, post: Post) -> datetime | None:
        """From when this post may go, None where nothing holds it."""
        found = [self._until[place] for place in (place_of(post), workspace_of(post)) if place in self._until]
        if post.workspace in self._spent:
            found.append(self._has_room_at(post.workspace))
        return max(found, default=None)

    def closed(self, now: datetime) -> frozenset[str]:
        """Workspaces to which nothing may go now."""
        held = {workspace for (workspace, target), until in self._until.items() if not target and until > now}
        return frozenset(held | {one for one in self._spent if self._has_room_at(one) > now})

    def opens_at(self, now: datetime) -> datetime | None:
        """When the first of the workspaces that are closed now opens again."""
        held = [until for (_, target), until in self._until.items() if not target]
        return min((at for at in [*held, *map(self._has_room_at, self._spent)] if at > now), default=None)

    def tidy(self, now: datetime) -> None:
        """Forgets what holds no more."""
        self._until = {place: until for place, until in self._until.items() if until > now}
        self._spent = {workspace: until for workspace, until in self._spent.items() if until > now - A_PAUSE}
        self._busy_since = {
            workspace: since for workspace, since in self._busy_since.items() if workspace in self._spent
        }

    @property
    def _stroke(self) -> int:
        return max(1, min(AT_A_STROKE, self.a_minute // SHARE_AT_A_STROKE), self.a_minute // STROKES_A_MINUTE)

    @property
    def _step(self) -> timedelta:
        return A_MINUTE / max(1, self.a_minute - self._stroke)

    def _has_room_at(self, workspace: str) -> datetime:
        return self._spent[workspace] - self._step * (self._stroke - 1)
