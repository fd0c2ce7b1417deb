"""The bot's pages and Slack's door as one ASGI app: `/healthz`, `/readyz`, `/metrics`, and over HTTP also `/slack/events`."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.build import Bot
from bot.line import Line
from bot.lines import Lines, OneLine
from bot.metrics import CONTENT_TYPE
from bot.presence import Presence, is_of
from bot.settings import Transport
from bot.standby import StandbyLine
from bot.verifier import SkewWatch, Verifier
from bot.web_events import PATH, Doors, SlackDoor
from bot.web_ready import Readiness, Report, all_ok
from messages.notice import clock_off

log = logging.getLogger("mat.web")

LOOPBACK = "127.0.0.1"
OK, NOT_OK = 200, 503
GAUGES = {
    "line_quiet_seconds": ("Since Slack's socket last answered a ping.", "line", "quiet_seconds"),
    "turn_age_seconds": ("Since the clockwork last turned.", "clockwork", "seconds_since_turn"),
    "planner_lag_seconds": ("How long the oldest due schedule has waited.", "planner", "lag_seconds"),
    "courier_lag_seconds": ("How long the oldest post that may go has waited.", "courier", "lag_seconds"),
    "audit_gaps": ("Posts that were due and have no outcome, by the last hourly audit.", "audit", "gaps"),
    "audit_alarms": ("What else the last audit found: a channel, the token, the disk.", "audit", "alarms"),
    "clock_ahead_seconds": ("How far our clock is ahead of Slack's.", "clock", "seconds_ahead"),
}
"""Gauge → what it is, and where it stands in the report of readiness."""


@dataclass(frozen=True, slots=True)
class Web:
    """The app with the line it serves. `host`: where it listens, loopback for whatever is not Slack's door."""

    app: Starlette
    line: Lines
    host: str


def make_web(bot: Bot) -> Web:
    """Call it inside the event loop. Raises `SigningSecretMissing` over HTTP."""
    skew = SkewWatch(lambda ahead: _tell_admins(bot, ahead))
    bot.dates.tell(skew, bot.desk.clock)
    if bot.settings.transport is Transport.SOCKET:
        lines = Lines(bot.presences, _socket(bot) if bot.has_home else None, partial(_socket, bot))
        return Web(Starlette(routes=_pages(Readiness(bot, lines, skew), bot)), lines, LOOPBACK)
    door = make_door(bot, skew) if bot.has_home else None
    lines = Lines(bot.presences, door, partial(_door_to, bot, skew))
    # An endpoint that is no function gets every method: also a GET is answered 401.
    several = Route(f"{PATH}/{{workspace}}", Doors(lines, bot.metrics))
    routes = [*([Route(PATH, door)] if door else []), several, *_pages(Readiness(bot, lines, skew), bot)]
    return Web(Starlette(routes=routes), lines, bot.settings.http_host)


def make_door(bot: Bot, skew: SkewWatch) -> SlackDoor:
    """For the settings' workspace. Raises `SigningSecretMissing`."""
    verifier = Verifier(bot.settings.slack_signing_secret.get_secret_value(), bot.desk.clock, skew)
    return SlackDoor(bot.app, verifier, bot.metrics, owns=lambda payload: is_of(bot.presences.home, payload))


def _door_to(bot: Bot, skew: SkewWatch, there: Presence) -> SlackDoor:
    verifier = Verifier(there.tokens.signing, bot.desk.clock, skew)
    return SlackDoor(bot.app, verifier, bot.metrics, owns=partial(is_of, there.workspace))


def _socket(bot: Bot, there: Presence | None = None) -> OneLine:
    """A line of this process alone, or one that it shares with others on the same store."""
    if not bot.crew.rounds:
        return _line(bot, there)
    return StandbyLine(partial(_line, bot, there), bot.crew.answers_concerns, bot.crew.others_answer)


def _line(bot: Bot, there: Presence | None = None) -> Line:
    """To a workspace, else to the settings' one."""
    if there is not None:
        return Line(bot.app, there.client, there.tokens.app, owns=partial(is_of, there.workspace))
    token = bot.settings.slack_app_token.get_secret_value()
    return Line(bot.app, bot.client, token, owns=lambda payload: is_of(bot.presences.home, payload))


def _tell_admins(bot: Bot, ahead: int) -> None:
    """In the log, and as an alarm: people may be getting no answer, and could not say so here."""
    log.warning("clock_off", extra={"seconds": ahead})
    bot.tasks.own(bot.delivery.audit.alarm("clock", clock_off(ahead)))


def _pages(readiness: Readiness, bot: Bot) -> list[Route]:
    async def healthz(_request: Request) -> Response:
        health = readiness.health()
        return _json(health, ok=bool(health["ok"]))

    async def readyz(_request: Request) -> Response:
        report = await readiness.report()
        ok = all_ok(report)
        return _json({"ok": ok, **report}, ok=ok)

    async def show(_request: Request) -> Response:
        gauges = _gauges(await readiness.report()) | _stopped(bot)
        return Response(bot.metrics.show(gauges), media_type=CONTENT_TYPE)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", show)]


def _gauges(report: Report) -> dict[str, tuple[str, float]]:
    """What cannot be known just now is left as it was, and `matbot_ready` says that something is wrong."""
    shown = {"ready": ("1 while /readyz is well, else 0.", float(all_ok(report)))}
    for name, (words, part, figure) in GAUGES.items():
        value = report[part].get(figure)
        if isinstance(value, int):
            shown[name] = words, float(value)
    return shown


def _stopped(bot: Bot) -> dict[str, tuple[str, float]]:
    """Of the last whole day and no finer, and without the concern forms."""
    refused, asked = bot.desk.stopped.yesterday(bot.desk.clock())
    return {
        "guard_refused_yesterday": ("Texts refused as patient detail on the last whole day, UTC.", float(refused)),
        "guard_asked_yesterday": ("Texts asked about on the last whole day, UTC.", float(asked)),
    }


def _json(report: Mapping[str, object], *, ok: bool) -> Response:
    body = json.dumps(report, sort_keys=True)
    return Response(body, status_code=OK if ok else NOT_OK, media_type="application/json")
