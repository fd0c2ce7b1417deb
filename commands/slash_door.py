"""Where `/mat` comes in: as the last of Bolt's middleware.

A listener would do the same. But Bolt works out thirty arguments for its matcher and again for the listener, of which it then hands
over two, and everybody waits for this answer (bench/status.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware

from commands.listeners import Listeners

COMMAND = "/mat"


class SlashDoor(AsyncMiddleware):
    """Answers `/mat`, and lets pass whatever else Slack sends."""

    def __init__(self, listeners: Listeners) -> None:
        self._listeners = listeners

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's name for it
    ) -> BoltResponse | None:
        if req.body.get("command") != COMMAND:
            await next()
            return resp
        ack = req.context.ack
        await self._listeners.command(ack, req.body)
        return ack.response
