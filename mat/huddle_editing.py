"""How a clinic makes, changes and stops its huddles: what a form says, checked and made into a series."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise

from mat.errors import (
    AgendaTooEarly,
    DateInThePast,
    DateTooFar,
    HuddleChangedSince,
    NoDayChosen,
    NotInTheList,
    OneDayOnly,
    UnknownTemplate,
)
from mat.free_text import accept
from mat.huddles import HuddleSeries, Template
from mat.occurrences import local_times, next_local, storable_rule
from mat.playbook import Playbook
from mat.rhythm import (
    EVERY_WORKING_DAY,
    ORDINALS,
    MonthlyByDate,
    MonthlyByWeekday,
    Rhythm,
    Weekly,
    monthly_on,
    rhythm_of,
    rule_of,
)
from mat.zones import wall_clock

TITLE = 60
SERIES = 10
LENGTHS = (5, 10, 15, 20, 30, 45, 60, 90, 120)
HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
BEFORE = (5, 10, 15, 30, HOUR, 2 * HOUR, DAY, 2 * DAY, 3 * DAY, WEEK)
USUAL_TIME = {Template.DAILY: time(8, 0), Template.PRE_GROUP: time(13, 0), Template.MONTHLY: time(12, 0)}
USUAL_RHYTHM: Mapping[Template, Rhythm] = {
    Template.DAILY: EVERY_WORKING_DAY,
    Template.PRE_GROUP: Weekly(()),
    Template.MONTHLY: MonthlyByWeekday(1, 1),
}
WEEKLY, FORTNIGHTLY, BY_DATE = "weekly", "fortnightly", "monthly-date"
MONTHLY = {f"monthly-{nth}": nth for nth in ORDINALS}
HOW_OFTEN = (WEEKLY, FORTNIGHTLY, *MONTHLY, BY_DATE)
FARTHEST = timedelta(days=10 * 365)
TIMES_COMPARED = 9
"""A rhythm of chosen weekdays repeats after seven times, one by the month shows its shortest gap within eight."""


@dataclass(frozen=True, slots=True)
class HuddleDraft:
    """What the form says. `at`: wall clock of the clinic's zone; `first_day`: the huddle begins on that day or later."""

    template: Template
    title: str
    rhythm: Rhythm
    at: time
    minutes: int
    minutes_before: int
    first_day: date


def usual(template: Template, playbook: Playbook, today: date) -> HuddleDraft:
    """A new huddle of a kind as the playbook has it; the improvement team meets on the first Tuesday of the month."""
    agenda = playbook.agendas[template.value]
    return HuddleDraft(
        template=template,
        title=agenda.title,
        rhythm=USUAL_RHYTHM[template],
        at=USUAL_TIME[template],
        minutes=agenda.minutes,
        minutes_before=agenda.minutes_before,
        first_day=today,
    )


def draft_of(series: HuddleSeries, now: datetime) -> HuddleDraft:
    """A series as the form shows it, its next day as the first; a rhythm no form can show comes without a day."""
    return HuddleDraft(
        template=series.template,
        title=series.title,
        rhythm=rhythm_of(series.rule) or Weekly(()),
        at=series.local_start.time(),
        minutes=series.minutes,
        minutes_before=series.minutes_before,
        first_day=_next_day(series, now),
    )


def _next_day(series: HuddleSeries, now: datetime) -> date:
    today = wall_clock(now, series.zone)
    return (next_local(series.rule, series.local_start, today) or today).date()


def template_named(name: str) -> Template:
    """Raises `UnknownTemplate`."""
    found = next((t for t in Template if t.value == name), None)
    if found is None:
        raise UnknownTemplate
    return found


def one_of(number: str, offered: Sequence[int], kept: int) -> int:
    """A number of minutes from a list, or the one that stands already; raises `NotInTheList`."""
    found = next((n for n in (*offered, kept) if str(n) == number), None)
    if found is None:
        raise NotInTheList
    return found


def how_often(rhythm: Rhythm) -> tuple[str, tuple[int, ...]]:
    """The entry of `HOW_OFTEN` and the weekdays (0 is Monday) that say a rhythm in the form."""
    match rhythm:
        case Weekly(days, every):
            return (WEEKLY if every == 1 else FORTNIGHTLY), days
        case MonthlyByWeekday(nth, day):
            return f"monthly-{nth}", (day,)
        case MonthlyByDate():
            return BY_DATE, ()


