"""The few doors through which Slack comes in. Each turns a payload into an `Ask`, finds the handler, and sends its `Reply`.

The acknowledgement carries the answer and leaves when the listener returns; everything else runs in a task of the bot's afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from commands import reading
from commands.answering import Guarded
from commands.asking import Ask, Reply, Surface
from commands.desk import Desk
from commands.doors import Doors
from commands.slash_text import split
from commands.telling import Teller
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
        word, rest = split(reading.typed(body))
        ask = reading.command(body, word=word, words="" if word in self.doors.unread else rest)
        handler = self.doors.commands.get(word)
        reply = await self.guarded(handler, ask) if handler else Reply(message=self.doors.unknown(word))
        if reply.view is not None:
            reply = await self._opened(ask, reply)
        if reply.message is not None:
            await ack(
                response_type="ephemeral", text=reply.message.text, blocks=[dict(b) for b in reply.message.blocks]
            )
        else:
            await ack()
        self._run_later(Teller(self.desk, ask, word), reply)

    async def action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask, name = reading.action(body)
        handler = self.doors.actions.get(name)
        reply = await self.guarded(handler, ask) if handler else Reply(message=trouble.old_button(), fresh=True)
        if ask.surface is Surface.HOME and reply.view is None and reply.message is not None:
            reply = replace(reply, view=_as_view(reply.message), message=None)  # Home itself holds no answers
        if reply.view is not None and ask.surface is not Surface.MODAL:
            reply = await self._opened(ask, reply)
        await ack()
        self._after_action(Teller(self.desk, ask, name, reading.view_of(body)), reply)

    async def submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask, name = reading.submission(body)
        handler = self.doors.views.get(name)
        reply = await self.guarded(handler, ask) if handler else Reply(message=trouble.old_button(), fresh=True)
        teller = Teller(self.desk, ask, name, reading.view_of(body))
        await _answer_submission(ack, teller, reply)
        self._run_later(teller, reply)
        if reply.home:
            self._refresh_home(ask)

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask, name = reading.shortcut(body)
        handler = self.doors.shortcuts.get(name)
        reply = await self.guarded(handler, ask) if handler else Reply(message=trouble.old_button())
        if reply.view is None and reply.message is not None:
            reply = Reply(view=_as_view(reply.message), later=reply.later)
        reply = await self._opened(ask, reply)
        await ack()
        teller = Teller(self.desk, ask, name)
        self._say(teller, reply.message)
        self._run_later(teller, reply)

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

    def _after_action(self, teller: Teller, reply: Reply) -> None:
        ask = teller.ask
        if reply.view is not None and ask.surface is Surface.MODAL:
            self._after(teller, partial(self.desk.surfaces.update_view, ask.view_id, reply.view))
        elif reply.message is not None and ask.surface is Surface.PRIVATE and ask.response_url and not reply.fresh:
            self._after(teller, partial(self.desk.surfaces.answer, ask.response_url, reply.message, replace=True))
        elif reply.message is not None and ask.surface is Surface.MODAL and not reply.fresh:
            self._after(teller, partial(self.desk.surfaces.update_view, ask.view_id, _as_view(reply.message)))
        else:
            self._say(teller, reply.message)
        if reply.public is not None and ask.channel and ask.message_ts:
            self._after(teller, partial(self.desk.poster.update, ask.channel, ask.message_ts, reply.public))
        self._run_later(teller, reply)
        if reply.home or ask.surface is Surface.HOME:
            self._refresh_home(ask)

    def _refresh_home(self, ask: Ask) -> None:
        async def publish() -> None:
            view = await self.guarded.home(self.doors.home, ask)
            await self.desk.surfaces.publish_home(ask.user, view)

        self.start(publish)

    def _run_later(self, teller: Teller, reply: Reply) -> None:
        for work in reply.later:
            self._after(teller, work)

    def _after(self, teller: Teller, work: Later) -> None:
        """Work for after the answer. Where it fails, the person hears so."""

        async def watched() -> None:
            failed = await self.guarded.finishes(work)
            if failed is not None:
                await teller.say(failed)

        self.start(watched)

    def _say(self, teller: Teller, message: Message | None) -> None:
        if message is not None:
            self.start(partial(teller.say, message))


async def _answer_submission(ack: AsyncAck, teller: Teller, reply: Reply) -> None:
    if reply.errors:
        await ack(response_action="errors", errors=dict(reply.errors))
    elif reply.view is not None:
        await ack(response_action="update", view=dict(reply.view))
    elif reply.message is not None:
        view = teller.noticed(reply.message) if reply.fresh else None
        await ack(response_action="update", view=dict(view or _as_view(reply.message)))
    elif reply.close:
        await ack(response_action="clear")
    else:
        await ack()


def _as_view(message: Message) -> View:
    blocks = list(message.blocks) or [kit.section(message.text)]
    return kit.modal("matbot", "mat:told:closed", blocks)
