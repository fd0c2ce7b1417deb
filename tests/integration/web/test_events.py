"""The bot over HTTP: people get what they get over a socket, and whoever is not Slack gets 401 and nothing else."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.build import build_bot
from bot.settings import Transport
from bot.verifier import SKEWED_IN_A_ROW, Refusal, SigningSecretMissing
from bot.web import make_web
from bot.web_events import BODY_LIMIT, SlackDoor
from bot.web_server import NoSuchAddress, PortTaken, WebServer
from tests.bot_under_test import settings_for
from tests.fakes import payloads
from tests.fakes.asgi import posted
from tests.fakes.payloads import SIGNING_SECRET, signed_request
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_world import ADMIN, MEMBER
from tests.integration.web.conftest import OverHttp

REFUSED = (401, "")


async def refusals(http: OverHttp) -> dict[str, float]:
    """Reason → how many, as /metrics says."""
    _, text = await http.get("/metrics")
    counted = [line.partition("{")[2] for line in text.splitlines() if line.startswith("matbot_http_refused_total")]
    return {line.split('"')[1]: float(line.rsplit(" ", 1)[1]) for line in counted}


# -- what people do -------------------------------------------------------------------------------------------------------


async def test_a_command_is_answered_in_the_acknowledgement(http: OverHttp) -> None:
    status, answer = await http.send(payloads.slash_command("status", trigger="t"))
    assert status == 200
    assert answer["response_type"] == "ephemeral"
    assert "Maple Street Clinic" in answer["text"]


async def test_a_word_that_slack_also_uses_may_be_typed(http: OverHttp) -> None:
    """Bolt by itself takes a line with “payload” in it for a form without one."""
    status, answer = await http.send(payloads.slash_command("status payload", trigger="t"))
    assert status == 200
    assert answer["response_type"] == "ephemeral"


async def test_a_button_and_a_form_do_what_they_do(http: OverHttp) -> None:
    bot = http.under_test
    trigger = bot.slack.world.trigger(MEMBER.id)
    assert await http.send(payloads.slash_command("stuck naloxone", trigger=trigger)) == (200, None)
    (view,) = bot.slack.world.views.values()
    status, answer = await http.send(payloads.submit(view, {"note": "the pharmacy"}, trigger="t"))
    assert status == 200
    shown = json.dumps([answer, *bot.slack.world.views.values()])
    assert "naloxone" in shown.lower()
    _, answer = await http.send(payloads.slash_command("status", trigger="t"))
    assert "the pharmacy" in json.dumps(answer)


async def test_a_form_that_is_not_right_shows_why(http: OverHttp) -> None:
    bot = http.under_test
    await http.send(payloads.slash_command("concern", trigger=bot.slack.world.trigger(MEMBER.id)))
    (view,) = bot.slack.world.views.values()
    form = payloads.submit(view, {"topic": "other", "text": "Call 555-014-2345."}, trigger="t")
    status, answer = await http.send(form)
    assert status == 200
    assert "phone number" in json.dumps(answer)


async def test_home_opens(http: OverHttp) -> None:
    assert await http.send(payloads.home_opened()) == (200, None)
    assert MEMBER.id in http.under_test.slack.world.homes


async def test_an_event_that_comes_again_signed_anew_has_the_same_effect(http: OverHttp) -> None:
    """A retry can be the only delivery, so none is dropped for being one."""
    opened = payloads.home_opened()
    for retry in range(1, 4):
        http.under_test.clock.now += timedelta(seconds=1)
        assert await http.send(opened, retry=retry) == (200, None)
    assert len(http.under_test.slack.world.homes) == 1


async def test_slack_may_ask_whether_the_address_is_ours(http: OverHttp) -> None:
    asked = {"token": "made-up", "challenge": "3eZbrw1aB", "type": "url_verification"}
    body = json.dumps(asked)
    headers, _ = signed_request({"type": "event_callback"}, now=http.under_test.clock())
    headers |= _signed(body, http)
    status, text = await http.post(headers, body.encode())
    assert (status, json.loads(text)) == (200, {"challenge": "3eZbrw1aB"})


def _signed(body: str, http: OverHttp) -> dict[str, str]:
    """Slack's two headers for any body."""
    at = str(int(http.under_test.clock().timestamp()))
    digest = hmac.new(SIGNING_SECRET.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}


async def test_many_at_once_are_all_answered(http: OverHttp) -> None:
    sent = [http.send(payloads.slash_command("status", trigger=f"t{number}")) for number in range(40)]
    answers = await asyncio.gather(*sent)
    assert [status for status, _ in answers] == [200] * 40
    assert len({json.dumps(answer) for _, answer in answers}) == 1


# -- what is not Slack's --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_every_other_method_is_refused(method: str, http: OverHttp) -> None:
    async with http.browser.request(method, f"{http.address}/slack/events") as answer:
        assert (answer.status, await answer.text()) == REFUSED


async def test_each_reason_looks_the_same_from_outside_and_is_counted_inside(http: OverHttp) -> None:
    payload, now = payloads.slash_command("done naloxone", trigger="t"), http.under_test.clock()
    good = signed_request(payload, now=now)
    unsigned = {name: value for name, value in good[0].items() if not name.startswith("X-Slack")}
    assert await http.post(unsigned, good[1]) == REFUSED
    assert await http.post(*signed_request(payload, now=now, secret="wrong")) == REFUSED
    assert await http.post(*signed_request(payload, now=now - timedelta(seconds=301))) == REFUSED
    assert (await http.post(*good))[0] == 200
    assert await http.post(*good) == REFUSED
    assert await refusals(http) == {
        Refusal.MALFORMED: 1,
        Refusal.FORGED: 1,
        Refusal.STALE: 1,
        Refusal.REPLAYED: 1,
    }


