"""Requests that are not Slack's, made up by the hundred and sent raw over a real connection.

Whatever is wrong with one, the answer is 401, nothing is written, nothing is sent to Slack, and nothing of it is in any log.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.verifier import WINDOW_SECONDS
from tests.fakes import payloads
from tests.fakes.payloads import SIGNING_SECRET, signed_request
from tests.fakes.slack_world import LEAD, TEAM_CHANNEL
from tests.hidden import Hidden
from tests.integration.web.conftest import OverHttp, over_http
from tests.logged import FORCED_DEBUG, Logged, logged
from tests.proof_table import Proof

TEXT = "Purple giraffes leave no time to call back."
NAME = "ana.canary"
FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"
EFFECTIVE: tuple[dict[str, Any], ...] = (
    payloads.slash_command(f"stuck naloxone: {TEXT}", user=LEAD, trigger="t") | {"user_name": NAME},
    payloads.slash_command("done pdmp", user=LEAD, trigger="t") | {"text": f"done pdmp {NAME}"},
    payloads.slash_command(f"concern {TEXT}", user=LEAD, trigger="t"),
    payloads.submit(
        {"id": "V1", "type": "modal", "callback_id": "mat:concern:raise", "blocks": [], "private_metadata": TEXT},
        {},
        user=LEAD,
        trigger="t",
    ),
    payloads.event({"type": "app_home_opened", "user": LEAD.id, "tab": "home", "channel": TEAM_CHANNEL, "words": TEXT}),
)
"""What does something when it is Slack's."""


REFUSED = (b"HTTP/1.1 401 Unauthorized", b"")
WRONGS = (
    "header missing",
    "header changed",
    "header twice",
    "time",
    "secret",
    "byte",
    "cut",
    "method",
    "unreadable",
    "again",
)


@dataclass(frozen=True, slots=True)
class Forgery:
    """A request as it goes over the wire."""

    headers: list[tuple[bytes, bytes]]
    body: bytes = field(repr=False)
    method: bytes = b"POST"

    @property
    def wire(self) -> bytes:
        # Whatever the answer, the server hangs up after it.
        more = [(b"Host", b"matbot.example"), (b"Connection", b"close"), (b"Content-Length", b"%d" % len(self.body))]
        lines = [self.method + b" /slack/events HTTP/1.1", *(b"%b: %b" % header for header in [*more, *self.headers])]
        return b"\r\n".join([*lines, b"", b""]) + self.body


def signed(body: bytes, at: int, kind: bytes, *, secret: str = SIGNING_SECRET) -> list[tuple[bytes, bytes]]:
    """The headers of a body: its kind, and Slack's two. `at`: seconds since 1970."""
    digest = hmac.new(secret.encode(), b"v0:%d:%b" % (at, body), hashlib.sha256).hexdigest()
    return [
        (b"Content-Type", kind),
        (b"X-Slack-Request-Timestamp", b"%d" % at),
        (b"X-Slack-Signature", b"v0=" + digest.encode()),
    ]


def of_slack(payload: Mapping[str, Any], now: datetime) -> Forgery:
    """What Slack would send: nothing wrong with it yet."""
    headers, body = signed_request(payload, now=now)
    return Forgery(signed(body, int(now.timestamp()), headers["Content-Type"].encode()), body)


HEADER_VALUES = st.binary(max_size=80).map(lambda value: bytes(byte for byte in value if byte > 31 and byte != 127))
NO_OBJECTS = st.one_of(
    st.binary(max_size=300).map(lambda body: b"\xff" + body),
    st.sampled_from(
        [b"", b"{", b"[]", b"null", b"payload=", b"payload=%7B", b"payload=%5B%5D", b"words", b"[" * 100_000]
    ),
    st.lists(st.integers()).map(lambda numbers: json.dumps(numbers).encode()),
)


@st.composite
def forgeries(draw: st.DrawFn, now: datetime, already: Sequence[Forgery]) -> Forgery:
    """A request of Slack's with one thing wrong. `already`: what Slack sent before."""
    payload = draw(st.sampled_from(EFFECTIVE)) | {"made": str(draw(st.integers(0, 10**9)))}
    good, at = of_slack(payload, now), int(now.timestamp())
    kind, *proof = good.headers
    match draw(st.sampled_from(WRONGS)):
        case "header missing":
            return replace(good, headers=[kind, draw(st.sampled_from(proof))])
        case "header changed":
            place = draw(st.sampled_from([0, 1]))
            proof[place] = (proof[place][0], draw(HEADER_VALUES.filter(lambda value: value.strip() != proof[place][1])))
            return replace(good, headers=[kind, *proof])
        case "header twice":
            return replace(good, headers=[*good.headers, draw(st.sampled_from(proof))])
        case "time":
            off = draw(st.integers(WINDOW_SECONDS + 1, 10**9)) * draw(st.sampled_from([1, -1]))
            return replace(good, headers=signed(good.body, at + off, kind[1]))
        case "secret":
            return replace(good, headers=signed(good.body, at, kind[1], secret=draw(st.text(max_size=20)) + "x"))
        case "byte":
            place, change = draw(st.integers(0, len(good.body) - 1)), draw(st.integers(1, 255))
            return replace(
                good, body=b"%b%c%b" % (good.body[:place], good.body[place] ^ change, good.body[place + 1 :])
            )
        case "cut":
            return replace(good, body=good.body[: draw(st.integers(0, len(good.body) - 1))])
        case "method":
            return replace(good, method=draw(st.sampled_from([b"GET", b"PUT", b"DELETE", b"PATCH", b"OPTIONS"])))
        case "unreadable":
            body = draw(NO_OBJECTS) + b" " * draw(st.integers(1, 100))
            return Forgery(signed(body, at, draw(st.sampled_from([FORM, JSON, b"text/plain"]))), body)
        case _:
            return draw(st.sampled_from(already))


