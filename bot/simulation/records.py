"""What a simulation leaves behind for its judges: plain records, so that a test can make up any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mat.delivery import Occurrence, Post

ScheduleTime = tuple[str, datetime]
"""The id of a schedule, and the naive local time of one occurrence of it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What has to come of one time of a schedule, worked out without the bot's own code.

    `due_at` and `next_at`: when it is due, and when the schedule is due again. `useful_until`: later is too late.
    `closed`: whether it falls out. `to`: everybody it goes to.
    """

    due_at: datetime
    next_at: datetime
    useful_until: datetime
    closed: bool
    to: frozenset[str]


@dataclass(frozen=True, slots=True)
class Copy:
    """A message that stands in Slack since `at`. `marked`: it says itself that it may be a repeat."""

    key: str
    target: str
    at: datetime
    marked: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything there is to judge. `until`: what was due later is not looked at.

    `posts` by id, which is the key of their copies. `copies` in the order in which they came to stand. `turns`: when the bot
    was up and looked, in order. `refused`: codes that Slack answered, by key. `unknown`: how often an answer was lost, by key.
    `hasty`: calls before a `Retry-After` was over. `failed`: ticks that failed. `calm`: nothing was to go wrong. `asked`: items that
    people put on agendas, and `items`: those in the records. `approved`: when a reader said yes to which month's “You said, we did”;
    `told`: what the bot made of that, whenever it was due.
    """

    until: datetime
    wanted: Mapping[ScheduleTime, Wanted]
    occurrences: Sequence[Occurrence]
    posts: Mapping[str, Post]
    copies: Sequence[Copy]
    turns: Sequence[datetime]
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)
    hasty: int = 0
    failed: int = 0
    calm: bool = False
    asked: int = 0
    items: int = 0
    approved: Mapping[ScheduleTime, datetime] = field(default_factory=dict)
    told: Sequence[Occurrence] = ()