async def test_a_command_sent_again_changes_nothing_a_second_time(http: OverHttp) -> None:
    done = signed_request(payloads.slash_command("done naloxone", trigger="t"), now=http.under_test.clock())
    assert (await http.post(*done))[0] == 200
    await http.send(payloads.slash_command("undo naloxone", trigger="t"))
    assert await http.post(*done) == REFUSED
    _, answer = await http.send(payloads.slash_command("undo naloxone", trigger="t2"))
    assert "nothing to undo" in answer["text"].lower() or "already" in answer["text"].lower()


@pytest.mark.parametrize("chunk", [2 * BODY_LIMIT, 50_000])
async def test_a_body_that_is_too_long_is_refused_even_if_it_is_signed(chunk: int, http: OverHttp) -> None:
    endless = payloads.slash_command("x" * BODY_LIMIT, trigger="t")
    headers, body = signed_request(endless, now=http.under_test.clock())
    assert isinstance(http.web.line.home, SlackDoor)
    assert (await posted(http.web.line.home, headers, body, chunk=chunk))[0] == 401


async def test_the_longest_body_is_read(http: OverHttp) -> None:
    long = payloads.slash_command("x" * (BODY_LIMIT - 1_000), trigger="t")
    assert (await http.send(long))[0] == 200


async def test_who_hangs_up_in_the_middle_is_not_answered_for(http: OverHttp) -> None:
    assert isinstance(http.web.line.home, SlackDoor)
    headers, body = signed_request(payloads.slash_command("status"), now=http.under_test.clock())
    assert (await posted(http.web.line.home, headers, body, unfinished=True))[0] == 401


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "event_callback", "event": 5},
        {"type": "event_callback", "event": {"type": "user_change", "user": None}},
        {"type": "event_callback", "event": {"type": "team_join"}},
        {"command": "/mat", "text": "\ud800\x00", "team_id": "T1"},
        {"command": "/other", "text": "status"},
        {"type": "block_actions", "actions": 5, "team": 5},
        {"type": "view_submission", "view": []},
        {"authorizations": [7], "type": "event_callback"},
        {"nothing": "we know"},
    ],
    ids=repr,
)
async def test_signed_but_odd_is_never_an_error_of_ours(odd: dict[str, Any], http: OverHttp) -> None:
    body = json.dumps(odd)
    headers = {"Content-Type": "application/json"} | _signed(body, http)
    status, _ = await http.post(headers, body.encode())
    await http.under_test.settle()
    assert status in {200, 401, 404}


# -- clocks, start and stop -----------------------------------------------------------------------------------------------


async def test_a_clock_that_is_off_reaches_readiness_and_the_admins(http: OverHttp) -> None:
    bot = http.under_test
    for number in range(SKEWED_IN_A_ROW + 2):
        payload = payloads.slash_command("status", trigger=f"t{number}")
        assert await http.post(*signed_request(payload, now=bot.clock() - timedelta(seconds=400))) == REFUSED
    await bot.settle()
    status, text = await http.get("/readyz")
    assert (status, json.loads(text)["clock"]) == (503, {"ok": False, "seconds_ahead": 400})
    await bot.bot.clockwork.turn()
    (told,) = [call for call in bot.slack.called("chat.postMessage") if call.arguments["channel"] == ADMIN.id]
    assert "400 seconds ahead of Slack's" in told.arguments["text"]
    bot.clock.now += timedelta(seconds=2)
    await http.send(payloads.slash_command("status", trigger="again"))
    assert json.loads((await http.get("/readyz"))[1])["clock"]["ok"] is True


async def test_before_slack_is_met_slack_is_told_to_come_back(http: OverHttp) -> None:
    await http.web.line.close()
    assert (await http.send(payloads.slash_command("status", trigger="t")))[0] == 503
    assert (await http.get("/healthz"))[0] == 200
    await http.web.line.open()
    assert (await http.send(payloads.slash_command("status", trigger="t")))[0] == 200


async def test_a_stop_lets_those_finish_who_are_being_answered(http: OverHttp) -> None:
    """One command waits for a locked store; the door closes; the answer still comes, and nobody new gets in."""
    with closing(sqlite3.connect(http.under_test.folder / "data" / "matbot.db", isolation_level=None)) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(http.send(payloads.slash_command("done naloxone", trigger="t")))
        await until(lambda: bool(http.server._server.server_state.tasks))
        stopping = asyncio.create_task(http.server.close())
        await until(lambda: not http.server._server.servers[0].is_serving())
        with pytest.raises(OSError, match="Connect"):
            await http.get("/healthz")
        assert not waiting.done()
        blocker.execute("ROLLBACK")
        status, told = await waiting
        await stopping
    assert status == 200
    assert "done" in told["text"]


async def until(so: Callable[[], bool]) -> None:
    while not so():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)


async def test_no_secret_no_start(bot_folder: Path) -> None:
    async with FakeSlack() as slack:
        settings = settings_for(bot_folder, slack, MAT_TRANSPORT=Transport.HTTP, slack_signing_secret=SecretStr(" "))
        async with build_bot(settings) as bot:
            with pytest.raises(SigningSecretMissing):
                make_web(bot)


@pytest.mark.parametrize("host", ["192.0.2.1", "::2"])
async def test_an_address_that_is_not_ours_is_said(host: str, http: OverHttp) -> None:
    with pytest.raises(NoSuchAddress) as wrong:
        await WebServer(http.web.app).open(host, 0)
    assert host in wrong.value.sentence


async def test_a_port_that_is_taken_is_said(http: OverHttp) -> None:
    with pytest.raises(PortTaken) as taken:
        await WebServer(http.web.app).open("127.0.0.1", http.server.port)
    assert str(http.server.port) in taken.value.sentence
