"""The readers' yes to “You said, we did”: post it, edit it, or not this month. Who may is looked up at every press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from commands.asking import Ask, Handler, Reply, Surface
from commands.desk import Desk
from commands.form import Form
from commands.place import place
from mat.clinic import Clinic
from mat.concerns import ClinicKey, PublicLine
from mat.concerns.records import SENTENCE_LIMIT
from mat.concerns.said import SaidState, edition, fingerprint, month_of
from mat.errors import MatError, SaidChanged
from mat.free_text import accept
from mat.message import Message
from mat.permissions import Action
from mat.zones import wall_clock
from messages import concern_said as wording


@dataclass(frozen=True, slots=True)
class _Case:
    """What a reader decides about, as it stands now."""

    clinic: Clinic
    key: ClinicKey
    state: SaidState
    shown: wording.Preview


async def show(desk: Desk, ask: Ask) -> Reply:
    """The month's preview, from the inbox or after *Not this month*."""
    case = await _case(desk, ask)
    if case.state in _GONE:
        return _in_modal(wording.answer(wording.ALREADY))
    if not case.shown.lines:
        return _in_modal(_nothing(case))
    return _in_modal(_again(case))


async def post(desk: Desk, ask: Ask) -> Reply:
    case = await _case(desk, ask)
    if over := _over(case, ask):
        return _told(ask, over)
    if case.state is SaidState.PUT_OFF and not ask.value.get("anyway"):
        return _told(ask, _again(case))
    try:
        return _told(ask, await _approved(desk, case, {line: _checked(line.sentence) for line in case.shown.lines}))
    except SaidChanged:
        return _told(ask, wording.preview((await _case(desk, ask)).shown, wording.CHANGED))


async def open_edit(desk: Desk, ask: Ask) -> Reply:
    case = await _case(desk, ask)
    if over := _over(case, ask):
        return _told(ask, over)
    note = wording.WAS_PUT_OFF if case.state is SaidState.PUT_OFF else ""
    return Reply(view=wording.edit_form(case.shown, note))


async def edited(desk: Desk, ask: Ask) -> Reply:
    """Posts what stands in the form; a field that comes back empty keeps its sentence."""
    case, form = await _case(desk, ask), Form(ask.values)
    if case.state in _GONE:
        return _in_modal(wording.answer(wording.ALREADY))
    if ask.value.get("lines") != fingerprint(case.shown.lines) or ask.value.get("month") != case.shown.month:
        raise SaidChanged
    out, texts = set(form.options("out")), dict[PublicLine, str]()
    for number, line in enumerate(case.shown.lines):
        if str(number) in out:
            continue
        block = wording.FIELD.format(number=number)
        try:
            texts[line] = _checked(form.text(block, line.sentence))
        except MatError as problem:
            return Reply(errors={block: problem.sentence})
    if not texts:
        return _in_modal(wording.answer(wording.NO_LINES))
    return _in_modal(await _approved(desk, case, texts))


async def later(desk: Desk, ask: Ask) -> Reply:
    case = await _case(desk, ask)
    if ask.value.get("month") != case.shown.month:
        return _told(ask, wording.answer(wording.MONTH_OVER))
    put_off = await desk.concerns.put_off(case.key, case.shown.month)
    return _told(ask, wording.put_off(case.shown) if put_off else wording.answer(wording.ALREADY))


async def _case(desk: Desk, ask: Ask) -> _Case:
    """Raises the refusals of `place`."""
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.READ_CONCERNS)
    clinic, key = here.clinic, ClinicKey(here.clinic.workspace, here.clinic.id)
    month = month_of(wall_clock(desk.clock(), clinic.zone))
    waiting = await desk.concerns.unsaid(key)
    lines = edition(waiting)
    state = await desk.concerns.said_state(key, month)
    held = await desk.concerns.held_back(key)
    return _Case(clinic, key, state, wording.Preview(clinic, month, lines, more=len(lines) < len(waiting), held=held))


def _over(case: _Case, ask: Ask) -> Message | None:
    """Why a press can't be what it was meant as; None where it can."""
    if ask.value.get("month") != case.shown.month:
        return wording.answer(wording.MONTH_OVER)
    if case.state in _GONE:
        return wording.answer(wording.ALREADY)
    if not case.shown.lines:
        return _nothing(case)
    if ask.value.get("lines") != fingerprint(case.shown.lines):
        return wording.preview(case.shown, wording.CHANGED)
    return None


def _nothing(case: _Case) -> Message:
    return wording.answer(wording.ALL_WAIT if case.shown.held else wording.NOTHING)


def _again(case: _Case) -> Message:
    """The preview; after a *Not this month* it says so, and its *Post it* is taken."""
    put_off = case.state is SaidState.PUT_OFF
    return wording.preview(replace(case.shown, anyway=put_off), wording.WAS_PUT_OFF if put_off else "")


async def _approved(desk: Desk, case: _Case, texts: Mapping[PublicLine, str]) -> Message:
    """Two readers may press at once: the first is heard. Raises SaidChanged."""
    if not await desk.concerns.approve(case.key, case.shown.month, texts):
        return wording.answer(wording.ALREADY)
    desk.wake()
    return wording.on_its_way(case.clinic)


def _checked(sentence: str) -> str:
    """Looked at once more: the rules may have become stricter since it was written."""
    return accept(sentence, limit=SENTENCE_LIMIT, what="what became of it")


def _told(ask: Ask, message: Message) -> Reply:
    """In place of the preview that was pressed."""
    return Reply(public=message) if ask.surface is Surface.MESSAGE else _in_modal(message)


def _in_modal(message: Message) -> Reply:
    return Reply(view=wording.in_modal(message))


_GONE = frozenset({SaidState.APPROVED, SaidState.POSTED})

ACTIONS: dict[str, Handler] = {
    "concern:said": show,
    "concern:said-post": post,
    "concern:said-edit": open_edit,
    "concern:said-later": later,
}
VIEWS: dict[str, Handler] = {"concern:said-post": edited}
