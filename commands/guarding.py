"""The guard at the door: every text field of every form is looked at before any handler sees what was sent.

A handler's own `accept` stays: it is what stands between a text and the store, also where a form was forged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.form import Form
from commands.rehearsal import other_errors
from mat.doubts import Doubt, doubt_about
from messages import doubt as wording

NEVER_KEPT = frozenset({"mat:receipt", "mat:confirm", "mat:zone_other", "mat:words"})
"""Fields that are compared with something and then forgotten: a receipt, a clinic's name, a zone's, words to black out."""
UNCOUNTED = ("concern", "inbox")
"""Nothing may move with a single concern."""


def at_the_door(handler: Handler, name: str, view: Mapping[str, Any]) -> Handler:
    """The handler of a form, behind the guard. `view`: the form as Slack sent it back."""

    async def guarded(desk: Desk, ask: Ask) -> Reply:
        stopped = questioned(desk, ask, name, view)
        if stopped is None:
            return await handler(desk, answered(ask, view))
        if not stopped.errors:
            return stopped
        # All that is wrong at once, so that nobody sends a form three times.
        others = await other_errors(handler, desk, _harmless(answered(ask, view), stopped.errors))
        return replace(stopped, errors={**others, **stopped.errors})

    return guarded


def questioned(desk: Desk, ask: Ask, name: str, view: Mapping[str, Any]) -> Reply | None:
    """The answer to a form whose words look like patient detail; None where its handler may have them.

    What looks certain is refused at its field. What may be about a patient is asked about, once for each finding.
    """
    form, typed = Form(ask.values), dict(_texts(ask, view))
    doubts = {block: doubt for block, text in typed.items() if (doubt := doubt_about(text))}
    open_ = {
        block: doubt
        for block, doubt in doubts.items()
        if doubt.certain or doubt.fingerprint not in form.options(f"{wording.YES}{block}")
    }
    if not open_:
        return None
    certain = {block: wording.sentence(doubt) for block, doubt in open_.items() if doubt.certain}
    if not name.startswith(UNCOUNTED):
        desk.stopped.count(desk.clock(), blocked=bool(certain))
    return Reply(errors=certain) if certain else Reply(view=wording.asked(view, open_, typed, ask.values))


def _texts(ask: Ask, view: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Block id and words of each text field; where a client sends null for an untouched one, what stood in it."""
    form, blocks = Form(ask.values), view.get("blocks")
    for block in blocks if isinstance(blocks, list) else []:
        element = block.get("element") if isinstance(block, Mapping) else None
        if isinstance(element, Mapping) and element.get("type") == "plain_text_input":
            stood = element.get("initial_value")
            name = str(block.get("block_id", ""))
            if element.get("action_id") not in NEVER_KEPT:
                yield name, form.text(name, stood if isinstance(stood, str) else "")


def answered(ask: Ask, view: Mapping[str, Any]) -> Ask:
    """The ask without the answers to our questions, which no handler knows.

    We put the words into a field that was asked about; where a client sends null for it, they are what it holds.
    """
    own = {block: value for block, value in ask.values.items() if not block.startswith((wording.ABOUT, wording.YES))}
    asked = {block.removeprefix(wording.YES) for block in ask.values if block.startswith(wording.YES)}
    words = {block: {"mat:words": {"value": text}} for block, text in _texts(ask, view) if block in asked}
    return replace(ask, values=own | words)


def _harmless(ask: Ask, refused: Iterable[str]) -> Ask:
    """The ask with some other word in the fields that are refused."""
    return replace(ask, values={**ask.values, **{block: {"mat:words": {"value": "x"}} for block in refused}})


def doubted(desk: Desk, words: str) -> Doubt | None:
    """What looks like patient detail in words typed behind a command, counted."""
    doubt = doubt_about(words)
    if doubt is not None:
        desk.stopped.count(desk.clock(), blocked=doubt.certain)
    return doubt


def in_form(reply: Reply, block: str, words: str, doubt: Doubt) -> Reply:
    """The form that takes the words of a command, with them in it and the question around them."""
    if reply.view is None:
        return reply
    return replace(reply, view=wording.asked(reply.view, {block: doubt}, {block: words}))
