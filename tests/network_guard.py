"""No test reaches the network: whoever tries anything but loopback gets an exception, and the test fails even so.

A pytest plugin. It listens to Python's own audit events, so nothing is patched and nothing can slip past by importing
early. It cannot see other processes (Chromium, Postgres, the local Slack): those are told to keep to loopback themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest

attempts: list[str] = []
"""What was tried and refused, in order."""


class NetworkForbidden(RuntimeError):
    """Tests talk to loopback only. Not an OSError: no retry loop should take it for a bad line."""


def is_loopback(host: object) -> bool:
    """Whether a host as sockets take it stays on this machine; no host at all (`None`, "") does."""
    if isinstance(host, bytes | bytearray):
        host = bytes(host).decode()
    if host in {None, "", "localhost"}:
        return True
    try:
        return ip_address(str(host)).is_loopback
    except ValueError:
        return False


def refused(event: str, args: tuple[Any, ...]) -> str:
    """The host that an audit event reaches for beyond loopback, or nothing."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = args[1]
        host = address[0] if isinstance(address, tuple) and address and isinstance(address[0], str | bytes) else None
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = args[0]
    else:
        return ""
    return "" if is_loopback(host) else str(host)


def guard(event: str, args: tuple[Any, ...]) -> None:
    if event.startswith("socket."):
        host = refused(event, args)
        if host:
            attempts.append(f"{event} {host}")
            raise NetworkForbidden(f"{event} to {host}: tests talk to loopback only")


def pytest_configure() -> None:
    sys.addaudithook(guard)


@pytest.fixture(autouse=True)
def nothing_but_loopback() -> Iterator[None]:
    """Fails the test that tried, even if the code under test swallowed the exception."""
    already = len(attempts)
    yield
    tried = attempts[already:]
    if tried:
        del attempts[already:]
        pytest.fail(f"the test tried to leave this machine: {', '.join(tried)}")
