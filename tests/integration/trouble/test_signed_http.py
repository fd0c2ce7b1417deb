"""What a page cannot do, as signed requests: shortcuts, guests, and signatures that lie."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from messages import block_kit as kit
from tests.bot_under_test import HERE
from tests.fakes import payloads
from tests.fakes.slack_world import GUEST, MEMBER, OUTSIDER, ROBOT, Person
from tests.integration.trouble.forms import FORMS
from tests.integration.trouble.looking import kept
from tests.integration.web.conftest import OverHttp, over_http

Headers = dict[str, str]
DONE = "done pdmp"


@pytest.fixture
async def http(bot_folder: Path) -> AsyncIterator[OverHttp]:
    async with over_http(bot_folder) as served:
        yield served


async def test_a_signed_command_a_form_and_a_shortcut_work(http: OverHttp) -> None:
    bot = http.under_test
    _, answer = await http.send(payloads.slash_command("status", trigger="t"))
    assert answer["response_type"] == "ephemeral"
    form = await FORMS["ask:add"](bot)
    _, answer = await http.send(payloads.submit(form.view, form.answers, user=form.user, trigger="u"))
    assert answer["response_action"] == "update"
    trigger = bot.slack.world.trigger(MEMBER.id)
    assert (await http.send(payloads.global_shortcut("mat:concern:raise", trigger=trigger)))[0] == 200
    assert list(bot.slack.world.views.values())[-1]["callback_id"] == "mat:concern:raise"


@pytest.mark.parametrize("person", [GUEST, OUTSIDER, ROBOT], ids=lambda person: person.name)
async def test_guests_and_strangers_get_a_polite_sentence(http: OverHttp, person: Person) -> None:
    bot = http.under_test
    before = kept(bot)
    value = kit.pack(clinic=HERE.id)
    shortcut = payloads.message_shortcut(
        "mat:agenda:add", "the fridge", user=person, trigger=bot.slack.world.trigger(person.id), response_url=""
    )
    press: dict[str, Any] = payloads.global_shortcut("", user=person) | {"type": "block_actions"}
    press |= {"actions": [{"type": "button", "action_id": "mat:milestone:done", "block_id": "b", "value": value}]}
    for payload in (payloads.slash_command(DONE, user=person), shortcut, press, payloads.home_opened(person)):
        assert (await http.send(payload))[0] == 200
    assert kept(bot) == before
    shown = str([*bot.slack.world.views.values(), *bot.slack.world.homes.values()])
    assert "I work with members" in shown or "check who you are" in shown
    assert "Maple" not in shown


LIES: dict[str, Callable[[Headers], Headers]] = {
    "no signature": lambda headers: {k: v for k, v in headers.items() if k != "X-Slack-Signature"},
    "no time": lambda headers: {k: v for k, v in headers.items() if k != "X-Slack-Request-Timestamp"},
    "a time that is none": lambda headers: headers | {"X-Slack-Request-Timestamp": "soon"},
    "another signature": lambda headers: headers | {"X-Slack-Signature": "v0=" + "0" * 64},
    "half a signature": lambda headers: headers | {"X-Slack-Signature": headers["X-Slack-Signature"][:40]},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
async def test_a_signature_that_lies_is_401_and_does_nothing(http: OverHttp, lie: Callable[[Headers], Headers]) -> None:
    bot = http.under_test
    before, calls, now = kept(bot), len(bot.slack.calls), bot.clock.now
    headers, body = payloads.signed_request(payloads.slash_command(DONE), now=now)
    assert (await http.post(lie(headers), body))[0] == 401
    assert (await http.post(headers, body + b"&text=done+naloxone"))[0] == 401
    for secret, when in (("another secret", now), (payloads.SIGNING_SECRET, now - timedelta(minutes=6))):
        signed = payloads.signed_request(payloads.slash_command(DONE), now=when, secret=secret)
        assert (await http.post(*signed))[0] == 401
    assert kept(bot) == before
    assert len(bot.slack.calls) == calls
