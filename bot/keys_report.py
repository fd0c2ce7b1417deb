"""What `concerns keys status` says: a line for each month, and under it where copies of its keys are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from mat.concerns import IsoWeek
from mat.concerns.retention import key_ends_on, last_week
from store.concerns.keys import SITE
from store.concerns.survey import MonthKeys, Survey

# What came in these weeks may still wait for its batch. Whether it is there is nobody's to know, so it is neither said nor denied.
WAITS_WEEKS = 2
# The weekly round, and a day.
LATE = timedelta(days=8)
NOTHING = MonthKeys((), (), {}, {}, ())


@dataclass(frozen=True, slots=True)
class Situation:
    """`needed`: months that released concerns need; None where the store could not be asked. `wrong`: months whose key here does not
    open them. `today`: in UTC. `days`: of retention. `another`: whether the site key here is not the one that the store knows.
    """

    survey: Survey
    needed: frozenset[str] | None
    wrong: frozenset[str]
    today: date
    days: int
    another: bool = False

    @property
    def months(self) -> list[tuple[str, MonthKeys]]:
        known = sorted({*self.survey.months, *(self.needed or ())})
        return [(month, self.survey.months.get(month, NOTHING)) for month in known]

    def seals(self, month: str) -> bool:
        """Whether the month's key is for what comes, or for what came just now."""
        return last_week(month).plus(WAITS_WEEKS) >= IsoWeek.of(self.today)


def report(now: Situation) -> Iterator[str]:
    """Every line of the status but the troubles."""
    yield f"Concerns are kept for {now.days} days after the end of their week (MAT_CONCERN_RETENTION_DAYS), and keys for as long."
    site = now.survey.site
    yield f"receipts  {'here; stays for good' if site.here else 'not here'}"
    yield from listed("copies", site.kept)
    for month, keys in now.months:
        yield f"{month}   {_state(month, keys, now)}"
        yield from listed("copies", keys.kept)
        yield from listed(f"destroyed here, {number_of(keys.to_delete)} to delete", keys.to_delete)
    if not now.months:
        yield "There is no key of a month yet; the first start of the bot makes them."


def troubles(now: Situation) -> Iterator[str]:
    """What is wrong with the keys, a sentence each."""
    yield from _of_receipts(now)
    for copy in (copy for keys in (now.survey.site, *now.survey.months.values()) for copy in keys.unlike):
        yield f"{copy.name} here is another key than its copy {copy}. One of the two is not mine: put the right one in its place."
    for month, keys in now.months:
        for name in keys.damaged:
            yield f"{name} is damaged. Put the right file back, or give the month up: `python -m bot concerns keys destroy {month}`."
        if month in now.wrong and not keys.damaged:
            yield f"The key of {month} here is not the one that its concerns are sealed to. Put the right file back from your backup."
        if not keys.here and not keys.destroyed and month in (now.needed or ()):
            yield (
                f"The key of {month} is not here and was not destroyed here. Put it back from your backup of the keys, or give "
                f"the month up: `python -m bot concerns keys destroy {month}`."
            )
        if back := [name for name in keys.here if name in keys.destroyed]:
            yield f"{back[0]} was destroyed here and is back. Somebody copied it by hand: delete it, or destroy it again."
        if keys.here and key_ends_on(month, now.days) + LATE < now.today:
            ends = key_ends_on(month, now.days)
            yield f"The key of {month} should have been destroyed on {ends}. A running bot does it once a week."


def _of_receipts(now: Situation) -> Iterator[str]:
    for name in now.survey.site.damaged:
        yield f"{name} is damaged. Put the right file back from your backup of the keys; without it no receipt finds its concern."
    if now.another:
        yield (
            f"{SITE} here is not the key that the stored receipts were made with: no receipt finds its concern with it, and I don't "
            "start. Put the right file back from your backup of the keys."
        )


def listed(what: str, files: Iterable[Path]) -> Iterator[str]:
    """Files under a heading, one a line; those on a disk that is not there now are marked."""
    found = list(files)
    if found:
        yield f"          {what}:"
    for file in found:
        yield f"            {file}{'' if file.exists() else '  (its folder is not there now, so I cannot look)'}"


def number_of(copies: Iterable[Path]) -> str:
    """`1 copy`, `2 copies`."""
    many = len(list(copies))
    return f"{many} {'copy' if many == 1 else 'copies'}"


def _state(month: str, keys: MonthKeys, now: Situation) -> str:
    if not keys.here:
        gone = max(keys.destroyed.values(), default=None)
        return f"destroyed here on {gone}" if gone else "not here"
    until = f"destroyed from {key_ends_on(month, now.days)} on"
    if now.seals(month):
        return f"here; in use; {until}"
    if now.needed is None:
        return f"here; {until}"
    return f"here; {'concerns need it' if month in now.needed else 'no concern needs it'}; {until}"
