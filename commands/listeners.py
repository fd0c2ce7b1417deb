"""The few doors through which Slack comes in. Each turns a payload into an `Ask`, finds the handler, and sends its `Reply`.

The acknowledgement carries the answer and leaves when the listener returns; everything else runs in a task of the bot's afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pydantic_core import to_json
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from commands import guarding, reading
from commands.answering import Guarded
from commands.asking import Ask, Reply, Surface
from commands.desk import Desk, DeskOf
from commands.doors import Doors
from commands.once import IN_MEMORY, for_one
from commands.slash_text import split
from commands.telling import Teller
from mat.message import Message, View
from mat.ports import Later
from messages import block_kit as kit
from messages import trouble
from messages.left_out import postable

Start = Callable[[Later], None]
"""Starts work that the running bot owns, a moment later."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """One method for each kind of thing Slack sends."""

    desk_of: DeskOf
    doors: Doors
    start: Start

    async def command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        word, rest = split(reading.typed(body))
        word = self.doors.meant(word)
        ask = reading.command(body, word=word, words="" if word in self.doors.unread else rest)
        handler, desk = self.doors.commands.get(word), self.desk_of(ask.workspace)
        if word not in self.doors.looking:
            desk = for_one(desk, ask, word)
        reply = await Guarded(desk)(handler, ask) if handler else Reply(message=self.doors.unknown(word))
        if reply.view is not None:
            reply = await _opened(desk, ask, reply)
        if reply.message is not None:
            ack.response = _for_the_caller(reply.message)
        else:
            await ack()
        if reply.later:
            self._run_later(Teller(desk, ask, word), reply)

    async def action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask, name = reading.action(body)
        handler, desk = self.doors.actions.get(name), for_one(self.desk_of(ask.workspace), ask, name)
        reply = (
            await Guarded(desk, quiet=True)(handler, ask)
            if handler
            else Reply(message=trouble.old_button(), fresh=True)
        )
        if ask.surface is Surface.HOME and reply.view is None and reply.message is not None:
            reply = replace(reply, view=_as_view(reply.message), message=None)  # Home itself holds no answers
        if reply.view is not None and ask.surface is not Surface.MODAL:
            reply = await _opened(desk, ask, reply)
        await ack()
        self._after_action(Teller(desk, ask, name, reading.view_of(body)), reply)

    async def submission(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask, name = reading.submission(body)
        handler, desk = self.doors.views.get(name), for_one(self.desk_of(ask.workspace), ask, name)
        view = reading.view_of(body)
        reply = Reply(message=trouble.old_button(), fresh=True)
        if handler is not None:
            reply = await Guarded(desk)(guarding.at_the_door(handler, name, view), ask)
        teller = Teller(desk, ask, name, view)
        await _answer_submission(ack, teller, reply)
        self._run_later(teller, reply)
        if reply.home:
            self._refresh_home(desk, ask)

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask, name = reading.shortcut(body)
        handler, desk = self.doors.shortcuts.get(name), for_one(self.desk_of(ask.workspace), ask, name)
        reply = await Guarded(desk)(handler, ask) if handler else Reply(message=trouble.old_button())
        if reply.view is None and reply.message is not None:
            reply = Reply(view=_as_view(reply.message), later=reply.later)
        reply = await _opened(desk, ask, reply)
        await ack()
        teller = Teller(desk, ask, name)
        self._say(teller, reply.message)
        self._run_later(teller, reply)

    async def home(self, body: dict[str, Any]) -> None:
        ask = reading.home(body)
        if ask is not None:
            self._refresh_home(self.desk_of(ask.workspace), ask)

    async def closed(self, ack: AsyncAck) -> None:
        await ack()

    # -- sending ----------------------------------------------------------------------------------------------------

    def _after_action(self, teller: Teller, reply: Reply) -> None:
        desk, ask = teller.desk, teller.ask
        if reply.view is not None and ask.surface is Surface.MODAL:
            self._after(teller, partial(desk.surfaces.update_view, ask.view_id, reply.view))
        elif reply.message is not None and ask.surface is Surface.PRIVATE and ask.response_url and not reply.fresh:
            self._after(teller, partial(desk.surfaces.answer, ask.response_url, reply.message, replace=True))
        elif reply.message is not None and ask.surface is Surface.MODAL and not reply.fresh:
            self._after(teller, partial(desk.surfaces.update_view, ask.view_id, _as_view(reply.message)))
        else:
            self._say(teller, reply.message)
        if reply.public is not None and ask.channel and ask.message_ts:
            self._after(teller, partial(desk.poster.update, ask.channel, ask.message_ts, postable(reply.public)))
        self._run_later(teller, reply)
        # A Home drawn anew goes to Slack with the name of whose it is, so never behind a form of concerns.
        if reply.home or (ask.surface is Surface.HOME and not teller.name.startswith(IN_MEMORY)):
            self._refresh_home(desk, ask)

    def _refresh_home(self, desk: Desk, ask: Ask) -> None:
        async def publish() -> None:
            view = await Guarded(desk).home(self.doors.home, ask)
            await desk.surfaces.publish_home(ask.user, view)

        self.start(publish)

    def _run_later(self, teller: Teller, reply: Reply) -> None:
        for work in reply.later:
            self._after(teller, work)

    def _after(self, teller: Teller, work: Later) -> None:
        """Work for after the answer. Where it fails, the person hears so."""

        async def watched() -> None:
            failed = await Guarded(teller.desk).finishes(work)
            if failed is not None:
                await teller.say(failed)

        self.start(watched)

    def _say(self, teller: Teller, message: Message | None) -> None:
        if message is not None:
            self.start(partial(teller.say, message))


async def _opened(desk: Desk, ask: Ask, reply: Reply) -> Reply:
    """Opens the reply's modal; where Slack would not, a sentence stands in its place."""
    if reply.view is None:
        return reply
    failed = await Guarded(desk).opens(ask.trigger, reply.view, only_here=not ask.response_url)
    return replace(reply, view=None, message=failed, fresh=True)


def _for_the_caller(message: Message) -> BoltResponse:
    """The private answer to a command. Pydantic writes JSON in a third of the time that Bolt takes, and everybody waits for this."""
    said = {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}
    return BoltResponse(status=200, body=to_json(said).decode(), headers={"content-type": ["application/json"]})


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
