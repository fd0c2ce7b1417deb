"""The text of a recurrence rule (RFC 5545, section 3.3.10), read strictly.

Refused, with the reason: what the standard forbids, what never ends well (an interval of 0), and what is read
differently by different programs, because a post at the wrong time is worse than a form that says no.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from math import prod
from typing import Any

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, YEARLY

from mat.errors import RuleRefused

FREQUENCIES = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
WEEKDAYS = {"MO": MO, "TU": TU, "WE": WE, "TH": TH, "FR": FR, "SA": SA, "SU": SU}
# Part of the rule → its name for dateutil, lowest, highest, and whether it may count from the end (negative).
NUMBERS = {
    "BYMONTH": ("bymonth", 1, 12, False),
    "BYWEEKNO": ("byweekno", 1, 53, True),
    "BYYEARDAY": ("byyearday", 1, 366, True),
    "BYMONTHDAY": ("bymonthday", 1, 31, True),
    "BYHOUR": ("byhour", 0, 23, False),
    "BYMINUTE": ("byminute", 0, 59, False),
    "BYSECOND": ("bysecond", 0, 59, False),
    "BYSETPOS": ("bysetpos", 1, 366, True),
}
PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", *NUMBERS, "BYDAY", "WKST")
LONGEST_TEXT = 1000
MOST_WEEKS_IN_A_YEAR = 53
MOST_OF_A_WEEKDAY = 5
FARTHEST_WEEK_BACK = -51
"""What is further back may begin in the year before: dateutil leaves out its last days."""
NO_DATE = "UNTIL has to be a date and time such as 20270131T090000"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that has passed every check; `str(rule)` is its one written form. `until` is local and inclusive."""

    freq: int
    parts: Mapping[str, str]
    by: Mapping[str, Any] = field(default_factory=dict)
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    week_starts: int = 0

    def __str__(self) -> str:
        return ";".join(f"{name}={self.parts[name]}" for name in PARTS if name in self.parts)

    def ending(self, last_local: datetime) -> Rule:
        """The same rule with its end at `last_local` (naive local, inclusive) in place of a count."""
        kept = {name: value for name, value in self.parts.items() if name != "COUNT"}
        return replace(self, parts=kept | {"UNTIL": _written(last_local)}, count=None, until=last_local)


class _Unfit(ValueError):
    """Why a part cannot be used; becomes `RuleRefused` once the whole rule is at hand."""


@lru_cache(maxsize=4096)
def parsed_rule(text: str) -> Rule:
    """Read a rule such as `FREQ=WEEKLY;INTERVAL=2;BYDAY=TU` (with or without `RRULE:`); raises `RuleRefused`."""
    try:
        parts = _parts(text)
        rule = _rule(parts)
        _forbidden(rule)
        _contested(rule)
    except _Unfit as refused:
        raise RuleRefused(rule=text[:200], why=str(refused)) from None
    return rule


def _parts(text: str) -> dict[str, str]:
    if len(text) > LONGEST_TEXT:
        raise _Unfit(f"it is longer than {LONGEST_TEXT:,} characters")
    parts: dict[str, str] = {}
    for piece in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, equals, value = (word.strip() for word in piece.partition("="))
        if not equals or name not in PARTS:
            raise _Unfit(f"I do not know the part “{piece[:40]}”")
        if name in parts:
            raise _Unfit(f"{name} stands in it twice")
        parts[name] = value
    if "FREQ" not in parts:
        raise _Unfit("it does not say how often (FREQ)")
    return parts


def _rule(parts: dict[str, str]) -> Rule:
    if parts["FREQ"] in {"HOURLY", "MINUTELY", "SECONDLY"}:
        raise _Unfit("FREQ below DAILY (hourly or shorter) is nothing that I post by")
    if parts["FREQ"] not in FREQUENCIES:
        raise _Unfit("FREQ has to be DAILY, WEEKLY, MONTHLY or YEARLY")
    by: dict[str, Any] = {
        argument: _numbers(name, parts[name], lowest, highest, negative)
        for name, (argument, lowest, highest, negative) in NUMBERS.items()
        if name in parts
    }
    if "BYDAY" in parts:
        by["byweekday"] = tuple(_weekday(word) for word in parts["BYDAY"].split(","))
    if parts.get("WKST", "MO") not in WEEKDAYS:
        raise _Unfit("WKST has to be a weekday such as MO")
    until = _until(parts["UNTIL"]) if "UNTIL" in parts else None
    if until is not None:
        parts = parts | {"UNTIL": _written(until)}
    return Rule(
        freq=FREQUENCIES[parts["FREQ"]],
        parts=parts,
        by=by,
        interval=_positive("INTERVAL", parts.get("INTERVAL", "1")),
        count=_positive("COUNT", parts["COUNT"]) if "COUNT" in parts else None,
        until=until,
        week_starts=list(WEEKDAYS).index(parts.get("WKST", "MO")),
    )


