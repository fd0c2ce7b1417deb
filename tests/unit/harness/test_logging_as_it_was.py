"""Two tests in a row: the first sets up the bot's logging and a web server, the second finds pytest's own logging."""

from __future__ import annotations

import logging

import pytest
from starlette.applications import Starlette

from bot.logging_setup import AllowListFormatter, set_up_logging
from bot.web_server import ACCESS_LOG, WebServer


@pytest.mark.parametrize("turn", [1, 2])
def test_the_bots_logging_does_not_outlive_its_test(turn: int) -> None:
    root = logging.getLogger()
    assert not [handler for handler in root.handlers if isinstance(handler.formatter, AllowListFormatter)]
    assert root.level == logging.WARNING
    assert logging.raiseExceptions
    assert ACCESS_LOG.propagate
    assert not ACCESS_LOG.disabled
    WebServer(Starlette())
    assert ACCESS_LOG.disabled, turn
    set_up_logging("INFO")
    assert root.level == logging.INFO, turn
