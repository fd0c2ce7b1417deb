"""The Web API's client on a simulated Slack: all of slack_sdk and of the bot's own poster but the wire."""

from __future__ import annotations

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.simulation.slack import SimulatedSlack
from bot.slack_client import response_of


class SimulatedClient(AsyncWebClient):
    """For one process of the bot."""

    def __init__(self, slack: SimulatedSlack) -> None:
        super().__init__(token="simulated", retry_handlers=[])  # noqa: S106 - there is nobody to show it to
        self._slack = slack

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:
        status, headers, body = self._slack.called(api_method, given.get("json") or given.get("params") or {})
        return response_of(self, api_method, body, status, headers)
