"""`occurrences`: when a rule comes round, for whoever wants to check a schedule by hand or from another program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import MINYEAR, UTC, datetime
from typing import Any

from bot.wrong_use import WrongUse
from mat.errors import MatError
from mat.occurrences import instant
from mat.occurrences import occurrences as times
from mat.zones import known_zone

MOST = 1_000_000
REFUSED = 2
TEXTS = ("rule", "start", "zone", "after")


class NotATime(WrongUse):
    """I can't read “{text}” as a local time. Write it like 2027-03-14T09:00, without a zone."""


class OptionsMissing(WrongUse):
    """I need {names}, for example: --rule "FREQ=WEEKLY;BYDAY=MO" --start 2027-01-04T09:00 --zone America/Chicago."""


class NotACount(WrongUse):
    """--count takes a whole number from 0 to {most:,}, not “{text}”."""


class NotARequest(WrongUse):
    """Each line has to be a JSON object with rule, start, zone and count, all text but count, and after if you like."""


class Refused(WrongUse):
    """{sentence}"""


def occurrences(*, rule: str, start: str, zone: str, count: str, after: str = "") -> int:
    """Prints at most `count` instants, one a line. Raises `WrongUse` for what is missing, cannot be read or is refused."""
    missing = [f"--{name}" for name, given in (("rule", rule), ("start", start), ("zone", zone)) if not given]
    if missing:
        raise OptionsMissing(names=" and ".join(missing))
    try:
        found = instants(rule=rule, start=start, zone=zone, count=count, after=after)
    except WrongUse:
        raise
    except MatError as problem:
        raise Refused(sentence=problem.sentence) from None
    sys.stdout.writelines(f"{one}\n" for one in found)
    return 0


def json_lines() -> int:
    """Answers each line of standard input with one line; 2 where any was refused."""
    worst = 0
    lines = (line.decode("utf-8", "replace") for line in iter(sys.stdin.buffer.readline, b""))
    for answer in answered(lines):
        worst = worst or (REFUSED if isinstance(answer, dict) else 0)
        # As ASCII: any locale can print it, and a sentence may quote half a character.
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
    return worst


def answered(lines: Iterable[str]) -> Iterator[list[str] | dict[str, str]]:
    """For each line a list of instants, or `{"error": …}` with the sentence where it was refused."""
    for line in lines:
        try:
            yield instants(**_request(line))
        except MatError as problem:
            yield {"error": problem.sentence}


def instants(*, rule: str, start: str, zone: str, count: str, after: str = "") -> list[str]:
    """ISO 8601 with the zone's offset, in order. `start` and `after` are local times; `after` is exclusive, as an instant."""
    where = known_zone(zone)
    later_than = _instant(_local(after), zone) if after else None
    found = times(rule, _local(start), zone, after=later_than, count=_count(count))
    return [one.at.astimezone(where).isoformat(timespec="seconds") for one in found]


def _request(line: str) -> dict[str, str]:
    try:
        read: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise NotARequest from None
    if not isinstance(read, dict) or not read.keys() <= {*TEXTS, "count"}:
        raise NotARequest
    fields = {"after": "", **{name: value for name, value in read.items() if value is not None}}
    asked = {name: fields[name] for name in TEXTS if isinstance(fields.get(name), str)}
    if len(asked) < len(TEXTS) or not isinstance(fields.get("count"), int | str):
        raise NotARequest
    return {**asked, "count": str(fields["count"])}


def _local(text: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise NotATime(text=text[:100]) from None
    if local.tzinfo is not None:
        raise NotATime(text=text[:100])
    return local.replace(microsecond=0)


def _instant(local: datetime, zone: str) -> datetime | None:
    """What the clocks of a zone show as an instant; what lies beyond an end of the calendar stands for that end."""
    try:
        return instant(local, zone)
    except OverflowError:
        return None if local.year == MINYEAR else datetime.max.replace(tzinfo=UTC)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:20]) > MOST:
        raise NotACount(text=text[:100], most=MOST)
    return int(text)
