"""slack_sdk's client with a short way for calls that carry JSON, because thousands of posts go out in the same minute.

On its own way slack_sdk copies the arguments several times and writes each request out for a debug log that nobody keeps, and the
standard library's JSON follows; together that takes as long as the sending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BytesPayload
from pydantic_core import PydanticSerializationError, from_json, to_json
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

JSON_ALONE = {"json"}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What is left to read of an answer that is no JSON object."""

    status_code: int
    headers: Mapping[str, str]


class SlackClient(AsyncWebClient):
    """Where it has a session, a call that carries JSON goes the short way: once, whatever the retry handlers are."""

    async def api_call(self, api_method: str, **given: Any) -> AsyncSlackResponse:
        """Raises what slack_sdk raises; for an answer that is no JSON object always `SlackApiError`."""
        body = self._written(given)
        if self.session is None or body is None:
            return await super().api_call(api_method, **given)
        async with self.session.post(
            f"{self.base_url}{api_method}",
            data=body,
            headers={**self.headers, "Authorization": f"Bearer {self.token}"},
            ssl=self.ssl or True,
            proxy=self.proxy,
        ) as response:
            told = await response.read()
        return response_of(self, api_method, _read(told), response.status, response.headers)

    def _written(self, given: Mapping[str, Any]) -> BytesPayload | None:
        """The body; None for a call that is not of this kind, or that only the standard library can write."""
        if given.keys() != JSON_ALONE or "token" in given["json"] or self.default_params:
            return None
        try:
            return BytesPayload(to_json(given["json"]), content_type="application/json;charset=utf-8")
        except PydanticSerializationError:  # half of a character
            return None


def response_of(
    client: AsyncWebClient, method: str, data: object, status: int, headers: Mapping[str, str]
) -> AsyncSlackResponse:
    """An answer as slack_sdk has it. Raises `SlackApiError` where Slack refused, or `data` is no JSON object."""
    if not isinstance(data, dict):
        raise SlackApiError("no JSON object", Unreadable(status, headers))  # type: ignore[no-untyped-call]  # slack_sdk's
    response = AsyncSlackResponse(
        client=client,
        http_verb="POST",
        api_url=method,
        req_args={},
        data=data,
        headers=headers,  # type: ignore[arg-type]  # read only
        status_code=status,
    )
    response.validate()  # type: ignore[no-untyped-call]  # slack_sdk's
    return response


def _read(told: bytes) -> object:
    try:
        return from_json(told)
    except ValueError:
        return None