def rhythm_from(often: str, days: Sequence[int], first_day: date) -> Rhythm:
    """The rhythm a form says. Raises `NotInTheList`, `NoDayChosen` or `OneDayOnly`."""
    if often not in HOW_OFTEN:
        raise NotInTheList
    if often == BY_DATE:
        return monthly_on(first_day.day)
    if not days:
        raise NoDayChosen
    if often not in MONTHLY:
        return Weekly(tuple(sorted(set(days))), 1 if often == WEEKLY else 2)
    if len(days) > 1:
        raise OneDayOnly
    return MonthlyByWeekday(MONTHLY[often], days[0])


def check_first_day(first_day: date, today: date) -> None:
    """Raises `DateInThePast` or `DateTooFar`; `today` is the clinic's."""
    if first_day < today:
        raise DateInThePast(date=f"{first_day:%B} {first_day.day}, {first_day.year}")
    if first_day > today + FARTHEST:
        raise DateTooFar(date=f"{first_day:%B} {first_day.day}, {first_day.year}", years=FARTHEST.days // 365)


def check_before(draft: HuddleDraft) -> None:
    """An agenda never comes before the huddle it follows. Raises `AgendaTooEarly`."""
    times = list(
        islice(local_times(rule_of(draft.rhythm), datetime.combine(draft.first_day, draft.at)), TIMES_COMPARED)
    )
    gap = min(later - earlier for earlier, later in pairwise(times))
    if timedelta(minutes=draft.minutes_before) >= gap:
        raise AgendaTooEarly(gap="1 day" if gap.days == 1 else f"{gap.days} days")


def series_from(draft: HuddleDraft, id_: str, zone: str, now: datetime, kept: HuddleSeries | None) -> HuddleSeries:
    """The series a checked draft makes, in the clinic's `zone`, at the aware instant `now`.

    `kept`: the series as it stands. Where its rhythm, hour and next day stay, its start stays too, so that a huddle going
    on right now keeps its place.
    """
    start = _start(draft, wall_clock(now, zone))
    if kept is not None and kept.active and kept.zone == zone and _when(draft_of(kept, now)) == _when(draft):
        start = kept.local_start
    return HuddleSeries(
        id=id_,
        template=draft.template,
        title=draft.title,
        rule=rule_of(draft.rhythm),
        local_start=start,
        zone=zone,
        minutes=draft.minutes,
        minutes_before=draft.minutes_before,
    )


def _when(draft: HuddleDraft) -> tuple[object, ...]:
    return draft.rhythm, draft.at, draft.first_day


def _start(draft: HuddleDraft, local_now: datetime) -> datetime:
    """The first huddle itself, so that "every two weeks" counts from it and not from the week of the form."""
    rhythm = replace(draft.rhythm, every=1) if isinstance(draft.rhythm, Weekly) else draft.rhythm
    begin = datetime.combine(draft.first_day, draft.at)
    after = max(begin - timedelta(seconds=1), local_now)
    return next_local(rule_of(rhythm), begin, after) or begin


def fingerprint(series: HuddleSeries) -> str:
    """A short word that changes with every change of a series: an undo knows by it whether it still stands."""
    return hashlib.sha256(repr(series).encode()).hexdigest()[:12]


def weekdays(chosen: Sequence[str]) -> tuple[int, ...]:
    """Weekdays (0 is Monday) from what a form sends; raises `NotInTheList`."""
    return tuple(one_of(day, range(7), 0) for day in chosen)


def as_it_was(series: HuddleSeries, was: Mapping[str, str]) -> HuddleSeries:
    """The series with what an undo button carries put back. Raises a `MatError` where the button was tampered with."""
    try:
        start, minutes, before = datetime.fromisoformat(was["start"]), int(was["minutes"]), int(was["before"])
    except (KeyError, ValueError):
        raise HuddleChangedSince from None
    if start.tzinfo or not 0 < minutes <= DAY or not 0 <= before <= WEEK:
        raise HuddleChangedSince
    return replace(
        series,
        template=template_named(was.get("template", "")),
        title=accept(was.get("title", ""), limit=TITLE),
        rule=storable_rule(was.get("rule", ""), start),
        local_start=start,
        minutes=minutes,
        minutes_before=before,
        active=bool(was.get("active")),
    )
