"""Everything a listener may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from commands.recent import Recent
from mat.concerns import ConcernBox, ConcernMemory
from mat.concerns.retention import RETENTION_DAYS
from mat.load import POSTS_A_MINUTE
from mat.playbook import Playbook
from mat.ports import Clock, Directory, NewId, Poster, Surfaces, Work
from mat.stopped import Stopped


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything for one workspace. `admins`: the ids of those who look after it.

    `wake`: tells the clockwork that something new is due, so that it goes at once. `answers_concerns`: whether this process
    answers the forms of concerns just now; of several on one store only one does. `posts_a_minute`: how many a workspace may be sent.
    """

    work: Work
    clock: Clock
    new_id: NewId
    playbook: Playbook
    directory: Directory
    surfaces: Surfaces
    poster: Poster
    concerns: ConcernBox
    wake: Callable[[], None]
    admins: frozenset[str] = frozenset()
    answers_concerns: Callable[[], bool] = lambda: True
    retention_days: int = RETENTION_DAYS
    posts_a_minute: int = POSTS_A_MINUTE
    memory: ConcernMemory = field(default_factory=ConcernMemory)
    recent: Recent = field(default_factory=Recent)
    stopped: Stopped = field(default_factory=Stopped)


DeskOf = Callable[[str], Desk]
"""The desk of a workspace."""
