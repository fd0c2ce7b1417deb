"""Each workspace signs with its own secret at its own path, or has a socket of its own, and can speak for itself alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.lines import Lines
from bot.presence import is_of
from bot.settings import Transport
from bot.web import make_web
from bot.web_server import WebServer
from tests.fakes import payloads
from tests.fakes.payloads import SIGNING_SECRET, signed_request
from tests.fakes.slack_world import LEAD, TEAM
from tests.integration.workspaces.two import CEDAR, SECRET, Two, in_team, two_workspaces

HTTP = {"MAT_TRANSPORT": Transport.HTTP, "slack_signing_secret": SecretStr(SIGNING_SECRET)}


class OverHttp:
    def __init__(self, two: Two, lines: Lines, address: str, browser: aiohttp.ClientSession) -> None:
        self.two, self.lines, self.address, self.browser = two, lines, address, browser

    async def send(self, payload: Mapping[str, Any], *, path: str, secret: str) -> tuple[int, str]:
        headers, body = signed_request(payload, now=self.two.under_test.clock(), secret=secret)
        async with self.browser.post(f"{self.address}/slack/events{path}", data=body, headers=headers) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[OverHttp]:
    async with two_workspaces(folder, **HTTP) as two:
        web = make_web(two.under_test.bot)
        server = WebServer(web.app)
        await server.open(web.host, 0)
        await web.line.open()
        await asyncio.sleep(0)
        try:
            async with aiohttp.ClientSession() as browser:
                yield OverHttp(two, web.line, f"http://127.0.0.1:{server.port}", browser)
        finally:
            await web.line.close()
            await server.close()


@pytest.fixture
async def http(bot_folder: Path) -> AsyncIterator[OverHttp]:
    async with served(bot_folder) as over:
        yield over


def status_of(team: str, trigger: str = "t") -> dict[str, Any]:
    return in_team(payloads.slash_command("status", user=LEAD, trigger=trigger), team)


async def test_each_secret_opens_its_own_path(http: OverHttp) -> None:
    status, said = await http.send(status_of(TEAM), path="", secret=SIGNING_SECRET)
    assert (status, "Maple Street Clinic" in said) == (200, True)
    status, said = await http.send(status_of(CEDAR), path=f"/{CEDAR}", secret=SECRET)
    assert (status, "Cedar Hill Clinic" in said, "Maple" in said) == (200, True, False)


@pytest.mark.parametrize(
    ("team", "path", "secret"),
    [
        (CEDAR, f"/{CEDAR}", SIGNING_SECRET),
        (CEDAR, "", SIGNING_SECRET),
        (CEDAR, "", SECRET),
        (TEAM, f"/{CEDAR}", SECRET),
        (TEAM, "", SECRET),
        (TEAM, f"/{TEAM}", SIGNING_SECRET),
        ("T0NOWHERE", f"/{CEDAR}", SECRET),
        ("T0NOWHERE", "/T0NOWHERE", SECRET),
        (CEDAR, f"/{CEDAR}/more", SECRET),
    ],
)
async def test_nobody_speaks_for_another_workspace(http: OverHttp, team: str, path: str, secret: str) -> None:
    status, said = await http.send(status_of(team), path=path, secret=secret)
    assert status in {401, 404}
    assert "Clinic" not in said


async def test_an_organization_cannot_take_another_out(http: OverHttp) -> None:
    gone = in_team(payloads.event({"type": "app_uninstalled"}), TEAM)
    assert (await http.send(gone, path=f"/{CEDAR}", secret=SECRET))[0] == 401
    assert http.two.under_test.bot.presences.of(TEAM) is not None


async def test_a_workspace_that_left_is_answered_like_a_stranger(http: OverHttp) -> None:
    await http.two.under_test.bot.workspaces.leave(CEDAR)
    await http.lines.follow()
    assert await http.send(status_of(CEDAR), path=f"/{CEDAR}", secret=SECRET) == (401, "")
    assert (await http.send(status_of(TEAM), path="", secret=SIGNING_SECRET))[0] == 200


async def test_slacks_own_question_is_answered_before_anything_is_set_up(http: OverHttp) -> None:
    asked = {"token": "made-up", "challenge": "3eZbrw1aB", "type": "url_verification"}
    headers, body = signed_request({**asked, "type": "event_callback"}, now=http.two.under_test.clock(), secret=SECRET)
    assert is_of(CEDAR, asked)
    assert headers
    assert body


NAMES = [
    {"team_id": TEAM},
    {"team": {"id": TEAM}},
    {"team": TEAM},
    {"team_id": CEDAR, "team": {"id": TEAM}},
    {"team_id": CEDAR, "authorizations": [{"team_id": TEAM}]},
    {"team_id": CEDAR, "authorizations": [{"team_id": CEDAR}, {"team_id": TEAM}]},
    {"team_id": CEDAR, "view": {"app_installed_team_id": TEAM}},
    {"user": {"team_id": TEAM}},
    {"event": {"team": TEAM}},
    {"view": {"team_id": TEAM}},
    {"ssl_check": "x", "team_id": TEAM},
    {"type": "url_verification", "team": {"id": TEAM}},
    {"team_id": CEDAR, "team": {"id": ["odd"]}},
    {"authorizations": {"odd": 1}},
    {"team_id": CEDAR, "view": {"app_installed_team_id": TEAM}, "user": {"team_id": CEDAR}},
    {},
]


@pytest.mark.parametrize("payload", NAMES, ids=str)
def test_a_payload_with_any_other_name_in_it_is_not_of_the_workspace(payload: dict[str, Any]) -> None:
    assert not is_of(CEDAR, payload)


@pytest.mark.parametrize(
    "payload",
    [
        payloads.slash_command("status"),
        payloads.event({"type": "app_home_opened"}),
        payloads.global_shortcut("mat:concern:raise"),
        {"ssl_check": "1", "token": "made-up"},
        {"type": "url_verification", "challenge": "c"},
    ],
    ids=lambda payload: str(payload.get("type") or payload.get("command")),
)
def test_what_slack_sends_of_the_workspace_is(payload: dict[str, Any]) -> None:
    assert is_of(CEDAR, in_team(payload, CEDAR))


async def test_each_socket_answers_for_its_own_workspace_only(bot_folder: Path) -> None:
    async with two_workspaces(bot_folder) as two:
        slack = two.under_test.slack
        lines = make_web(two.under_test.bot).line
        await lines.open()
        try:
            while len(slack._sockets) < 2:  # noqa: ASYNC110 - the second line opens by itself
                await asyncio.sleep(0.01)
            here = await slack.deliver("slash_commands", status_of(CEDAR, "t1"))
            assert "Cedar Hill Clinic" in str(here)
            assert await slack.deliver("slash_commands", status_of(TEAM, "t2")) == {}
            await two.under_test.bot.workspaces.leave(CEDAR)
            await lines.follow()
            assert lines.to(CEDAR) is None
            assert await lines.is_up()
        finally:
            await lines.close()


async def test_when_the_settings_workspace_takes_the_bot_out_the_others_go_on(bot_folder: Path) -> None:
    async with two_workspaces(bot_folder) as two:
        slack = two.under_test.slack
        lines = make_web(two.under_test.bot).line
        await lines.open()
        watching = asyncio.create_task(lines.watch())
        try:
            while len(slack._sockets) < 2:  # noqa: ASYNC110 - the second line opens by itself
                await asyncio.sleep(0.01)
            await two.under_test.bot.workspaces.leave(TEAM)
            await lines.follow()
            await lines.follow()
            assert not watching.done()
            assert await lines.is_up()
            assert "Cedar Hill Clinic" in str(await slack.deliver("slash_commands", status_of(CEDAR, "t1")))
        finally:
            watching.cancel()
            await lines.close()
