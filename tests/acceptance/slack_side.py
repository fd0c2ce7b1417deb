"""Slack's side of the conversation without the page: what people do there, and what the bot made Slack hold.

The control API waits until the bot has acknowledged, so after `command`, `press` or `submit` the answer stands in `messages`
or `forms`; what the bot does after its acknowledgement is waited for with `until`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Self, TypeVar

import aiohttp

from bot.local_slack import LocalSlack

Json = dict[str, Any]
Values = Mapping[str, Mapping[str, Json]]
Found = TypeVar("Found")
PATIENCE = 10.0


class NotOnThePage(AssertionError):
    """No such button, message or form."""


class SlackSide:
    """Talks to the local Slack's control API, Web API and page socket. Use as an async context manager."""

    def __init__(self, slack: LocalSlack, *, bot_token: str = "xoxb-made-up") -> None:
        self._slack = slack
        self._token = bot_token

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    # -- what people do -------------------------------------------------------------------------------------------------

    async def command(self, user: str, channel: str, text: str, *, command: str = "/mat") -> None:
        await self._control("command", channel=channel, user=user, command=command, text=text)

    async def say(self, user: str, channel: str, text: str) -> None:
        await self._control("message", channel=channel, user=user, text=text)

    async def open_home(self, user: str) -> None:
        await self._control("open-home", user=user)

    async def press(self, user: str, channel: str, label: str, *, ts: str = "") -> None:
        """Press the newest button with this label in a channel, or the one in the message `ts`."""
        for message in reversed(await self.messages(channel)):
            if ts in {"", message["ts"]}:
                for action in buttons(message.get("blocks", ())):
                    if action["text"]["text"] == label:
                        await self._control(
                            "interact", channel=channel, messageTs=message["ts"], user=user, action=action
                        )
                        return
        raise NotOnThePage(f"no button {label!r} in {channel}")

    async def press_on_home(self, user: str, label: str) -> None:
        await self._press_in_view(user, await self.home(user), label)

    async def press_in_form(self, user: str, label: str, values: Values | None = None) -> None:
        """Press a button of the open form while `values` stand in its fields."""
        await self._press_in_view(user, (await self.forms())[-1], label, form=values or {})

    async def submit(self, user: str, values: Values, *, exactly: bool = False) -> dict[str, str]:
        """Submit the open form. The answer: errors by block, or nothing.

        `values` as Slack sends them: `{block_id: {action_id: {"type": "timepicker", "selected_time": "08:30"}}}`.
        Fields left out are sent as the form began with them, which is what Slack does; `exactly` sends null for them.
        """
        if not await self.forms():
            raise NotOnThePage("no form is open")
        frame = {"t": "view_submit", "user": user, "values": values, "exactly": exactly}
        return dict((await self._page(frame, until=shows_a_form)).get("errors", {}))

    async def close_form(self, user: str) -> None:
        await self._page({"t": "view_close", "user": user}, until=shows_a_form)

    # -- what Slack holds -----------------------------------------------------------------------------------------------

    async def messages(self, channel: str) -> list[Json]:
        """All messages of a channel, oldest first; `ephemeral_to` names the only reader of an ephemeral one."""
        found: list[Json] = (await self._get(f"{self._slack.control_url}/messages/{channel}"))["messages"]
        return found

    async def direct_messages(self, user: str) -> list[Json]:
        """What the bot and this person wrote to each other in private."""
        channel = (await self.api("conversations.open", users=user))["channel"]["id"]
        return await self.messages(channel)

    async def forms(self) -> list[Json]:
        """The stack of open forms, the visible one last."""
        return list((await self.state())["modalStack"])

    async def home(self, user: str, app: str = "A0MATBOT") -> Json:
        """The Home the bot has published for this person, or an empty dict."""
        found: Json = (await self.state())["homeViews"].get(user, {}).get(app, {})
        return found

    async def calls(self, method: str = "") -> list[Json]:
        """Arguments of the bot's Web API calls so far (the last 1,000 log lines), oldest first; of one method if named."""
        return [line.get("detail") or {} for line in await self._calls() if method in {"", line["summary"]}]

    async def methods(self) -> list[str]:
        """Names of the Web API methods the bot called, oldest first."""
        return [line["summary"] for line in await self._calls()]

    async def sent(self, kind: str) -> list[Json]:
        """Payloads for the bot: `slash_commands`, `interactive` (before a view is added to it) or `events_api`."""
        log = (await self._get(f"{self._slack.control_url}/log"))["log"]
        return [line["detail"] for line in log if line["direction"] == "to_bot" and line["kind"] == kind]

    async def state(self) -> Json:
        """Everything the page is told when it opens, in Slack's own words."""
        async with self._http.ws_connect(f"{self._slack.page}/ui?raw") as socket:
            frame: Json = json.loads(await socket.receive_str())
            found: Json = frame["state"]
            return found

    async def connected(self) -> bool:
        return all(app["connected"] for app in (await self.state())["apps"])

    async def api(self, method: str, **arguments: Any) -> Json:
        """A Web API call as the bot would make it. Raises AssertionError when Slack refuses."""
        headers = {"Authorization": f"Bearer {self._token}"}
        async with self._http.post(f"{self._slack.api_url}{method}", json=arguments, headers=headers) as answer:
            found: Json = await answer.json()
        assert found["ok"], found
        return found

    # -- how --------------------------------------------------------------------------------------------------------------

    async def _calls(self) -> list[Json]:
        log = (await self._get(f"{self._slack.control_url}/log"))["log"]
        return [line for line in log if line["kind"] == "web_api" and line["direction"] == "from_bot"]

    async def _control(self, verb: str, **body: Any) -> None:
        async with self._http.post(f"{self._slack.control_url}/{verb}", json=body) as answer:
            assert (await answer.json())["ok"], await answer.text()

    async def _get(self, url: str) -> Json:
        async with self._http.get(url) as answer:
            found: Json = await answer.json()
            return found

    async def _press_in_view(self, user: str, view: Json, label: str, **more: Any) -> None:
        for action in buttons(view.get("blocks", ())):
            if action["text"]["text"] == label:
                frame = {"t": "block_action", "channel": "", "messageTs": "", "user": user, "action": action, **more}
                await self._page(frame, until=shows_an_acknowledgement)
                return
        raise NotOnThePage(f"no button {label!r} there")

    async def _page(self, frame: Json, *, until: Callable[[Json], bool]) -> Json:
        """Send what the page would send, and return the first frame that answers it."""
        async with self._http.ws_connect(f"{self._slack.page}/ui?raw") as socket, asyncio.timeout(PATIENCE):
            await socket.receive_str()
            await socket.send_str(json.dumps(frame))
            while True:
                answer: Json = json.loads(await socket.receive_str())
                if until(answer):
                    return answer


def shows_a_form(frame: Json) -> bool:
    return frame["t"] in {"view", "view_errors"}


def shows_an_acknowledgement(frame: Json) -> bool:
    return bool(frame["t"] == "log" and frame["entry"]["kind"] == "ack")


def buttons(blocks: object) -> Iterator[Json]:
    """Every button in a list of blocks, as the action a press on it sends."""
    for block in blocks if isinstance(blocks, list | tuple) else ():
        for element in [*block.get("elements", ()), block.get("accessory") or {}]:
            if element.get("type") == "button":
                yield {**element, "block_id": block.get("block_id", "b0")}


async def until(look: Callable[[], Awaitable[Found]], *, what: str = "it", patience: float = PATIENCE) -> Found:
    """The first true answer of `look`, asked every 50 ms. Raises AssertionError when patience ends."""
    for _ in range(int(patience / 0.05)):
        found = await look()
        if found:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited {patience:.0f} seconds for {what} in vain")
