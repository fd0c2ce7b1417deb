"""Birth dates: a date beside a word for birth, or one so long ago that it can hardly be anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.patient_rules.birth_words import BIRTH_WORD, BORN_BEHIND, FOUNDED, OF_A_YEAR, PARTY
from mat.patient_rules.match import Match, Page
from mat.patient_rules.patterns import UNIT, Figures, Pattern, words

LATEST_BIRTH = 2012
EARLIEST_BIRTH = 1900
LAST_CENTURY = 30
"""A year in two digits from here on is one of the last century."""
REACH = 26
BEFORE_DATE = re.compile(rf"[^0-9\n]{{0,{REACH - 1}}}+(?=[0-9])")
LOOK_BACK = 40
LAST_MONTH, LAST_DAY = 12, 31

MONTH = (
    r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
MONTH_WORD = words(MONTH)
YEAR_AFTER = r"(?:(?:[ ,'-]{1,4}|,? del? )([0-9]{4}|[0-9]{2}(?![0-9:a-z]))(?![0-9]))?"
ENDING = r"(?:st|nd|rd|th)?"
NUMERIC = Figures(
    r"([0-9](?<![0-9/.-].)[0-9]{0,3}) {0,2}([/.\\-]) {0,2}([0-9]{1,2})(?: {0,2}\2 {0,2}([0-9]{2,4}))?(?![0-9])(?![./][0-9])"
)
SPACED = re.compile(r"[0-9](?<![0-9].)[0-9]?[ /._~|*\\-]{1,3}[0-9]{1,2}[ /._~|*\\-]{1,3}(?:[0-9]{4}|[0-9]{2})(?![0-9])")
DAY_FIRST = Figures(rf"[0-9](?<![0-9].)[0-9]?{ENDING}(?:-| (?:day )?(?:of |de )?){MONTH}(?![a-z]){YEAR_AFTER}")
MONTH_FIRST = words(rf"{MONTH}(?:-| {{1,4}}(?:the )?)[0-9]{{1,2}}(?![0-9:]){ENDING}{YEAR_AFTER}(?![0-9])")
MONTH_OF_YEAR = re.compile(r"(?:0?[1-9]|1[0-2]) ?[/.-] ?(?:19[0-9]{2}|20[01][0-9])(?![0-9/.-])")
MONTH_AND_YEAR = re.compile(rf"{MONTH},? (?:of )?(?:19|20)[0-9]{{2}}(?![0-9])")
MORE_FIGURES = re.compile(r"[0-9]{1,4}(?:[0-9]{2}|[ /._~|*\\-]{1,5}[0-9])")
"""What each of these dates begins with."""
YEAR = re.compile("[12][0-9]{3}")
ONLY_YEAR = re.compile(r"(?:19[0-9]{2}|20[01][0-9])(?![0-9/-])")
UNPARTED = re.compile(r"(?:[0-9]{8}|[0-9]{6})(?![0-9])")
COUNTED = re.compile(rf" ?{UNIT}")
PAPER = words(
    r"(?:polic(?:y|ies)|dated|revised|effective|founded|opened|since|guidelines?|published|version|law|act"
    r"|rule|memo|form|updated"
    r"|approved|signed|contract|handout|protocol|started using|built|copyright|license|expire[sd]?|statute)\b"
)


def year_of(date: re.Match[str]) -> int | None:
    """The year of a `NUMERIC` match, or None where it has none or is no date."""
    if date[4] is None:
        return None
    first, second, third = date[1], date[3], date[4]
    iso = len(first) == 4  # noqa: PLR2004 - ISO dates begin with the year
    year, numbers = (first, (int(second), int(third))) if iso else (third, (int(first), int(second)))
    if not (1 <= min(numbers) <= LAST_MONTH and max(numbers) <= LAST_DAY):
        return None
    return _full(year)


def _full(year: str) -> int | None:
    """A year in four digits; None for two digits that may be of this century."""
    short = len(year) == 2  # noqa: PLR2004
    return int(year) if not short else 1900 + int(year) if int(year) >= LAST_CENTURY else None


def is_day(date: re.Match[str]) -> bool:
    """Whether figures such as `6/14` or `6/14/2027` can be a day."""
    first, second = int(date[1]), int(date[3])
    return year_of(date) is not None or (1 <= min(first, second) <= LAST_MONTH and max(first, second) <= LAST_DAY)


def days(page: Page) -> list[re.Match[str]]:
    """Everything in a text that can be a day, in no order, looked for once. `3-4` and `1.5` are none."""
    if page.days is None:
        page.days = list(_days(page))
    return page.days


def _days(page: Page) -> Iterator[re.Match[str]]:
    for match in page.every(NUMERIC):
        if (match[2] == "/" or (match[4] and match[2] == "-")) and is_day(match):
            yield match
    if page.starts(MONTH_WORD):
        yield from page.every(MONTH_FIRST)
        yield from page.every(DAY_FIRST)


def birth_dates(page: Page) -> Iterator[Match]:
    """A date beside a word for birth, and full dates up to 2012 that are not of a paper or a law."""
    if page.has_digits:
        if page.starts(BIRTH_WORD):
            yield from _beside_birth_words(page)
        yield from _of_long_ago(page)


def _beside_birth_words(page: Page) -> Iterator[Match]:
    lower = page.lower
    for word in page.every(BIRTH_WORD):
        date = _date_behind(page, word)
        if date is not None and not PARTY.match(lower, word.start()):
            yield Match("birth-date", *date.span())
    for date in days(page):
        if BORN_BEHIND.match(lower, date.end()) and not PARTY.search(lower, date.end(), date.end() + LOOK_BACK):
            yield Match("birth-date", *date.span())


def _of_long_ago(page: Page) -> Iterator[Match]:
    for match in page.every(NUMERIC):
        two_dots = match[2] == "." and match[4] and len(match[4]) == 2  # noqa: PLR2004 - a version, not a date
        if match[4] and not two_dots and _long_ago(year_of(match)) and not _of_a_paper(page, match):
            yield Match("birth-date", *match.span())
    patterns: tuple[Pattern, ...] = (MONTH_FIRST, DAY_FIRST)
    for pattern in patterns if page.starts(MONTH_WORD) else ():
        for match in page.every(pattern):
            if match[1] and _long_ago(_full(match[1])) and not _of_a_paper(page, match):
                yield Match("birth-date", *match.span())


def _long_ago(year: int | None) -> bool:
    return EARLIEST_BIRTH <= (year or 0) <= LATEST_BIRTH


def _of_a_paper(page: Page, match: re.Match[str]) -> bool:
    return page.has(PAPER, match.start() - LOOK_BACK, match.start())


def _date_behind(page: Page, word: re.Match[str]) -> re.Match[str] | None:
    lower, place = page.lower, word.end()
    before = BEFORE_DATE.match(lower, place)
    if before is None:
        return None
    digit = before.end()
    if page.starts(MONTH_WORD):
        if day := DAY_FIRST.pattern.match(lower, digit):
            return day
        end = digit + REACH
        written = MONTH_FIRST.pattern.search(lower, place, end) if page.has(MONTH_WORD, place, end) else None
        month = written or (MONTH_AND_YEAR.search(lower, place, end) if YEAR.search(lower, place, end) else None)
        if month:
            founded = not written and page.has(FOUNDED, word.start() - LOOK_BACK, word.start())
            return None if founded else month
    for pattern in (SPACED, NUMERIC.pattern, MONTH_OF_YEAR, UNPARTED) if MORE_FIGURES.match(lower, digit) else ():
        date = pattern.match(lower, digit)
        if date and not COUNTED.match(lower, date.end()) and (pattern is not NUMERIC.pattern or is_day(date)):
            return date
    return ONLY_YEAR.match(lower, digit) if OF_A_YEAR.match(word[0]) else None
