"""`/healthz` on loopback: whether the bot is up, connected and sending, for a supervisor. No figure of any concern."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.build import Bot
from bot.line import Line
from bot.stores import both_stores
from mat.errors import MatError

HOST = "127.0.0.1"
LONGEST_TURN_SECONDS = 60

Report = Callable[[], Awaitable[Mapping[str, object]]]


def report_of(bot: Bot, line: Line) -> Report:
    """What the page says. `seconds_since_turn`: how long ago the clockwork turned, None until Slack was met."""

    async def report() -> Mapping[str, object]:
        turned = bot.delivery.heartbeat.beat_at
        seconds = None if turned is None else round((bot.desk.clock() - turned).total_seconds())
        turning = seconds is not None and seconds <= LONGEST_TURN_SECONDS
        connected = await line.is_up()
        current = await asyncio.to_thread(_stores_are_current, bot)
        return {
            "ok": connected and turning and current,
            "connected": connected,
            "seconds_since_turn": seconds,
            "stores_current": current,
        }

    return report


def _stores_are_current(bot: Bot) -> bool:
    try:
        return all(store.problem() is None for store in both_stores(bot.settings))
    except MatError:
        return False


class HealthPage:
    """A page that answers 200 while `report()["ok"]` is true, else 503, with the report as JSON."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def open(self, port: int) -> None:
        """Listens on loopback; port 0 takes any free one. Raises `OSError` where the port is taken."""
        app = web.Application()
        app.router.add_get("/healthz", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, _request: web.Request) -> web.Response:
        report = await self._report()
        status = 200 if report.get("ok") else 503
        return web.json_response(dict(report), status=status, dumps=lambda body: json.dumps(body, sort_keys=True))
