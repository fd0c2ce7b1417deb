"""`python -m bot occurrences`: what it prints, and what it refuses."""

from __future__ import annotations

import io
import json

import pytest

from bot.occurrences_command import answered, instants, json_lines, occurrences
from bot.wrong_use import WrongUse

SPRING = {"rule": "FREQ=DAILY", "start": "2027-03-13T02:30", "zone": "America/New_York", "count": "3"}


def test_one_instant_a_line_with_its_offset(capsys: pytest.CaptureFixture[str]) -> None:
    assert occurrences(**SPRING) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2027-03-13T02:30:00-05:00",
        "2027-03-14T03:30:00-04:00",
        "2027-03-15T02:30:00-04:00",
    ]


def test_what_is_missing_is_named() -> None:
    with pytest.raises(WrongUse) as refused:
        occurrences(rule="FREQ=DAILY", start="", zone="", count="3")
    assert refused.value.sentence.startswith("I need --start and --zone, for example")


def test_after_is_local_exclusive_and_an_instant() -> None:
    assert instants(**SPRING | {"after": "2027-03-14T02:30", "count": "1"}) == ["2027-03-15T02:30:00-04:00"]
    assert instants(**SPRING | {"after": "2027-03-14T02:29:59", "count": "1"}) == ["2027-03-14T03:30:00-04:00"]


def test_fewer_lines_when_the_rule_ends(capsys: pytest.CaptureFixture[str]) -> None:
    occurrences(**SPRING | {"rule": "FREQ=DAILY;COUNT=2", "count": "9"})
    assert len(capsys.readouterr().out.splitlines()) == 2
    occurrences(**SPRING | {"count": "0"})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "FREQ=HOURLY"},
        {"rule": "FREQ=DAILY;COUNT=2;UNTIL=20270101T000000"},
        {"rule": "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1"},
        {"zone": "Mars/Olympus"},
        {"zone": "localtime"},
        {"zone": "right/America/New_York"},
        {"rule": "FREQ=DAILY;COUNT=1000000"},
        {"rule": "FREQ=DAILY;UNTIL=20270401T000000Z"},
        {"rule": "FREQ=YEARLY;BYEASTER=0"},
        {"rule": "FREQ=YEARLY;BYMONTH=11;BYDAY=34TH"},
        {"start": "2027-02-29T09:00"},
        {"start": "tomorrow"},
        {"start": "2027-03-13T02:30-05:00"},
        {"after": "2027-03-13T02:30Z"},
        {"count": "-1"},
        {"count": "many"},
        {"count": "9" * 500},
        {"count": "٣"},
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(wrong: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WrongUse) as refused:
        occurrences(**SPRING | wrong)
    assert refused.value.sentence.endswith(".")
    assert capsys.readouterr().out == ""


def test_json_lines_answer_line_by_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    good = SPRING | {"count": 1, "after": None}
    lines = [json.dumps(good), json.dumps(SPRING | {"rule": "FREQ=HOURLY"}), json.dumps(good)]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
    assert json_lines() == 2
    first, second, third = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == third == ["2027-03-13T02:30:00-05:00"]
    assert "below DAILY" in second["error"]


def test_json_lines_go_on_after_anything(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Bytes that are no text, half a character, a depth without end: each line has its answer, in ASCII."""
    good = json.dumps(SPRING | {"count": 1}).encode()
    half = json.dumps(SPRING | {"zone": "Half\ud800"}).encode()
    lines = [b"\xff\xfe", good, half, good, b"[" * 100_000, b"", good.replace(b": 1", b": 1e400"), good]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\r\n".join(lines))))
    assert json_lines() == 2
    out = capsysbinary.readouterr().out
    answers = [json.loads(line) for line in out.decode("ascii").splitlines()]
    assert [type(answer) for answer in answers] == [dict, list, dict, list, dict, dict, dict, list]
    assert answers[2]["error"].startswith("I know no time zone")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"start": "0001-01-01T09:00", "rule": "FREQ=WEEKLY;WKST=SU", "after": "0001-01-09T00:00"}, "0001-01-15"),
        ({"start": "0001-01-01T09:00", "rule": "FREQ=WEEKLY;WKST=SU;BYMONTH=2", "after": "0002-01-09"}, "0002-02-04"),
        ({"start": "0001-01-01T01:00", "zone": "Asia/Tokyo"}, "0001-01-02"),
        ({"after": "0001-01-01T00:00"}, "2027-03-13"),
        ({"after": "0001-01-01T00:00", "zone": "Asia/Tokyo"}, "2027-03-13"),
        ({"after": "9999-12-31T23:59:59"}, ""),
        ({"after": "9999-12-31T23:59:59", "zone": "Asia/Tokyo"}, ""),
        ({"after": "9999-12-30T02:30", "zone": "Asia/Tokyo"}, "9999-12-31"),
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "after": "9990-01-01T00:00"}, "9992-02-29"),
        ({"rule": "FREQ=DAILY;COUNT=999999", "after": "4764-01-01T00:00"}, "4764-01-01"),
        ({"rule": "FREQ=DAILY;INTERVAL=999999", "after": "2027-03-14T00:00"}, "4765-02-06"),
    ],
)
def test_the_calendar_has_two_ends(asked: dict[str, str], shown: str) -> None:
    assert "".join(instants(**SPRING | {"count": "1"} | asked))[:10] == shown


@pytest.mark.parametrize("line", ["", "[]", "{", '"x"', "{}", '{"rule": 1}', json.dumps(SPRING | {"extra": 1})])
def test_a_line_that_is_no_request_gets_an_error_of_its_own(line: str) -> None:
    (answer,) = answered([line])
    assert isinstance(answer, dict)
    assert answer["error"].startswith("Each line has to be a JSON object")
