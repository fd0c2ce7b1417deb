"""A Slack in this process: what stands in its channels, what it was asked, and what it answered. It answers like the Web API."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bot.simulation.clock import VirtualClock
from bot.simulation.faults import Fault
from bot.simulation.killing import Fuse
from bot.simulation.records import Copy
from bot.simulation.weather import BODIES, Trouble, Weather
from messages.marks import LATE, REPEAT

OK, TOO_MANY = 200, 429
LAG = timedelta(seconds=1)
"""How long a message stands before the history shows it."""

KNOWN_LATER = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
WHO_KNOWS = frozenset({"fatal_error", "internal_error"})
STATUS = {body: status for status, body in BODIES}
Answer = tuple[int, dict[str, str], dict[str, Any] | str]
"""HTTP status, headers, and the body: JSON, or text that is none."""


@dataclass(slots=True)
class SimulatedSlack:
    """`homes`: channel or person → workspace. `life` counts the bot's processes: what one was told, the next cannot know.

    `hasty`: keys of two posts, of the one that was told to wait and of the one that was sent all the same before that was over.
    """

    clock: VirtualClock
    weather: Weather
    fuse: Fuse
    homes: dict[str, str]
    blind: frozenset[str] = frozenset()
    life: int = 0
    copies: list[Copy] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    refused: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    faults_met: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    hasty: list[tuple[str, str]] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)
    _holds: dict[tuple[int, str], list[tuple[str, datetime]]] = field(default_factory=lambda: defaultdict(list))

    def called(self, method: str, arguments: dict[str, Any]) -> Answer:
        """One call of the Web API. Raises what aiohttp raises when a connection fails, and `Killed`."""
        self.fuse.burn()
        self.calls[method] += 1
        posting = method == "chat.postMessage"
        channel = str(arguments["channel"])
        key = str(arguments["metadata"]["event_payload"]["key"]) if posting else ""
        workspace = self.homes[channel.removeprefix("D")]
        if posting:
            told = [told for told, until in self._holds[self.life, workspace] if self.clock() < until]
            self.hasty += [(by, key) for by in told]
        trouble = self.weather.lasting(workspace, channel, self.clock()) or self.weather.of_a_call()
        answer: Answer | None = None
        if posting and (trouble is None or trouble.stored):
            self._names[key] = str(arguments["metadata"]["event_payload"].get("name", ""))
            answer = self._stored(channel, key, str(arguments["text"]))
        if trouble is not None and (failure := self._failed(trouble, workspace, key)):
            return failure
        self.fuse.burn()
        return answer or self._history(channel, workspace, float(arguments["oldest"]))

    def _stored(self, target: str, key: str, text: str) -> Answer:
        now = self.clock()
        self.copies.append(Copy(key, target, now, text.removeprefix(f"{LATE} ").startswith(REPEAT)))
        channel = f"D{target}" if target.startswith("U") else target
        return OK, {}, {"ok": True, "channel": channel, "ts": f"{now.timestamp():.0f}.{len(self.copies):06d}"}

    def _history(self, channel: str, workspace: str, oldest: float) -> Answer:
        if workspace in self.blind:
            return OK, {}, {"ok": False, "error": "missing_scope"}
        shown_until, messages = self.clock() - LAG, []
        for number in range(len(self.copies), 0, -1):
            one = self.copies[number - 1]
            if one.at.timestamp() < oldest:
                break
            if one.target == channel.removeprefix("D") and one.at <= shown_until:
                about = {"event_type": "mat_post", "event_payload": {"key": one.key, "name": self._names[one.key]}}
                messages.append({"ts": f"{one.at.timestamp():.0f}.{number:06d}", "metadata": about})
        return OK, {}, {"ok": True, "messages": messages}

    def _failed(self, trouble: Trouble, workspace: str, key: str) -> Answer | None:
        """The answer of a call that meets trouble; None for one that is only slow. `key`: of a post."""
        self.faults_met[trouble.fault] += 1
        self.clock.pass_by(trouble.seconds)
        if trouble.fault is Fault.RATE_LIMIT:
            return self._limited(trouble.detail, workspace, key)
        if trouble.fault is Fault.REFUSED:
            if trouble.detail in WHO_KNOWS:
                self.unknown[key] += 1
            elif trouble.detail not in KNOWN_LATER:
                self.refused[key].append(trouble.detail)
            return OK, {}, {"ok": False, "error": trouble.detail}
        if trouble.detail == "never-made":
            raise aiohttp.ConnectionTimeoutError
        if trouble.fault is Fault.SLOW and not trouble.detail:
            return None
        self.unknown[key] += 1
        if trouble.fault is Fault.RESET:
            raise aiohttp.ServerDisconnectedError
        if trouble.fault is Fault.SLOW:
            raise TimeoutError
        return STATUS[trouble.detail], {}, f"{trouble.detail}, and no JSON"

    def _limited(self, wait: str, workspace: str, key: str) -> Answer:
        if key and wait.isdigit():
            self._holds[self.life, workspace].append((key, self.clock() + timedelta(seconds=int(wait))))
        headers = {"Retry-After": wait} if wait else {}
        return TOO_MANY, headers, {"ok": False, "error": "ratelimited"}
