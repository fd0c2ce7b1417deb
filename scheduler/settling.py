"""What became of the posts of one lane, on its way into the store."""

from __future__ import annotations

import asyncio
import logging

from mat.delivery import Post
from mat.errors import MatError
from scheduler.journal import Journal

log = logging.getLogger("mat.scheduler")


class Settling:
    """Outcomes that cannot be stored are kept and stored with the next turn: a sent post is never sent again for that.

    `epoch`: in which the lane's owner took it, None where one process has all lanes.
    """

    def __init__(self, journal: Journal, epoch: int | None) -> None:
        self._journal = journal
        self._epoch = epoch
        self._unstored: dict[str, Post] = {}

    @property
    def unstored(self) -> frozenset[str]:
        """Ids of posts whose outcome only this process knows."""
        return frozenset(self._unstored)

    async def settle(self, outcome: Post) -> None:
        """Raises what is wrong with the store."""
        try:
            await self._journal.settle(outcome, self._epoch)
        except BaseException:
            self._unstored[outcome.id] = outcome
            raise

    async def again(self) -> None:
        """Stores what could not be stored before. One that never can be stops nobody; a store that is away does."""
        waiting, self._unstored = self._unstored, {}
        settling = [self.settle(outcome) for outcome in waiting.values()]
        for problem in await asyncio.gather(*settling, return_exceptions=True):
            if isinstance(problem, MatError) or (problem is not None and not isinstance(problem, Exception)):
                raise problem
            if problem is not None:
                log.error("outcome-not-stored", extra={"type": type(problem).__name__})
