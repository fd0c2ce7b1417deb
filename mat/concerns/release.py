"""When the next batch goes to the readers: one fixed local hour on working days."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mat.concerns.weeks import workday

RELEASE_AT = time(8, 0)


def next_release(now: datetime, zone: str, at: time = RELEASE_AT, closed: Container[date] = ()) -> datetime:
    """The first release after `now` (aware), as an aware datetime in the clinic's zone.

    Days that the clinic is closed (`closed`, local dates) and weekends wait; nothing is caught up in between.
    """
    clinic_zone = ZoneInfo(zone)
    day = now.astimezone(clinic_zone).date()
    while True:
        moment = datetime.combine(day, at, clinic_zone)
        if workday(day, closed) and moment > now:
            return moment
        day += timedelta(days=1)
