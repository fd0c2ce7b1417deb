"""Figures for Prometheus: counters that move with what people do, gauges that are read off when somebody asks.

Nothing here may move with a single concern. So whatever has to do with concerns is not counted, nor is a typed word that is not known
(it may be the start of one); and there is no collector of the process or the platform, whose memory and bytes written would tell too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from itertools import accumulate
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.verifier import Refusal
from commands import concern, concern_inbox
from commands.everything import ALIASES, COMMANDS
from commands.slash_text import split

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
# Slack waits three seconds.
ANSWER_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
OF_CONCERNS = frozenset({*concern.COMMANDS, *concern_inbox.COMMANDS})
COUNTED_WORDS = frozenset(
    word for word in {*COMMANDS, *ALIASES} if word not in OF_CONCERNS and ALIASES.get(word) not in OF_CONCERNS
)
UNCOUNTED_NAMES = ("mat:concern:", "mat:go:")
"""Buttons and forms of concerns, and buttons that run a typed line again, whatever it was."""


class Kind(StrEnum):
    """What a person did."""

    COMMAND = "command"
    BUTTON = "button"
    FORM = "form"
    SHORTCUT = "shortcut"
    EVENT = "event"


def kind_of(payload: Mapping[str, Any]) -> Kind | None:
    """What to count a payload as; None for what must not be counted, or is nothing we know."""
    if "command" in payload:
        return Kind.COMMAND if split(str(payload.get("text") or ""))[0] in COUNTED_WORDS else None
    match payload:
        case {"type": "event_callback"}:
            return Kind.EVENT
        case {"type": "block_actions", "actions": [{"action_id": str(name)}, *_]}:
            return None if name.startswith(UNCOUNTED_NAMES) else Kind.BUTTON
        case {"type": "view_submission", "view": {"callback_id": str(name)}}:
            return None if name.startswith(UNCOUNTED_NAMES) else Kind.FORM
        case {"type": "shortcut" | "message_action", "callback_id": str(name)}:
            return None if name.startswith(UNCOUNTED_NAMES) else Kind.SHORTCUT
    return None


@dataclass(slots=True)
class Tally:
    """How often people did a thing, by how long our answer took; the last place is for longer than the last of `ANSWER_SECONDS`."""

    by_seconds: list[int] = field(default_factory=lambda: [0] * (len(ANSWER_SECONDS) + 1))
    seconds: float = 0.0
    failed: int = 0

    def add(self, seconds: float, *, failed: bool) -> None:
        self.by_seconds[bisect_left(ANSWER_SECONDS, seconds)] += 1
        self.seconds += seconds
        self.failed += failed


class Answers(Collector):
    """What people did. Counted without a lock, because all of it happens in one thread; Prometheus' own counters cost more than Bolt's
    way to a listener.
    """

    def __init__(self) -> None:
        self._tallies = {kind: Tally() for kind in Kind}

    def add(self, kind: Kind, seconds: float, *, failed: bool) -> None:
        self._tallies[kind].add(seconds, failed=failed)

    def collect(self) -> Iterator[Metric]:
        requests = CounterMetricFamily("matbot_requests", "What people did, without concerns.", labels=["kind"])
        failures = CounterMetricFamily("matbot_requests_failed", "Those that ended in an error.", labels=["kind"])
        seconds = HistogramMetricFamily("matbot_answer_seconds", "From what they did to our answer.", labels=["kind"])
        for kind, tally in self._tallies.items():
            so_far = list(accumulate(tally.by_seconds))
            limits = (*map(str, ANSWER_SECONDS), "+Inf")
            requests.add_metric([kind], so_far[-1])
            failures.add_metric([kind], tally.failed)
            seconds.add_metric([kind], list(zip(limits, so_far, strict=True)), tally.seconds)
        return iter((requests, failures, seconds))


class Metrics:
    """One bot's figures, in a registry of their own. Every series is there from the start, at nought."""

    def __init__(self) -> None:
        self._registry = mine = CollectorRegistry()
        self._answers = Answers()
        mine.register(self._answers)
        refused = Counter("matbot_http_refused", "HTTP requests not taken for Slack's.", ["reason"], registry=mine)
        self._refused = {reason: refused.labels(reason) for reason in Refusal}
        self._gauges: dict[str, Gauge] = {}

    def answered(self, payload: Mapping[str, Any], status: int, seconds: float) -> None:
        kind = kind_of(payload)
        if kind is not None:
            self._answers.add(kind, seconds, failed=status != HTTPStatus.OK)

    def refused(self, reason: Refusal) -> None:
        self._refused[reason].inc()

    def show(self, gauges: Mapping[str, tuple[str, float]]) -> bytes:
        """Prometheus' text. `gauges`: name without our prefix → (what it is, its value now)."""
        for name, (words, value) in gauges.items():
            if name not in self._gauges:
                self._gauges[name] = Gauge(f"matbot_{name}", words, registry=self._registry)
            self._gauges[name].set(value)
        return generate_latest(self._registry)


class CountedApp(AsyncApp):
    """Bolt's app, which counts what comes in, over whichever transport."""

    def __init__(self, metrics: Metrics, **options: Any) -> None:
        super().__init__(**options)
        self._metrics = metrics

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        started = perf_counter()
        response = await super().async_dispatch(req)
        self._metrics.answered(req.body, response.status, perf_counter() - started)
        return response
