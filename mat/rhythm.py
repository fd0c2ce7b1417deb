"""How often a huddle comes round, as a clinic says it: chosen weekdays, every two weeks, once a month.

A form offers these and nothing else; `rule_of` makes the stored rule, `rhythm_of` reads it back into the form, and
`in_words` says it aloud.
"""

from __future__ import annotations

from dataclasses import dataclass

from dateutil.rrule import MONTHLY, WEEKLY

from mat.rules import WEEKDAYS, Rule, parsed_rule

CODES = tuple(WEEKDAYS)
SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
WORKING_DAYS = (0, 1, 2, 3, 4)
LAST_DAY = -1
SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Weekly:
    """On the chosen `days` (0 is Monday), every `every` weeks (1 or 2)."""

    days: tuple[int, ...]
    every: int = 1


@dataclass(frozen=True, slots=True)
class MonthlyByWeekday:
    """On the `nth` (1 to 4, or -1 for the last) weekday `day` (0 is Monday) of each month."""

    nth: int
    day: int


@dataclass(frozen=True, slots=True)
class MonthlyByDate:
    """On one `day` of each month: 1 to 28, or `LAST_DAY` (-1), however long the month is."""

    day: int


Rhythm = Weekly | MonthlyByWeekday | MonthlyByDate
EVERY_WORKING_DAY = Weekly(WORKING_DAYS)


def monthly_on(day: int) -> MonthlyByDate:
    """Once a month on a day from 1 to 31; 29, 30 and 31 become the last day, so that no month is left out."""
    return MonthlyByDate(day if day <= SHORTEST_MONTH else LAST_DAY)


def rule_of(rhythm: Rhythm) -> str:
    """The RFC 5545 rule of a rhythm, in its written form."""
    match rhythm:
        case Weekly(days, every):
            interval = f";INTERVAL={every}" if every > 1 else ""
            return f"FREQ=WEEKLY{interval};BYDAY={','.join(CODES[day] for day in sorted(set(days)))}"
        case MonthlyByWeekday(nth, day):
            return f"FREQ=MONTHLY;BYDAY={nth}{CODES[day]}"
        case MonthlyByDate(day):
            return f"FREQ=MONTHLY;BYMONTHDAY={day}"


def rhythm_of(rule: str) -> Rhythm | None:
    """The rhythm a stored rule stands for, its end left aside; None for a rule that the form cannot show."""
    parsed = parsed_rule(rule)
    rhythm = _candidate(parsed)
    if rhythm is None:
        return None
    again = parsed_rule(rule_of(rhythm))
    same = again.interval == parsed.interval and _as_sets(again) == _as_sets(parsed)
    return rhythm if same else None


def _candidate(parsed: Rule) -> Rhythm | None:
    days = parsed.by.get("byweekday", ())
    dates = parsed.by.get("bymonthday", ())
    if parsed.freq == WEEKLY and days:
        return Weekly(tuple(sorted({day.weekday for day in days})), parsed.interval)
    if parsed.freq == MONTHLY and len(days) == 1 and days[0].n in ORDINALS:
        return MonthlyByWeekday(days[0].n, days[0].weekday)
    if parsed.freq == MONTHLY and len(dates) == 1:
        return MonthlyByDate(dates[0])
    return None


def _as_sets(parsed: Rule) -> dict[str, set[object]]:
    return {name: set(values) for name, values in parsed.by.items()}


def in_words(rhythm: Rhythm, clock: str) -> str:
    """The rhythm as people say it, for example "Mon, Wed and Fri at 9:00 AM"; `clock` is the time as it is shown."""
    return f"{_days_in_words(rhythm)} at {clock}"


def _days_in_words(rhythm: Rhythm) -> str:
    match rhythm:
        case Weekly(days, every):
            every_day = {WORKING_DAYS: "every working day", tuple(range(7)): "every day"} if every == 1 else {}
            if every == 1 and len(days) == 1:
                return f"{LONG[days[0]]}s"
            line = every_day.get(tuple(sorted(days))) or _listed(sorted(days))
            return line[0].upper() + line[1:] if every == 1 else f"Every {every} weeks on {line}"
        case MonthlyByWeekday(nth, day):
            return f"The {ORDINALS[nth]} {LONG[day]} of each month"
        case MonthlyByDate(day):
            return f"The {'last day' if day == LAST_DAY else _nth(day)} of each month"


def _listed(days: list[int]) -> str:
    names = [SHORT[day] for day in days]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _nth(day: int) -> str:
    teens = day in {11, 12, 13}
    return f"{day}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"
