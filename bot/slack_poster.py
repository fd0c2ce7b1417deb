"""Posts over Slack's Web API. The one place that knows which answer means "it stands there", "it does not" and "who knows"."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from mat.message import Message
from mat.ports import NotPosted, OutcomeUnknown, Posted, PostFailed, Refused, SlowDown

EVENT_TYPE = "mat_post"
PAGE = 100
PAGES = 5
TOO_MANY_REQUESTS = 429
SERVER_TROUBLE = 500

SLOW_DOWN = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
TRY_LATER = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
# Slack says of these that some of the operation may have succeeded.
WHO_KNOWS = frozenset({"fatal_error", "internal_error"})


class SlackPoster:
    """`mat.ports.Poster` on a client of slack_sdk. Raises `ValueError` for a client that would send a lost post again by itself."""

    def __init__(self, client: AsyncWebClient) -> None:
        if client.retry_handlers:
            raise ValueError("build the client with retry_handlers=[]: only the courier decides what goes again")
        self._client = client

    async def post(self, target: str, message: Message, *, key: str, name: str = "", thread_ts: str = "") -> Posted:
        payload = {"key": key, "name": name} if name else {"key": key}
        wanted = {
            "channel": target,
            "text": message.text,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": payload},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if message.blocks:
            wanted["blocks"] = message.blocks
        if thread_ts:
            wanted["thread_ts"] = thread_ts
        # Past `chat_postMessage`, which looks for objects of slack_sdk in every part of every block.
        answer = await answer_of(self._client.api_call("chat.postMessage", json=wanted))
        channel, ts = answer.get("channel"), answer.get("ts")
        if not channel or not ts:
            raise OutcomeUnknown("answer-without-ts")
        return Posted(str(channel), str(ts))

    async def update(self, channel: str, ts: str, message: Message) -> None:
        blocks: Any = list(message.blocks) or None
        await answer_of(self._client.chat_update(channel=channel, ts=ts, text=message.text, blocks=blocks))

    async def find(self, channel: str, key: str, since: datetime) -> Posted | None:
        cursor = ""
        for _ in range(PAGES):
            page = await answer_of(
                self._client.conversations_history(
                    channel=channel,
                    oldest=f"{since.timestamp():.6f}",
                    include_all_metadata=True,
                    limit=PAGE,
                    cursor=cursor or None,
                )
            )
            for message in page.get("messages") or []:
                if key in _keys(message):
                    return Posted(channel, str(message["ts"]))
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return None

    def of(self, _workspace: str, /) -> SlackPoster:
        """Itself: the client knows one workspace. `bot.presence` chooses between several."""
        return self


def _keys(message: dict[str, Any]) -> set[str]:
    metadata = message.get("metadata") or {}
    ours = metadata.get("event_type") == EVENT_TYPE
    payload = (metadata.get("event_payload") or {}) if ours else {}
    return {str(payload[name]) for name in ("key", "name") if payload.get(name)}


async def answer_of(call: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
    """What Slack said, or one of the four failures of `mat.ports`."""
    try:
        response = await call
    except SlackApiError as error:
        raise _failure(error) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        # The connection was never made, so nothing was sent.
        raise NotPosted(type(error).__name__) from None
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise OutcomeUnknown(type(error).__name__) from None
    except (AttributeError, TypeError, ValueError) as error:
        # slack_sdk trips over an answer that is no JSON object.
        raise OutcomeUnknown(type(error).__name__) from None
    data = response.data
    if not isinstance(data, dict):
        raise OutcomeUnknown("answer-unreadable")
    return data


def _failure(error: SlackApiError) -> PostFailed:
    response = error.response
    # Where the body was broken slack_sdk hands over aiohttp's response instead of its own.
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == TOO_MANY_REQUESTS or code in SLOW_DOWN:
        return SlowDown(_seconds(getattr(response, "headers", None) or {}))
    if status >= SERVER_TROUBLE or not code or code in WHO_KNOWS:
        return OutcomeUnknown(code or f"http-{status}")
    if code in TRY_LATER:
        return NotPosted(code)
    return Refused(code)


def _seconds(headers: Any) -> float | None:
    """Slack's Retry-After; None where it is missing or no number of seconds."""
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                seconds = float(value)
            except ValueError:
                return None
            return seconds if 0 <= seconds < float("inf") else None
    return None
