"""Bodies of requests: what Slack writes is read as it was meant, and nothing else is read at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web_events import FIELDS, payload_of
from tests.fakes import payloads

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
NOW = datetime(2027, 1, 4, tzinfo=UTC)
UNREADABLE = (ValueError, RecursionError)


@pytest.mark.parametrize(
    "payload",
    [
        payloads.slash_command("status policies"),
        payloads.slash_command(""),
        payloads.slash_command("ask why does the payload=1&text=2 matter? ünïcödé 🙂 %00 +"),
        payloads.global_shortcut("mat:agenda:add"),
        payloads.event({"type": "team_join", "user": {"id": "U1"}}),
        payloads.close({"id": "V1", "callback_id": "mat:x:y"}),
    ],
    ids=["command", "nothing typed", "typed signs", "shortcut", "event", "closed form"],
)
def test_what_slack_sends_is_read_as_it_was_written(payload: dict[str, Any]) -> None:
    headers, body = payloads.signed_request(payload, now=NOW)
    assert payload_of(headers["Content-Type"], body) == payload


def by_the_book(form: str) -> dict[str, str] | None:
    """What Python's own reader makes of a form; None where it refuses."""
    try:
        return dict(
            parse_qsl(form, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=FIELDS)
        )
    except ValueError:
        return None


@given(st.text(alphabet="abpayload=&%+0fé;", max_size=60).filter(lambda form: "payload" not in form))
def test_a_form_is_read_as_python_reads_it(form: str) -> None:
    expected = by_the_book(form)
    if expected:
        assert payload_of(FORM, form.encode()) == expected
    else:
        with pytest.raises(UNREADABLE):
            payload_of(FORM, form.encode())


def test_a_charset_may_be_named() -> None:
    assert payload_of("Application/JSON; charset=utf-8", b'{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x", "application/jsonp", "\xff"])
def test_other_kinds_are_not_read(kind: str) -> None:
    with pytest.raises(ValueError, match="neither JSON nor a form"):
        payload_of(kind, b'{"a": 1}')


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        *(
            (JSON, wrong)
            for wrong in (
                b"",
                b"{",
                b"[]",
                b"null",
                b'"words"',
                b"1",
                b"{}",
                b'{"event": 5}',
                b'{"a": "\xff"}',
                b"\x00",
            )
        ),
        (JSON, b"[" * 200_000),
        *((FORM, wrong) for wrong in (b"", b"words", b"&&", b"text=%ff", b"text=\xff", b"payload=", b"payload=%5B%5D")),
        (FORM, b"payload=words&payload=%7B"),
        (FORM, urlencode([("a", "b")] * (FIELDS + 1)).encode()),
    ],
    ids=repr,
)
def test_what_is_not_an_object_is_not_read(kind: str, body: bytes) -> None:
    with pytest.raises(UNREADABLE):
        payload_of(kind, body)
