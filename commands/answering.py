"""No listener dies silently: whatever a handler raises becomes one clear sentence for the person who asked."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from commands.asking import Ask, Handler, Reply, Surface
from commands.desk import Desk
from commands.place import WhichClinic, may_set_up
from mat.errors import DoneAlready, MatError, NoClinicHere
from mat.free_text import refusal
from mat.message import Message, View
from mat.ports import Later, PostFailed, Refused
from messages import block_kit as kit
from messages import trouble

log = logging.getLogger("mat.commands")


@dataclass(frozen=True, slots=True)
class Guarded:
    """Runs handlers for one desk. `quiet`: nothing is said to a thing that Slack sent before.

    The log gets an event name, a reference and a type: never a person's words or id.
    """

    desk: Desk
    quiet: bool = False

    async def __call__(self, handler: Handler, ask: Ask) -> Reply:
        try:
            return await handler(self.desk, ask)
        except WhichClinic as problem:
            if refused := refusal(ask.line):  # the question carries the line in its buttons
                return Reply(message=self._sentence(ask, refused), fresh=True)
            return Reply(message=trouble.which_clinic(problem.clinics, ask.line), fresh=True)
        except MatError as problem:
            if self.quiet and isinstance(problem, DoneAlready):
                return Reply()
            return _on_form(ask, Reply(message=self._sentence(ask, problem), fresh=True), problem.sentence)
        except Exception as broken:  # noqa: BLE001 - the last guard: nobody is left unanswered
            return _on_form(ask, Reply(message=trouble.unexpected(note(broken)), fresh=True))

    async def opens(self, trigger: str, view: View, *, only_here: bool = False) -> Message | None:
        """Opens a modal; None when it stands open, else the sentence that says it does not.

        `only_here`: there is nowhere else to say so privately. Where Slack refused the form itself, its trigger opens a plain one
        with that sentence; a trigger that is over opens nothing any more.
        """
        try:
            await self.desk.surfaces.open_view(trigger, view)
        except PostFailed as problem:
            log.warning("view_not_opened", extra={"code": problem.code})
            if only_here and isinstance(problem, Refused):
                return await self.opens(trigger, trouble.refused_form())
            return trouble.could_not_open()
        except Exception as broken:  # noqa: BLE001 - nobody waits in front of nothing
            return trouble.unexpected(note(broken))
        return None

    async def finishes(self, work: Later) -> Message | None:
        """Does what comes after the answer; None when it went well, else the sentence that says it did not."""
        try:
            await work()
        except PostFailed as problem:
            log.warning("later_refused", extra={"code": problem.code})
            return trouble.not_shown()
        except MatError as problem:
            return trouble.error(problem)
        except Exception as broken:  # noqa: BLE001 - nobody waits in front of nothing
            return trouble.unexpected(note(broken))
        return None

    async def home(self, build: Callable[[Desk, Ask], Awaitable[View]], ask: Ask) -> View:
        try:
            return await build(self.desk, ask)
        except MatError as problem:
            return kit.home(self._sentence(ask, problem).blocks)
        except Exception as broken:  # noqa: BLE001 - Home shows a sentence, never nothing
            return kit.home(trouble.unexpected(note(broken)).blocks)

    def _sentence(self, ask: Ask, problem: MatError) -> Message:
        """The sentence of an error; where there is no clinic yet, with the way to one for those who may go it."""
        if isinstance(problem, NoClinicHere) and may_set_up(self.desk, ask):
            return trouble.no_clinic(problem)
        return trouble.error(problem)


def _on_form(ask: Ask, reply: Reply, sentence: str = "") -> Reply:
    """On a form the sentence stands at its first field, so that what was typed is kept."""
    if ask.surface is not Surface.MODAL or not ask.values or reply.message is None:
        return reply
    return replace(reply, errors={next(iter(ask.values)): sentence or reply.message.text})


def note(broken: BaseException) -> str:
    """Logs an unexpected error by type and place, and returns the reference that the person is shown."""
    reference = secrets.token_hex(3)
    frame = broken.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}" if frame else "?"
    log.error("handler_failed", extra={"reference": reference, "type": type(broken).__name__, "where": where})
    return reference
