"""`/healthz` on loopback: whether the bot is up, connected and sending, for a supervisor. No figure of any concern."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.build import Bot

HOST = "127.0.0.1"
LONGEST_TURN_SECONDS = 60

Report = Callable[[], Awaitable[Mapping[str, object]]]


def report_of(bot: Bot) -> Report:
    """Whether the clockwork still turns; `seconds_since_turn` is None until its first turn."""

    async def report() -> Mapping[str, object]:
        turned = bot.delivery.heartbeat.beat_at
        seconds = None if turned is None else round((bot.desk.clock() - turned).total_seconds())
        return {"ok": seconds is not None and seconds <= LONGEST_TURN_SECONDS, "seconds_since_turn": seconds}

    return report


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
        self._runner = web.AppRunner(app, access_log=None)
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
