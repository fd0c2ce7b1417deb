"""Which of a lane's posts may go now: a place takes one at a time, in the order in which they were due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mat.delivery import Post
from mat.ports import Clock
from scheduler.doubts import Doubts
from scheduler.pace import Pace, Place, place_of


class Places:
    """The places of one lane. Each is free, taken by a post in hand or in doubt, held by the pace, or awaited by an earlier post."""

    def __init__(self, pace: Pace, doubts: Doubts, clock: Clock) -> None:
        self._pace = pace
        self._doubts = doubts
        self._clock = clock
        self._in_hand: dict[str, Place] = {}
        self._held: list[datetime] = []
        self._passed: set[Place] = set()

    def __iter__(self) -> Iterator[str]:
        """The ids of the posts in hand."""
        return iter(self._in_hand)

    def begin(self) -> None:
        """A new look at everything that waits, from what was due first."""
        self._held.clear()
        self._passed.clear()

    def opens_at(self, looked_at: datetime) -> datetime | None:
        """When the first place opens that was held when everything was looked at."""
        return min(filter(None, [self._pace.opens_at(looked_at), *self._held]), default=None)

    def take(self, post: Post) -> bool:
        """Takes the place of a post that may go, which is in hand from now on."""
        if post.id in self._in_hand or not self._is_free(post):
            return False
        self._in_hand[post.id] = place_of(post)
        self._pace.spend(post.workspace, self._clock())
        return True

    def follow(self, post: Post) -> bool:
        """Whether a post in hand may go to its place of this moment, which may be another than the one it was planned for."""
        place = place_of(post)
        if self._in_hand[post.id] == place:
            return True
        if not self._is_free(post):
            return False
        self._in_hand[post.id] = place
        return True

    def went(self, post: Post) -> None:
        """A post in hand was on the wire, whatever came of it."""
        self._pace.took(post, self._clock())
        del self._in_hand[post.id]

    def give_back(self, post: Post) -> None:
        """A post in hand did not go after all."""
        self._pace.give_back(post.workspace)
        del self._in_hand[post.id]

    def _is_free(self, post: Post) -> bool:
        """Whether its place is free, and was free for all that were due before it: a place may open while others are being sent."""
        place = place_of(post)
        if place in self._passed or not self._is_open(post, place):
            self._passed.add(place)
            return False
        return True

    def _is_open(self, post: Post, place: Place) -> bool:
        now = self._clock()
        if place in self._in_hand.values() or any(place_of(other) == place for other in self._doubts.posts()):
            return False
        free_at = self._pace.free_at(post)
        if free_at is not None and free_at > now:
            self._held.append(free_at)
            return False
        return True
