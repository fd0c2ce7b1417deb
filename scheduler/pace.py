"""Who may post now. One owner a lane, so plain memory is enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mat.delivery import Post

Place = tuple[str, str]
"""Workspace and target; an empty target stands for the whole workspace."""


def place_of(post: Post) -> Place:
    return (post.workspace, post.target)


def workspace_of(post: Post) -> Place:
    return (post.workspace, "")


@dataclass(slots=True)
class Pace:
    """Holds of workspaces and channels. While a place is held nothing goes there, so that the order in a channel is kept."""

    gap: timedelta
    _until: dict[Place, datetime] = field(default_factory=dict)

    def hold(self, place: Place, until: datetime) -> None:
        """Nothing to this place before an instant."""
        self._until[place] = max(until, self._until.get(place, until))

    def took(self, post: Post, now: datetime) -> None:
        """A post went out: the next one to its channel keeps its distance."""
        self.hold(place_of(post), now + self.gap)

    def free_at(self, post: Post) -> datetime | None:
        """From when this post may go, None where nothing holds it."""
        found = [self._until[place] for place in (place_of(post), workspace_of(post)) if place in self._until]
        return max(found, default=None)

    def tidy(self, now: datetime) -> None:
        """Forgets what holds no more."""
        self._until = {place: until for place, until in self._until.items() if until > now}
