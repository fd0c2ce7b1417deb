"""Birth dates: a date beside a word for birth, or one so long ago that it can hardly be anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.match import UNIT, Match, whole_words
from mat.reading import Reading

LATEST_BIRTH = 2012
EARLIEST_BIRTH = 1900
LAST_CENTURY = 30
"""A year in two digits from here on is one of the last century."""
REACH = 26
LAST_MONTH, LAST_DAY = 12, 31

BIRTH_WORD = re.compile(r"(?:d[ ./]{0,2}o[ ./]{0,2}b\b|birth ?date|date of birth|born\b)")
DIGIT = re.compile(r"[0-9]")
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
YEAR_AFTER = r"(?:,? ([0-9]{4})(?![0-9]))?"
ENDING = r"(?:st|nd|rd|th)?"
NUMERIC = re.compile(r"[0-9](?<![0-9/.-].)[0-9]{0,3} ?([/.-]) ?[0-9]{1,2}(?: ?\1 ?[0-9]{2,4})?(?![0-9])")
SPACED = re.compile(r"[0-9](?<![0-9].)[0-9]? [0-9]{1,2} (?:[0-9]{4}|[0-9]{2})(?![0-9])")
DAY_FIRST = re.compile(rf"[0-9](?<![0-9].)[0-9]?{ENDING}(?: of)? {MONTH}{YEAR_AFTER}")
MONTH_FIRST = re.compile(rf"{MONTH} [0-9]{{1,2}}{ENDING}{YEAR_AFTER}(?![0-9])")
COUNTED = re.compile(rf" ?{UNIT}")


def year_of(numeric: str) -> int | None:
    """The year of a date in figures, or None where it has none or is no date."""
    parts = re.findall(r"[0-9]+", numeric)
    if len(parts) < 3:  # noqa: PLR2004 - day, month and year
        return None
    year = parts.pop(0) if len(parts[0]) == 4 else parts.pop()  # noqa: PLR2004 - ISO dates begin with the year
    numbers = sorted(int(part) for part in parts)
    if not (1 <= numbers[0] <= LAST_MONTH and numbers[1] <= LAST_DAY):
        return None
    short = len(year) == 2  # noqa: PLR2004
    return int(year) if not short else 1900 + int(year) if int(year) >= LAST_CENTURY and "." not in numeric else None


def is_day(numeric: str) -> bool:
    """Whether figures such as `6/14` or `6/14/2027` can be a day."""
    if year_of(numeric) is not None:
        return True
    parts = sorted(int(part) for part in re.findall(r"[0-9]+", numeric)[:2])
    return "." not in numeric and 1 <= parts[0] <= LAST_MONTH and parts[-1] <= LAST_DAY


def days(lower: str) -> Iterator[re.Match[str]]:
    """Everything in a text that can be a day, in no order."""
    yield from (match for match in NUMERIC.finditer(lower) if "/" in match[0] and is_day(match[0]))
    yield from whole_words(MONTH_FIRST, lower)
    yield from DAY_FIRST.finditer(lower)


def birth_dates(reading: Reading) -> Iterator[Match]:
    """A date beside a word for birth, and full dates up to 2012."""
    lower = reading.lower
    for word in whole_words(BIRTH_WORD, lower):
        date = _date_behind(lower, word.end())
        if date is not None:
            yield Match("birth-date", *date.span())
    for match in NUMERIC.finditer(lower):
        if EARLIEST_BIRTH <= (year_of(match[0]) or 0) <= LATEST_BIRTH:
            yield Match("birth-date", *match.span())
    for pattern in (MONTH_FIRST, DAY_FIRST):
        for match in whole_words(pattern, lower):
            if match[1] and EARLIEST_BIRTH <= int(match[1]) <= LATEST_BIRTH:
                yield Match("birth-date", *match.span())


def _date_behind(lower: str, place: int) -> re.Match[str] | None:
    digit = DIGIT.search(lower, place, place + REACH)
    if digit is None or "\n" in lower[place : digit.start()]:
        return None
    written = MONTH_FIRST.search(lower, place, digit.start() + REACH)
    if written:
        return written
    for pattern in (NUMERIC, SPACED, DAY_FIRST):
        date = pattern.match(lower, digit.start())
        if (
            date
            and not COUNTED.match(lower, date.end())
            and (pattern is not NUMERIC or is_day(date[0].replace(".", "/")))
        ):
            return date
    return None
