"""Slack's door without a bot behind it: what happens when that fails, and when a request never ends."""

from __future__ import annotations

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from starlette.types import Message

from bot.metrics import Metrics
from bot.verifier import SkewWatch, Verifier
from bot.web_events import BODY_LIMIT, SlackDoor
from tests.fakes.asgi import posted, raw
from tests.fakes.clock import HandClock
from tests.fakes.payloads import SIGNING_SECRET, signed_request, slash_command
from tests.logged import FORCED_DEBUG, logged

TEXT = "Purple giraffes"


class FallingApp:
    """Raises, answers 500, then answers."""

    def __init__(self) -> None:
        self.asked = 0

    async def async_dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        self.asked += 1
        if self.asked == 1:
            raise RuntimeError(request.body["text"])
        return BoltResponse(status=500 if self.asked == 2 else 200, body={"text": "here"})


async def door_to(app: FallingApp, **more: float) -> SlackDoor:
    verifier = Verifier(SIGNING_SECRET, HandClock(), SkewWatch(print))
    door = SlackDoor(app, verifier, Metrics(), **more)  # type: ignore[arg-type]
    await door.open()
    return door


async def test_what_failed_on_our_side_is_welcome_again_and_what_was_answered_is_not() -> None:
    app = FallingApp()
    door = await door_to(app)
    request = signed_request(slash_command(TEXT), now=HandClock()())
    answers = [await posted(door, *request) for _ in range(4)]
    assert [status for status, _ in answers] == [500, 500, 200, 401]
    assert app.asked == 3


async def test_what_failed_is_told_by_its_type() -> None:
    door = await door_to(FallingApp())
    with logged(FORCED_DEBUG) as log:
        status, body = await posted(door, *signed_request(slash_command(TEXT), now=HandClock()()))
    assert (status, body) == (500, b"")
    assert '"type": "RuntimeError"' in log.lines
    assert TEXT not in log.lines + log.exceptions


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    app = FallingApp()
    door = await door_to(app, body_seconds=0.01)
    status, _ = await posted(door, *signed_request(slash_command(TEXT), now=HandClock()()), stalls=True)
    assert (status, app.asked) == (401, 0)


async def test_a_body_without_end_is_not_read_to_its_end() -> None:
    door, read = await door_to(FallingApp()), 0
    headers, _ = signed_request(slash_command(TEXT), now=HandClock()())
    sent: list[Message] = []

    async def receive() -> Message:
        nonlocal read
        read += 100_000
        assert read <= BODY_LIMIT + 100_000
        return {"type": "http.request", "body": b"x" * 100_000, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    await door({"type": "http", "method": "POST", "headers": raw(headers)}, receive, send)
    assert sent[0]["status"] == 401
    assert (b"connection", b"close") in sent[0]["headers"]


async def test_other_headers_of_slack_do_not_matter() -> None:
    door = await door_to(FallingApp())
    headers, body = signed_request(slash_command(TEXT), now=HandClock()(), retry=3)
    assert (await posted(door, headers, body))[0] == 500
