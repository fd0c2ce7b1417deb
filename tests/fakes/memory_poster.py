"""A Slack that lives in memory and on a hand-moved clock, for the courier's tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mat.message import Message
from mat.ports import Posted, Refused


@dataclass(slots=True)
class Standing:
    """A message that stands in a channel since `at`."""

    channel: str
    ts: str
    key: str
    message: Message
    at: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call of `post`, whatever came of it."""

    target: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the next call raises; `stored`: whether the message stands there all the same."""

    error: BaseException
    stored: bool = False


@dataclass(slots=True)
class MemoryPoster:
    """`mat.ports.Poster`. `history`: whether the history may be read; `lag`: how long until it shows a message."""

    clock: Callable[[], datetime]
    history: bool = True
    lag: timedelta = timedelta(0)
    standing: list[Standing] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    looks: list[Attempt] = field(default_factory=list)
    troubles: deque[Trouble | None] = field(default_factory=deque)
    look_troubles: deque[BaseException] = field(default_factory=deque)
    refusing: dict[str, str] = field(default_factory=dict)
    token_refused: str = ""

    def order(self, *troubles: Trouble | None) -> None:
        """The next calls of `post` go as ordered; None lets one through."""
        self.troubles.extend(troubles)

    def texts(self, target: str = "") -> list[str]:
        """What stands in a channel or in the direct messages with a person (everywhere without one), oldest first."""
        return [one.message.text for one in self.standing if target in ("", one.channel.removeprefix("D"))]

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        self.attempts.append(Attempt(target, key, self.clock()))
        if refusal := self.token_refused or self.refusing.get(target, ""):
            raise Refused(refusal)
        trouble = self.troubles.popleft() if self.troubles else None
        if trouble is not None and not trouble.stored:
            raise trouble.error
        channel = f"D{target}" if target.startswith("U") else target
        posted = Posted(channel, f"{self.clock().timestamp():.0f}.{len(self.standing) + 1:06d}")
        self.standing.append(Standing(channel, posted.ts, key, message, self.clock(), name))
        if trouble is not None:
            raise trouble.error
        return posted

    async def update(self, channel: str, ts: str, message: Message) -> None:
        for one in self.standing:
            if (one.channel, one.ts) == (channel, ts):
                one.message = message
                return
        raise Refused("message_not_found")

    async def find(self, channel: str, key: str, since: datetime) -> Posted | None:
        now = self.clock()
        self.looks.append(Attempt(channel, key, now))
        if self.look_troubles:
            raise self.look_troubles.popleft()
        if self.token_refused:
            raise Refused(self.token_refused)
        if not self.history:
            raise Refused("missing_scope")
        for one in self.standing:
            if one.channel == channel and key in {one.key, one.name} and since <= one.at <= now - self.lag:
                return Posted(one.channel, one.ts)
        return None

    def of(self, _workspace: str, /) -> MemoryPoster:
        return self
