"""The log holds names of things, never what somebody wrote."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from bot.logging_setup import AllowListFormatter, TooTalkative, set_up_logging
from tests.logged import put_back

SECRET = "the words of a person U0ANA xoxb-1"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    with put_back() as root:
        yield root


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_our_events_keep_known_fields_only(root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO")
    logging.getLogger("mat.courier").info("sent", extra={"post": "a1", "text": SECRET, "user": "U0ANA"})
    (line,) = lines(capsys)
    assert line.pop("at")
    assert line == {"level": "INFO", "logger": "mat.courier", "event": "sent", "post": "a1"}


@pytest.mark.parametrize("name", ["slack_bolt.AsyncApp", "sqlalchemy.engine", "asyncio", "material"])
def test_of_other_libraries_only_the_place_of_an_error_is_kept(
    name: str, root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("INFO")
    logging.getLogger(name).warning("body: %s", SECRET)
    logging.getLogger(name).error("body: %s", SECRET, extra={"code": SECRET})
    (line,) = lines(capsys)
    assert str(line["where"]).startswith("test_logging_setup:")
    assert "event" in line
    assert SECRET not in json.dumps(line)


@pytest.mark.parametrize("name", ["mat.commands", "slack_sdk.web"])
def test_an_exception_becomes_its_type(name: str, root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO")
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger(name).exception("failed")
    (line,) = lines(capsys)
    assert line["type"] == "ValueError"
    assert SECRET not in json.dumps(line)


@pytest.mark.parametrize("level", ["DEBUG", "debug", "NOTSET", "5", "loud", ""])
def test_nothing_below_info_is_taken(level: str, root: logging.Logger) -> None:
    before = list(root.handlers)
    with pytest.raises(TooTalkative):
        set_up_logging(level)
    assert root.handlers == before


def test_a_field_that_is_no_json_becomes_its_type() -> None:
    record = logging.LogRecord("mat", logging.INFO, "f", 1, "event", (), None)
    record.code = object()
    assert json.loads(AllowListFormatter().format(record))["code"] == "object"
