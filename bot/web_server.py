"""uvicorn inside the bot's own event loop: opened on a port, and closed without leaving anybody in mid-sentence."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from mat.errors import MatError

# Slack gives up after three seconds, so no answer is worth more. With what else a stop takes this stays under ten.
FINISH_SECONDS = 3
STARTING_SECONDS = 0.005
ACCESS_LOG = logging.getLogger("uvicorn.access")


class PortTaken(MatError):
    """Port {port} is taken, so /healthz cannot answer there. Set MAT_PORT to another one, or to 0 for any free one."""


class NoSuchAddress(MatError):
    """I can't listen at {host}, port {port}. MAT_HTTP_HOST must be an address of this machine, and MAT_PORT a port that I may use."""


class _Server(uvicorn.Server):
    """Signals are the bot's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises `PortTaken` or `NoSuchAddress`."""
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as failed:
        kind = PortTaken if failed.errno == errno.EADDRINUSE else NoSuchAddress
        raise kind(host=host, port=port) from None
    # asyncio sees to this only for sockets that it opens itself; without it the second half of an answer waits 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class WebServer:
    """Serves one ASGI app. Logs no request: paths, addresses and times of requests are nobody's business."""

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=FINISH_SECONDS,
        )
        # uvicorn takes its handlers away, and Python would print what is left to print of a logger without any.
        ACCESS_LOG.disabled = True
        self._server = _Server(config)
        self._serving: asyncio.Task[None] | None = None
        self.port = 0

    async def open(self, host: str, port: int) -> None:
        """Listens; port 0 takes any free one. Raises `PortTaken` or `NoSuchAddress`."""
        listening = listen(host, port)
        self.port = listening.getsockname()[1]
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started and not self._serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(STARTING_SECONDS)

    async def close(self) -> None:
        """Takes nothing new, and waits until what came in is answered, at most `FINISH_SECONDS`. Safe to call twice."""
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