def _positive(name: str, value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) < 1:
        raise _Unfit(f"{name} has to be a whole number from 1 to 999,999")
    return int(value)


def _numbers(name: str, value: str, lowest: int, highest: int, negative: bool) -> tuple[int, ...]:
    sign = "[+-]?" if negative else ""
    words = value.split(",")
    if not all(re.fullmatch(rf"{sign}[0-9]{{1,3}}", w) and lowest <= abs(int(w)) <= highest for w in words):
        back = ", or the same counted from the end with a minus" if negative else ""
        raise _Unfit(f"{name} takes numbers from {lowest} to {highest}{back}")
    return tuple(int(word) for word in words)


def _weekday(word: str) -> Any:
    match = re.fullmatch(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", word)
    if not match or (match[1] and not 1 <= abs(int(match[1])) <= MOST_WEEKS_IN_A_YEAR):
        raise _Unfit("BYDAY takes weekdays such as MO, or numbered ones such as 2TU or -1FR")
    return WEEKDAYS[match[2]](int(match[1])) if match[1] else WEEKDAYS[match[2]]


def _until(value: str) -> datetime:
    if value.endswith("Z"):
        raise _Unfit("UNTIL is the clinic's local time, so it takes no Z")
    # A bare date ends with its day: "until the 14th" has the 14th in it.
    whole = f"{value}T235959" if re.fullmatch("[0-9]{8}", value) else value
    if not re.fullmatch("[0-9]{8}T[0-9]{6}", whole):
        raise _Unfit(NO_DATE)
    try:
        return datetime.fromisoformat(whole)
    except ValueError:
        raise _Unfit(NO_DATE) from None


def _written(local: datetime) -> str:
    return local.isoformat(timespec="seconds").replace("-", "").replace(":", "")


def _forbidden(rule: Rule) -> None:
    """What RFC 5545 rules out, and what could never come round."""
    by, freq = rule.by, rule.freq
    numbered = any(day.n for day in by.get("byweekday", ()))
    refusals = {
        "COUNT and UNTIL do not go together: choose one": rule.count is not None and rule.until is not None,
        "numbered weekdays such as 2TU go with MONTHLY or YEARLY only": numbered and freq not in {MONTHLY, YEARLY},
        "numbered weekdays do not go with BYWEEKNO": numbered and "byweekno" in by,
        "BYMONTHDAY does not go with WEEKLY": "bymonthday" in by and freq == WEEKLY,
        "BYYEARDAY goes with YEARLY only": "byyearday" in by and freq != YEARLY,
        "BYWEEKNO goes with YEARLY only": "byweekno" in by and freq != YEARLY,
        "BYSETPOS needs another part to choose from": by.keys() == {"bysetpos"},
        "no month has such a day": not _some_day_exists(by),
        "within a month a weekday comes five times at most": _beyond_a_month(rule),
        "a day has not so many times to choose from (BYSETPOS)": freq == DAILY and not _some_place_exists(by),
    }
    for why, refused in refusals.items():
        if refused:
            raise _Unfit(why)


def _some_day_exists(by: Mapping[str, Any]) -> bool:
    longest = max(calendar.monthrange(2028, month)[1] for month in by.get("bymonth", range(1, 13)))
    return any(abs(day) <= longest for day in by.get("bymonthday", (1,)))


def _beyond_a_month(rule: Rule) -> bool:
    """Numbers count within the month, also in a year where months are named: dateutil falls over the sixth."""
    in_months = rule.freq == MONTHLY or "bymonth" in rule.by
    return in_months and any(abs(day.n or 0) > MOST_OF_A_WEEKDAY for day in rule.by.get("byweekday", ()))


def _some_place_exists(by: Mapping[str, Any]) -> bool:
    times = prod(len(set(by.get(name, (0,)))) for name in ("byhour", "byminute", "bysecond"))
    return any(abs(place) <= times for place in by.get("bysetpos", (1,)))


def _contested(rule: Rule) -> None:
    """What calendar programs read in different ways."""
    days = rule.by.get("byweekday", ())
    if "bysetpos" in rule.by and rule.freq == WEEKLY:
        raise _Unfit("BYSETPOS with WEEKLY is read differently by different calendars; name the weekdays instead")
    if len({day.n is None for day in days}) > 1:
        raise _Unfit("plain and numbered weekdays (MO and 2TU) together are read differently by different calendars")
    if "byweekno" in rule.by and not days:
        raise _Unfit("BYWEEKNO without a weekday is read differently by different calendars; add BYDAY")
    if min(rule.by.get("byweekno", (1,))) < FARTHEST_WEEK_BACK:
        raise _Unfit(
            "the first week of a year counted from its end is read differently by different calendars; use BYWEEKNO=1"
        )
