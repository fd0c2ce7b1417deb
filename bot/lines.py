"""The lines to several workspaces as one. The settings' own decides whether the bot runs, each of the others only over itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from bot.line import LONGEST_WAIT_SECONDS, Sleep
from bot.presence import Presence, Presences
from bot.workspaces import came_and_went
from mat.errors import MatError

log = logging.getLogger("mat.line")


class OneLine(Protocol):
    """A socket that is opened and watched, or a door."""

    async def open(self) -> None: ...
    async def is_up(self) -> bool: ...
    def quiet_seconds(self) -> int | None: ...
    async def watch(self) -> None: ...
    async def close(self) -> None: ...


class Lines:
    """`home`: of the settings' workspace, None where they name none. `make`: for another workspace. Make it inside the event loop."""

    def __init__(
        self,
        presences: Presences,
        home: OneLine | None,
        make: Callable[[Presence], OneLine],
        *,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._presences = presences
        self._home = home
        self._make = make
        self._sleep = sleep
        self._known: dict[str, Presence] = {}
        self._others: dict[str, OneLine] = {}
        self._held: dict[str, asyncio.Task[None]] = {}
        self._open = False
        self._left_home = asyncio.Event()

    async def open(self) -> None:
        """Opens the line of the settings' workspace, and begins with the others. Raises what that line raises."""
        if self._home is not None:
            await self._home.open()
        self._open = True
        await self.follow()

    async def follow(self) -> None:
        """Opens lines to workspaces that came, closes those to workspaces that went. Waits for no opening."""
        if not self._open:
            return
        came, went = came_and_went(self._known, self._presences)
        for workspace in (*went, *(one.workspace for one in came)):
            await self._end(workspace)
        for one in came:
            self._known[one.workspace] = one
            if one.workspace != self._presences.home:
                self._held[one.workspace] = asyncio.create_task(self._hold(one))
        if self._home is not None and self._presences.met and not self._presences.home:
            self._left_home.set()
            await self._home.close()

    @property
    def home(self) -> OneLine | None:
        """The line to the settings' workspace."""
        return self._home

    def to(self, workspace: str) -> OneLine | None:
        """The line to a workspace other than the settings'."""
        return self._others.get(workspace)

    async def is_up(self) -> bool:
        """Of the settings' workspace; else whether any is up, or none is wanted. A workspace in trouble must not stop the others."""
        if self._home is not None and (self._presences.home or not self._presences.met):
            return await self._home.is_up()
        return not self._held or any([await line.is_up() for line in self._others.values()])

    def quiet_seconds(self) -> int | None:
        if self._home is not None and self._presences.home:
            return self._home.quiet_seconds()
        heard = [quiet for line in self._others.values() if (quiet := line.quiet_seconds()) is not None]
        return min(heard, default=None)

    async def watch(self) -> None:
        """Never returns while the line of the settings' workspace holds, or once that was left. Raises what that line raises."""
        if self._home is not None:
            await self._watch_home(self._home)
        await asyncio.Event().wait()

    async def _watch_home(self, home: OneLine) -> None:
        """Until the workspace is left. Raises what the line raises."""
        holding, left = asyncio.create_task(home.watch()), asyncio.create_task(self._left_home.wait())
        try:
            await asyncio.wait({holding, left}, return_when=asyncio.FIRST_COMPLETED)
            if holding.done():
                await holding
        finally:
            holding.cancel()
            left.cancel()

    async def close(self) -> None:
        for workspace in tuple(self._known):
            await self._end(workspace)
        if self._home is not None:
            await self._home.close()

    async def _hold(self, presence: Presence) -> None:
        """One line, opened again and again for as long as the bot is in its workspace."""
        workspace = presence.workspace
        while True:
            self._others[workspace] = line = self._make(presence)
            try:
                await line.open()
                await line.watch()
            except MatError as lost:
                problem = type(lost).__name__
                log.error("workspace-line-lost", extra={"workspace": workspace, "type": problem})  # noqa: TRY400
            finally:
                del self._others[workspace]
                await line.close()
            await self._sleep(LONGEST_WAIT_SECONDS)

    async def _end(self, workspace: str) -> None:
        self._known.pop(workspace, None)
        held = self._held.pop(workspace, None)
        if held is not None:
            held.cancel()
            await asyncio.gather(held, return_exceptions=True)
