"""Modals, Home and private answers over Slack's Web API."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from mat.message import Message, View
from mat.ports import PostFailed, Refused

LOST = (asyncio.TimeoutError, aiohttp.ClientError)


class SlackSurfaces:
    """`mat.ports.Surfaces` over one workspace's client and the session that all calls share."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session

    async def open_view(self, trigger: str, view: View) -> str:
        answer = await self._call("views.open", trigger_id=trigger, view=dict(view))
        return str(answer["view"]["id"])

    async def update_view(self, view_id: str, view: View) -> None:
        await self._call("views.update", view_id=view_id, view=dict(view))

    async def publish_home(self, user: str, view: View) -> None:
        await self._call("views.publish", user_id=user, view=dict(view))

    async def answer(self, response_url: str, message: Message | None, *, replace: bool) -> None:
        body: dict[str, Any] = {"response_type": "ephemeral", "replace_original": replace}
        if message is None:
            body = {"delete_original": True}
        else:
            body |= {"text": message.text, "blocks": list(message.blocks)}
        try:
            async with self._session.post(response_url, json=body) as response:
                if response.status >= 400:  # noqa: PLR2004 - HTTP's own line between taken and refused
                    raise Refused(f"http_{response.status}")
        except LOST as lost:
            raise PostFailed(type(lost).__name__) from None

    async def _call(self, method: str, **arguments: Any) -> Any:
        calls = {
            "views.open": self._client.views_open,
            "views.update": self._client.views_update,
            "views.publish": self._client.views_publish,
        }
        try:
            return await calls[method](**arguments)
        except SlackApiError as refused:
            raise Refused(error_code(refused)) from None
        except LOST as lost:
            raise PostFailed(type(lost).__name__) from None


def error_code(refused: SlackApiError) -> str:
    """Slack's error code, or the HTTP status where the answer is no JSON (a 500 with a text body)."""
    data = getattr(refused.response, "data", None)
    if isinstance(data, dict) and data.get("error"):
        return str(data["error"])
    return f"http_{getattr(refused.response, 'status_code', 'unknown')}"
