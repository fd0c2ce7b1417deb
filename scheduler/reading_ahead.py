"""Books that answer from rows read ahead for a group of posts, and ask the store for everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from mat.clinic import Clinic, Duty
from mat.closures import NEVER_CLOSED, Closures
from mat.delivery import Post
from mat.gathered import Gathered
from mat.huddles import AgendaItem, HuddleSeries, Meeting
from mat.ports import Books, ClinicBooks
from scheduler.timetable import TO_PEOPLE


async def reading_ahead(books: Books, posts: Sequence[Post]) -> Books:
    """The same unit of work, with what composing these posts asks most read in a few statements. For reading only."""
    rows = await books.planning.gather(posts, TO_PEOPLE)

    async def clinic(workspace: str, id_: str) -> Clinic | None:
        key = (workspace, id_)
        return rows.clinics.get(key) if key in rows.asked else await books.clinics.get(workspace, id_)

    def at(clinic: Clinic) -> ClinicBooks:
        return _at(books.at(clinic), rows, clinic)

    return cast("Books", _Known(lambda: books, clinics=_Known(lambda: books.clinics, get=clinic), at=at))


class _Known:
    """Whatever it stands for, with some of its answers known. `inner` gives it; mostly nobody asks."""

    def __init__(self, inner: Callable[[], Any], **known: Any) -> None:
        self._inner = inner
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner(), name)


def _at(books: ClinicBooks, rows: Gathered, clinic: Clinic) -> ClinicBooks:
    key = (clinic.workspace, clinic.id)
    if key not in rows.asked:
        return books

    async def people_with(duty: Duty) -> tuple[str, ...]:
        return (
            rows.people.get(key, {}).get(duty, ()) if key in rows.asked_people else await books.roster.people_with(duty)
        )

    async def closures() -> Closures:
        return rows.closures.get(key, NEVER_CLOSED)

    async def one(series: str) -> HuddleSeries | None:
        of = (*key, series)
        return rows.series.get(of) if of in rows.asked_series else await books.huddles.one(series)

    async def meeting(series: str, local_at: datetime) -> Meeting | None:
        of = ((*key, series), local_at)
        return rows.meetings.get(of) if of in rows.asked_times else await books.huddles.meeting(series, local_at)

    async def items(series: str) -> Sequence[AgendaItem]:
        of = (*key, series)
        return tuple(rows.items.get(of, ())) if of in rows.asked_series else await books.huddles.items(series)

    known = _Known(
        lambda: books,
        roster=_Known(lambda: books.roster, people_with=people_with),
        closures=_Known(lambda: books.closures, all=closures),
        huddles=_Known(lambda: books.huddles, one=one, meeting=meeting, items=items),
    )
    return cast("ClinicBooks", known)
