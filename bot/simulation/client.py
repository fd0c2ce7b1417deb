"""The Web API's client on a simulated Slack: all of slack_sdk and of the bot's own poster but the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.simulation.slack import SimulatedSlack


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What slack_sdk hands over where an answer is no JSON: aiohttp's response."""

    status: int
    headers: dict[str, str]


class SimulatedClient(AsyncWebClient):
    """For one process of the bot."""

    def __init__(self, slack: SimulatedSlack) -> None:
        super().__init__(token="simulated", retry_handlers=[])  # noqa: S106 - there is nobody to show it to
        self._slack = slack

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:
        status, headers, body = self._slack.called(api_method, given.get("json") or given.get("params") or {})
        if isinstance(body, str):
            raise SlackApiError("Failed to parse the response body", Unreadable(status, headers))  # type: ignore[no-untyped-call]  # slack_sdk's
        response = AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_method,
            req_args={},
            data=body,
            headers=headers,
            status_code=status,
        )
        response.validate()  # type: ignore[no-untyped-call]  # slack_sdk's
        return response
