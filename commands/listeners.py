"""The few doors through which Slack comes in. Each turns a payload into an `Ask`, finds the handler, and sends its `Reply`.

The acknowledgement carries the answer and leaves when the listener returns; everything else runs in a task of the bot's afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from commands import reading
from commands.answering import Guarded
from commands.asking import Ask, Reply, Surface
from commands.desk import Desk
from commands.doors import Doors
from commands.slash_text import split
from mat.message import Message, View
from mat.ports import Later
from messages import block_kit as kit
from messages import trouble

Start = Callable[[Later], None]
"""Starts work that the running bot owns, a moment later."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """One method for each kind of thing Slack sends."""

    desk: Desk
    doors: Doors
    guarded: Guarded
    start: Start

    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        word, rest = split(body.get("text") or "")
        ask = reading.command(body, word=word, words="" if word in self.doors.unread else rest)
        handler = self.doors.commands.get(word)
        reply = await self.guarded(handler, ask) if handler else Reply(message=self.doors.unknown(word))
        if reply.view is not None:
            reply = await self._opened(ask, reply)
        if reply.message is not None:
            await ack(response_type="ephemeral", text=reply.message.text, blocks=[dict(b) for b in reply.message.blocks])
        else:
            await ack()
        self._run_later(reply)

    async def action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask, name = reading.action(body)
        handler = self.doors.actions.get(name)
        reply = await self.guarded(handler, ask) if handler else Reply(message=trouble.old_button())
        if ask.surface is Surface.HOME and reply.view is None and reply.message is not None:
            reply = replace(reply, view=_as_view(reply.message), message=None)  # Home itself holds no answers
        if reply.view is not None and ask.surface is not Surface.MODAL:
            reply = await self._opened(ask, reply)
        await ack()
        self._after_action(ask, reply)

    async def submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask, name = reading.submission(body)
        handler = self.doors.views.get(name)
        reply = await self.guarded(handler, ask) if handler else Reply(message=trouble.old_button())
        await self._answer_submission(ack, body, reply)

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask, name = reading.shortcut(body)
        handler = self.doors.shortcuts.get(name)
        reply = await self.guarded(handler, ask) if handler else Reply(message=trouble.old_button())
        if reply.view is None and reply.message is not None:
            reply = Reply(view=_as_view(reply.message), later=reply.later)
        await self._opened(ask, reply)
        await ack()
        self._run_later(reply)

    async def home(self, body: dict[str, Any]) -> None:
        ask = reading.home(body)
        if ask is not None:
            self._refresh_home(ask)

    async def closed(self, ack: AsyncAck) -> None:
        await ack()

    # -- sending ----------------------------------------------------------------------------------------------------

    async def _opened(self, ask: Ask, reply: Reply) -> Reply:
        """Opens the reply's modal; where Slack would not, a sentence stands in its place."""
        if reply.view is None:
            return reply
        failed = await self.guarded.opens(ask.trigger, reply.view)
        return replace(reply, view=None, message=failed, fresh=True)

    async def _answer_submission(self, ack: AsyncAck, body: Mapping[str, Any], reply: Reply) -> None:
        if reply.errors:
            await ack(response_action="errors", errors=dict(reply.errors))
        elif reply.view is not None:
            await ack(response_action="update", view=dict(reply.view))
        elif reply.message is not None:
            await ack(response_action="update", view=dict(_as_view(reply.message)))
        elif reply.close:
            await ack(response_action="clear")
        else:
            await ack()
        self._run_later(reply)
        if reply.home:
            self._refresh_home(reading.submission(dict(body))[0])

    def _after_action(self, ask: Ask, reply: Reply) -> None:
        desk = self.desk
        if reply.view is not None and ask.surface is Surface.MODAL:
            self._start_update(ask, reply.view)
        elif reply.message is not None and ask.surface is Surface.MODAL:
            self._start_update(ask, _as_view(reply.message))
        elif reply.message is not None and ask.response_url:
            in_place = ask.surface is Surface.PRIVATE and not reply.fresh
            self.start(lambda: desk.surfaces.answer(ask.response_url, reply.message, replace=in_place))
        if reply.public is not None and ask.channel and ask.message_ts:
            public = reply.public
            self.start(lambda: desk.poster.update(ask.channel, ask.message_ts, public))
        self._run_later(reply)
        if reply.home or ask.surface is Surface.HOME:
            self._refresh_home(ask)

    def _start_update(self, ask: Ask, view: View) -> None:
        self.start(lambda: self.desk.surfaces.update_view(ask.view_id, view))

    def _refresh_home(self, ask: Ask) -> None:
        async def publish() -> None:
            view = await self.guarded.home(self.doors.home, ask)
            await self.desk.surfaces.publish_home(ask.user, view)

        self.start(publish)

    def _run_later(self, reply: Reply) -> None:
        for work in reply.later:
            self.start(work)


def _as_view(message: Message) -> View:
    blocks = list(message.blocks) or [kit.section(message.text)]
    return kit.modal("matbot", "mat:told:closed", blocks)
