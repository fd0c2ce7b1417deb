"""The line to Slack: a socket that is opened, watched, and given up for the supervisor when it stays down."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_surfaces import error_code
from mat.errors import MatError

log = logging.getLogger("mat.line")

Sleep = Callable[[float], Awaitable[None]]
Owns = Callable[[Mapping[str, Any]], bool]
"""Whether a payload is of the workspace that a connection belongs to."""

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
SECONDS_TO_CONNECT = 15.0
LOOK_EVERY_SECONDS = 10.0
# The library reconnects by itself within seconds; these are for when it does not.
LOOKS_UNTIL_RECONNECT = 6
LOOKS_UNTIL_GIVEN_UP = 60
# Pings go out every five seconds.
DEAF_SECONDS = 60.0
TOKEN_IS_WRONG = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)
AWAY = (aiohttp.ClientError, TimeoutError, OSError)


class AppTokenRefused(MatError):
    """Slack does not accept SLACK_APP_TOKEN ({code}). It needs the scope connections:write, and Socket Mode switched on."""


class LineLost(MatError):
    """I have not heard from Slack for ten minutes, so I stop; whatever keeps me running starts me afresh."""


class _Handler(AsyncSocketModeHandler):
    """Answers what is of its own workspace; anything else gets a bare acknowledgement, so that Slack does not send it again."""

    owns: Owns

    async def handle(self, client: Any, req: Any) -> None:
        if self.owns(req.payload):
            await super().handle(client, req)
        else:
            log.error("line-of-another")
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


def anybodys(_payload: Mapping[str, Any]) -> bool:
    """An `Owns` of a line for every workspace."""
    return True


class Line:
    """One Socket Mode connection. Make it inside the event loop. `owns`: whether a payload is of the workspace it is for."""

    def __init__(
        self,
        app: AsyncApp,
        client: AsyncWebClient,
        app_token: str,
        *,
        owns: Owns = anybodys,
        sleep: Sleep = asyncio.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._handler = _Handler(app, app_token, web_client=client)
        self._handler.owns = owns
        self._handler.client.socket_mode_request_listeners.append(self._note_envelope)
        self._client = client
        self._app_token = app_token
        self._sleep = sleep
        self._now = now
        self._opened_at = now()
        self._envelope_at = 0.0

    async def open(self) -> None:
        """Connects; waits while Slack is away. Raises `AppTokenRefused` where waiting cannot help."""
        wait = FIRST_WAIT_SECONDS
        while not await self._try_to_connect():
            await self._sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    async def is_up(self) -> bool:
        """Whether the socket is open and answers pings."""
        return bool(await self._handler.client.is_connected())

    def quiet_seconds(self) -> int | None:
        """How long ago Slack last answered a ping; None before the first."""
        heard = self._handler.client.last_ping_pong_time
        return None if heard is None else max(0, round(time.time() - heard))

    async def hears(self) -> bool | None:
        """Whether a pong or an envelope came within the last minute; None where the line is too young to tell.

        The library looks at pongs only, and not at all once the task that sends its pings has died.
        """
        if not await self.is_up():
            return False
        heard_at = max(self._envelope_at, self._handler.client.last_ping_pong_time or 0.0)
        if self._now() - max(heard_at, self._opened_at) >= DEAF_SECONDS:
            log.warning("line_deaf")
            return False
        return True if heard_at > self._opened_at else None

    async def _note_envelope(self, _client: object, _request: object) -> None:
        self._envelope_at = self._now()

    async def watch(self) -> None:
        """Never returns while the line holds. Opens a new one after a minute down or deaf; raises `LineLost` after ten.

        A new line counts as holding only once something was heard on it.
        """
        down = 0
        while True:
            await self._sleep(LOOK_EVERY_SECONDS)
            hears = await self.hears()
            if hears is None:
                continue
            down = 0 if hears else down + 1
            if down >= LOOKS_UNTIL_GIVEN_UP:
                raise LineLost
            if down and down % LOOKS_UNTIL_RECONNECT == 0:
                await self._try_to_connect()

    async def close(self) -> None:
        await self._handler.close_async()  # type: ignore[no-untyped-call]

    async def _try_to_connect(self) -> bool:
        """One try. The library's own would go on for ever with an address that works once, and never say why."""
        try:
            answer = await self._client.apps_connections_open(app_token=self._app_token)
            self._handler.client.wss_uri = str(answer["url"])
            async with asyncio.timeout(SECONDS_TO_CONNECT):
                await self._handler.connect_async()  # type: ignore[no-untyped-call]
        except SlackApiError as refused:
            if (code := error_code(refused)) in TOKEN_IS_WRONG:
                raise AppTokenRefused(code=code) from None
            log.warning("line_not_open", extra={"code": code})
        except AWAY as lost:
            log.warning("line_not_open", extra={"type": type(lost).__name__})
        else:
            log.info("connected")
            self._opened_at = self._now()
            return True
        return False
