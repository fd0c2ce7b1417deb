"""The socket that the bot's web server listens on."""

from __future__ import annotations

import socket

from bot.web_server import listen


def test_no_answer_waits_for_its_second_half() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
