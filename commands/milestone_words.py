"""What the words behind `/mat start|stuck|done|drop` mean: which milestones, and what was said about them."""

from __future__ import annotations

from collections.abc import Sequence

from commands.asking import Reply
from commands.desk import Desk
from commands.place import Place
from commands.plan_reading import Rows, look
from mat.errors import NothingMatches
from mat.finding import matching
from mat.message import Message
from mat.plan import Milestone, State
from mat.plan_editing import blocks_of
from messages import milestone as wording
from messages import plan as plan_wording

STATES = {"start": State.MOVING, "stuck": State.STUCK, "done": State.DONE, "drop": State.NOT_FOR_US}
NOTE_STARTS = {"stuck": (": ", " waiting for ", " waits for "), "drop": (": ", " because ")}
WORDS_KEPT = 40


def split_note(verb: str, words: str) -> tuple[str, str]:
    """`"pdmp: tickets at IT"` → `("pdmp", "tickets at IT")`."""
    for mark in NOTE_STARTS.get(verb, ()):
        head, found, note = words.partition(mark)
        if found:
            return head.strip(), note.strip()
    return words, ""


def meant(verb: str, on_plan: Sequence[Milestone], words: str) -> tuple[Milestone, ...]:
    """Those not yet in the state asked for; all that match where every one is, so that the answer can say so.

    Without words: the open ones, moving first.
    """
    candidates = matching(on_plan, words) if words else on_plan
    fresh = tuple(m for m in candidates if m.state is not STATES[verb])
    if not words:
        return tuple(sorted((m for m in fresh if m.open), key=lambda m: (m.state is not State.MOVING, m.due)))
    return fresh or tuple(candidates)


def off_plan(desk: Desk, here: Place, rows: Rows, words: str) -> Reply:
    """What matches only beyond the plan, with a button that puts it there. Raises `NothingMatches`."""
    hidden = [m for block in blocks_of(here.clinic, desk.playbook, rows) for m in block.hidden]
    found = matching(hidden, words)
    if not found:
        raise NothingMatches(words=words[:WORDS_KEPT])
    return Reply(message=plan_wording.off_plan(look(desk, here), found))


def choices(here: Place, verb: str, found: Sequence[Milestone], words: str) -> Message:
    if not found:
        return wording.nothing_to_choose(verb)
    return wording.choose(here.clinic, verb, found, words=words)
