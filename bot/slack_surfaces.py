"""Modals, Home and private answers over Slack's Web API."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_poster import TOO_MANY_REQUESTS, answer_of
from mat.message import Message, View
from mat.ports import NotPosted, OutcomeUnknown, Refused, SlowDown

# A trigger id, and Slack's patience for our answer, are over after three seconds.
OPEN_SECONDS = 2.3
WAITS = (0.3, 1.0)
LONGEST_WAIT = 5.0
TAKEN_BEFORE = "exchanged_trigger_id"
WRONG, SERVER_TROUBLE = 400, 500

Given = TypeVar("Given")


class SlackSurfaces:
    """`mat.ports.Surfaces` over one workspace's client and the session that all calls share.

    What may be repeated without harm is tried three times before it counts as failed.
    """

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session

    async def open_view(self, trigger: str, view: View) -> str:
        """The id of the modal; empty where it stands open and Slack's answer with the id was lost."""

        async def open_it() -> str:
            answer = await answer_of(self._client.views_open(trigger_id=trigger, view=dict(view)))
            opened = answer.get("view") or {}
            return str(opened.get("id") or "")

        try:
            async with asyncio.timeout(OPEN_SECONDS):
                try:
                    return await open_it()
                except (NotPosted, OutcomeUnknown):
                    await asyncio.sleep(WAITS[0])
                    return await self._once_more(open_it)
        except TimeoutError:
            raise OutcomeUnknown("slow") from None

    async def _once_more(self, open_it: Callable[[], Awaitable[str]]) -> str:
        try:
            return await open_it()
        except Refused as refused:
            if refused.code != TAKEN_BEFORE:
                raise
            return ""  # the first call had gone through

    async def update_view(self, view_id: str, view: View) -> None:
        await _patiently(lambda: answer_of(self._client.views_update(view_id=view_id, view=dict(view))))

    async def publish_home(self, user: str, view: View) -> None:
        await _patiently(lambda: answer_of(self._client.views_publish(user_id=user, view=dict(view))))

    async def answer(self, response_url: str, message: Message | None, *, replace: bool) -> None:
        body: dict[str, Any] = {"response_type": "ephemeral", "replace_original": replace}
        if message is None:
            body = {"delete_original": True}
        else:
            body |= {"text": message.text, "blocks": list(message.blocks)}
        await _patiently(lambda: self._post(response_url, body))

    async def _post(self, response_url: str, body: dict[str, Any]) -> None:
        try:
            async with self._session.post(response_url, json=body) as response:
                status, told = response.status, await response.text()
        except (TimeoutError, aiohttp.ClientError, OSError) as lost:
            raise OutcomeUnknown(type(lost).__name__) from None
        except ValueError:  # no URL at all, or an answer in no known letters
            raise Refused("no-url") from None
        if status == TOO_MANY_REQUESTS or status >= SERVER_TROUBLE:
            raise NotPosted(f"http_{status}")
        if status >= WRONG or told.replace(" ", "").startswith('{"ok":false'):
            raise Refused(f"http_{status}")


async def _patiently(call: Callable[[], Awaitable[Given]]) -> Given:
    """Tries again where Slack was slow, busy or out of reach. Only for calls that do the same when they come twice."""
    for wait in WAITS:
        try:
            return await call()
        except SlowDown as busy:
            await asyncio.sleep(min(busy.seconds or wait, LONGEST_WAIT))
        except (NotPosted, OutcomeUnknown):
            await asyncio.sleep(wait)
    return await call()


def error_code(refused: SlackApiError) -> str:
    """Slack's error code, or the HTTP status where the answer is no JSON (a 500 with a text body)."""
    data = getattr(refused.response, "data", None)
    if isinstance(data, dict) and data.get("error"):
        return str(data["error"])
    return f"http_{getattr(refused.response, 'status_code', 'unknown')}"
