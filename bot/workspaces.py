"""Keeps the bot where the records say it is: in every workspace that was added, and out of those that leave."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.presence import MakePresence, Presence, Presences
from mat.concerns import ConcernBox
from mat.errors import MatError
from mat.installations import Installation
from mat.ports import Clock, Work
from store.token_seal import TokenSeal

log = logging.getLogger("mat.workspaces")

LETS_GO = timedelta(seconds=15)
"""From here on every process has looked, let go of a workspace that leaves, and finished what it was doing there."""
ONCE_MORE = timedelta(seconds=15)


class Workspaces:
    """Looks into the records. `changed`: called with those that came and the ids of those that went."""

    def __init__(
        self,
        work: Work,
        concerns: ConcernBox,
        presences: Presences,
        make: MakePresence,
        *,
        seal: Callable[[], TokenSeal],
        scrub: Callable[[], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._work = work
        self._concerns = concerns
        self._presences = presences
        self._make = make
        self._seal = seal
        self._scrub = scrub
        self._clock = clock
        self._known: dict[str, Installation] = {}
        self._forgotten: dict[str, datetime] = {}

    async def look(self) -> None:
        """Comes every few seconds. Raises what a store raises that does not answer; the next look goes on."""
        async with self._work.reading() as books:
            found = await books.installations.all()
        staying = {
            one.workspace: one for one in found if one.leaving_at is None and one.workspace != self._presences.home
        }
        for workspace in self._known.keys() - staying.keys():
            self._known.pop(workspace)
            self._drop(workspace)
        for one in staying.values():
            if self._known.get(one.workspace) != one:
                self._known[one.workspace] = one
                self._enter(one)
        for one in found:
            if one.leaving_at is not None:
                await self._let_go(one.workspace, one.leaving_at)
        await self._sweep(staying.keys() | {one.workspace for one in self._presences})

    async def leave(self, workspace: str, event: str = "") -> None:
        """The workspace has taken the bot out: it is let go of now, and everything of it is deleted with a look soon after.

        `event`: Slack's id for what said so. The same again does nothing: the workspace may have come back meanwhile.
        """
        async with self._work.writing() as books:
            # Under no workspace, or it would be forgotten with this one.
            if event and not await books.handled.first("", event, self._clock()):
                return
            await books.installations.leave(workspace, self._clock())
            await books.commit()
        log.warning("workspace-leaves", extra={"workspace": workspace})
        self._known.pop(workspace, None)
        self._drop(workspace)

    def _enter(self, one: Installation) -> None:
        try:
            tokens = self._seal().open(one.workspace, one.sealed)
        except MatError as problem:
            log.error("workspace-not-opened", extra={"workspace": one.workspace, "type": type(problem).__name__})  # noqa: TRY400
            self._drop(one.workspace)
            return
        names = (one.workspace, one.name, one.bot, one.bot_user)
        self._presences.add(self._make(*names, frozenset(one.admins), tokens))
        log.info("workspace-entered", extra={"workspace": one.workspace})

    def _drop(self, workspace: str) -> None:
        if self._presences.of(workspace):
            self._presences.drop(workspace)
            log.info("workspace-left", extra={"workspace": workspace})

    async def _let_go(self, workspace: str, since: datetime) -> None:
        self._drop(workspace)
        now = self._clock()
        # A clock that was set back must not keep anything.
        if not timedelta() <= now - since < LETS_GO:
            await self.forget(workspace)
            self._forgotten[workspace] = now

    async def _sweep(self, here: set[str]) -> None:
        """Once more a little later: what was under way somewhere while the rows went may have left one behind."""
        now = self._clock()
        for workspace, at in tuple(self._forgotten.items()):
            if workspace in here:
                del self._forgotten[workspace]
            elif now - at >= ONCE_MORE:
                del self._forgotten[workspace]
                await self.forget(workspace)

    async def forget(self, workspace: str) -> None:
        """Concerns first: killed in between, the mark is still there, and the next look does it again."""
        await self._concerns.forget_workspace(workspace)
        async with self._work.writing() as books:
            await books.installations.forget(workspace)
            await books.commit()
        await self._scrub()
        log.warning("workspace-forgotten", extra={"workspace": workspace})


def came_and_went(before: dict[str, Presence], now: Presences) -> tuple[list[Presence], list[str]]:
    """Presences that are new or another than before, and the ids of those that are gone."""
    there = {one.workspace: one for one in now}
    return [one for one in there.values() if before.get(one.workspace) is not one], sorted(before.keys() - there.keys())
