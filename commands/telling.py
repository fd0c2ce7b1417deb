"""How a sentence reaches the person who did something, once Slack has its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from commands.asking import Ask, Surface
from commands.desk import Desk
from mat.message import Message, View
from mat.ports import PostFailed, Refused
from messages import block_kit as kit
from messages.doubt import without_questions

# No direct message ever comes of the concern forms: it would show that somebody used them.
NEVER_BY_MESSAGE = ("concern", "inbox")


@dataclass(frozen=True, slots=True)
class Teller:
    """One person, at the place where they pressed, typed or sent. `name`: of what they did; `view`: the modal it stands in."""

    desk: Desk
    ask: Ask
    name: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)

    def noticed(self, message: Message) -> View | None:
        """The modal as it stands with a sentence on top, so that nothing typed is lost; None outside a modal."""
        if self.view.get("type") != "modal" or not isinstance(self.view.get("blocks"), list):
            return None
        return kit.with_notice({**self.view, "blocks": without_questions(self.view["blocks"])}, message.text)

    async def say(self, message: Message) -> None:
        """Privately, beside what is there: in the open modal, at the place of the press, else as a direct message."""
        try:
            await self._nearby(message)
        except PostFailed as problem:
            gone = self.ask.surface is Surface.MODAL and isinstance(problem, Refused)  # closed: nobody looks at it
            if gone or self.name.startswith(NEVER_BY_MESSAGE):
                raise
            await self._directly(message)

    async def _nearby(self, message: Message) -> None:
        view = self.noticed(message)
        if view is not None:
            await self.desk.surfaces.update_view(self.ask.view_id, view)
        elif self.ask.response_url:
            await self.desk.surfaces.answer(self.ask.response_url, message, replace=False)
        elif not self.name.startswith(NEVER_BY_MESSAGE):
            await self._directly(message)

    async def _directly(self, message: Message) -> None:
        await self.desk.poster.post(self.ask.user, message, key=self.desk.new_id())