CLOCK_ALARM = ("'alarm:clock'", "My machine''s clock is")
"""Some of these requests bear Slack's own signature and another hour. That is a clock that is off, and leads hear of it."""


async def answer_to(http: OverHttp, forgery: Forgery) -> tuple[bytes, bytes]:
    """The first line of the answer, and what follows its headers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", http.server.port)
    writer.write(forgery.wire)
    head, _, rest = (await asyncio.wait_for(reader.read(), 10)).partition(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return head.partition(b"\r\n")[0], rest


def effects(http: OverHttp) -> tuple[dict[str, list[str]], int]:
    """Every row of both stores but the clock's alarm, and how often Slack was called."""
    rows = {}
    for name in ("matbot.db", "concerns.db"):
        file = http.under_test.folder / "data" / name
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            rows[name] = [row for row in connection.iterdump() if not any(words in row for words in CLOCK_ALARM)]
    return rows, len(http.under_test.slack.calls)


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """What came of it: how many were sent, the answers that were not 401, whether anything changed, and the log."""

    sent: int
    wrong: list[tuple[Forgery, tuple[bytes, bytes]]]
    changed: bool
    log: Logged


def fuzzed(folder: Path, examples: int, *, same_each_time: bool) -> Fuzzed:
    sent, wrong = itertools.count(), list[tuple[Forgery, tuple[bytes, bytes]]]()
    with logged(FORCED_DEBUG) as log, asyncio.Runner() as runner, served_by(runner, folder) as http:
        already = [of_slack(payload, http.under_test.clock()) for payload in EFFECTIVE]
        assert [runner.run(answer_to(http, first))[0] for first in already] == [b"HTTP/1.1 200 OK"] * len(already)
        runner.run(http.under_test.settle())
        before = effects(http)

        @settings(
            max_examples=examples,
            derandomize=same_each_time,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(forgeries(http.under_test.clock(), already))
        def each(forgery: Forgery) -> None:
            next(sent)
            answer = runner.run(answer_to(http, forgery))
            if answer != REFUSED:
                wrong.append((forgery, answer))

        each()
        runner.run(http.under_test.settle())
        return Fuzzed(next(sent), wrong, before != effects(http), log)


@contextmanager
def served_by(runner: asyncio.Runner, folder: Path) -> Iterator[OverHttp]:
    """A bot over HTTP whose loop turns only while something is sent: Hypothesis's own tests are not asynchronous."""
    served = over_http(folder, admins="")
    http = runner.run(served.__aenter__())
    try:
        yield http
    finally:
        runner.run(served.__aexit__(None, None, None))


def told(log: Logged) -> list[str]:
    """What the log and the exceptions behind it say of anybody, and every traceback."""
    hidden = Hidden({"text": TEXT, "a name": NAME, "an id": LEAD.id}, [])
    found = [*hidden.within(log.lines.encode()), *hidden.within(log.exceptions.encode())]
    return [str(one) for one in found] + [line for line in log.exceptions.splitlines() if "Traceback" in line]


def test_a_hundred_made_up_requests(bot_folder: Path) -> None:
    done = fuzzed(bot_folder, 100, same_each_time=True)
    assert done.sent >= 100
    assert done.wrong == []
    assert not done.changed
    assert told(done.log) == []


@pytest.mark.proof
def test_a_thousand_made_up_requests(bot_folder: Path, proof: Proof) -> None:
    done = fuzzed(bot_folder, 1_000, same_each_time=False)
    proof("made-up HTTP requests", done.sent, "1,000 or more")
    proof("of them not answered 401", len(done.wrong), "0")
    proof("of them with an effect on a store or on Slack", int(done.changed), "0")
    proof("of them told of in a log, and tracebacks", len(told(done.log)), "0")
    assert done.sent >= 1_000
    assert done.wrong == []
    assert not done.changed
    assert told(done.log) == []
