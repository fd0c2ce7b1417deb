"""Figures for Prometheus: counters that move with what people do, gauges that are read off when somebody asks.

Nothing here may move with a single concern. So whatever has to do with concerns is not counted, nor is a typed word that is not known
(it may be the start of one); and there is no collector of the process or the platform, whose memory and bytes written would tell too.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
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


class Metrics:
    """One bot's figures, in a registry of their own. Every series is there from the start, at nought."""

    def __init__(self) -> None:
        self._registry = mine = CollectorRegistry()
        requests = Counter("matbot_requests", "What people did, without concerns.", ["kind"], registry=mine)
        failures = Counter("matbot_requests_failed", "Those that ended in an error.", ["kind"], registry=mine)
        seconds = Histogram(
            "matbot_answer_seconds",
            "From what they did to our answer.",
            ["kind"],
            buckets=ANSWER_SECONDS,
            registry=mine,
        )
        refused = Counter("matbot_http_refused", "HTTP requests not taken for Slack's.", ["reason"], registry=mine)
        self._requests = {kind: requests.labels(kind) for kind in Kind}
        self._failures = {kind: failures.labels(kind) for kind in Kind}
        self._seconds = {kind: seconds.labels(kind) for kind in Kind}
        self._refused = {reason: refused.labels(reason) for reason in Refusal}
        self._gauges: dict[str, Gauge] = {}

    def answered(self, payload: Mapping[str, Any], status: int, seconds: float) -> None:
        kind = kind_of(payload)
        if kind is None:
            return
        self._requests[kind].inc()
        self._seconds[kind].observe(seconds)
        if status != HTTPStatus.OK:
            self._failures[kind].inc()

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
