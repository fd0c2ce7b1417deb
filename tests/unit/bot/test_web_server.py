"""The socket that the bot's web server listens on, and the log that it does not keep."""

from __future__ import annotations

import socket

import pytest
from starlette.applications import Starlette

from bot.web_server import ACCESS_LOG, WebServer, listen


def test_no_answer_waits_for_its_second_half() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_an_access_log_would_hold_is_not_printed_by_python_either(capsys: pytest.CaptureFixture[str]) -> None:
    WebServer(Starlette())
    for say in (ACCESS_LOG.info, ACCESS_LOG.warning, ACCESS_LOG.critical):
        say('%s - "POST /slack/events/T0CEDAR01"', "127.0.0.1")
    assert capsys.readouterr().err == ""
