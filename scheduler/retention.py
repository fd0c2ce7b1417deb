"""Retention of concerns on a clock of its own: once a week, the same for everybody, and again each hour until it went through."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from mat.concerns import ConcernClock, IsoWeek
from mat.concerns.retention import RETENTION_DAYS
from mat.errors import MatError
from mat.ports import Clock
from messages import audit as wording

log = logging.getLogger("mat.scheduler")

STEADY_FOR = timedelta(hours=1)
LARGEST_STEP = timedelta(days=1)
AGAIN_AFTER = timedelta(hours=1)
# The first may have met somebody who was just writing.
TOLD_AFTER = 2


class Retention:
    """`tick` comes with each pulse. What is past its time depends on the week alone, so that a deletion tells no day.

    What is gone cannot be brought back, so the clock must have gone on without a leap for an hour first.
    """

    def __init__(self, concerns: ConcernClock, *, clock: Clock, days: int = RETENTION_DAYS) -> None:
        self._concerns = concerns
        self._clock = clock
        self._days = days
        self._seen: datetime | None = None
        self._not_before: datetime | None = None
        self._done: IsoWeek | None = None
        self._failures = 0

    async def tick(self) -> None:
        now = self._clock()
        if self._seen is None or not timedelta() <= now - self._seen <= LARGEST_STEP:
            self._not_before = now + STEADY_FOR
        self._seen = now
        week = IsoWeek.of(now.astimezone(UTC).date())
        if week == self._done or (self._not_before is not None and now < self._not_before):
            return
        self._not_before = now + AGAIN_AFTER
        self._failures += 1
        try:
            await self._concerns.expire(now.astimezone(UTC).date(), self._days)
        except (MatError, OSError) as problem:
            log.error("retention-failed", extra={"type": type(problem).__name__})  # noqa: TRY400  # no traceback of a store
            return
        self._failures, self._done = 0, week

    def check(self) -> tuple[str, str] | None:
        """For the audit, which tells those who run the bot."""
        return ("concern-retention", wording.RETENTION_FAILED) if self._failures >= TOLD_AFTER else None


def scrub_check(concerns: ConcernClock) -> tuple[str, str] | None:
    """For the audit: a scrub that is held up for long. It has failed on its timer, so it says nothing of when anything was written."""
    return ("concern-scrub", wording.SCRUB_STUCK) if concerns.scrub_stuck else None
