"""The readers' inbox. Who may read is looked up again at every opening, press and submission."""

from __future__ import annotations

from dataclasses import replace

from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.form import Form
from commands.place import place
from mat.concerns import ClinicKey, Status
from mat.concerns.records import SENTENCE_LIMIT, TEXT_LIMIT, Note
from mat.errors import ConcernNeedsStatus, MatError
from mat.free_text import accept
from mat.permissions import Action
from messages import concern_inbox as wording
from messages.concern_inbox import ALL, Shown


async def inbox(desk: Desk, ask: Ask) -> Reply:
    return await _inbox(desk, await _shown(desk, ask))


async def open_concern(desk: Desk, ask: Ask) -> Reply:
    return await _concern(desk, await _shown(desk, ask), ask)


async def open_reply(desk: Desk, ask: Ask) -> Reply:
    shown = await _shown(desk, ask)
    return Reply(view=wording.reply_form(shown, await desk.concerns.read(_key(shown), _id(ask))))


async def reply(desk: Desk, ask: Ask) -> Reply:
    shown = await _shown(desk, ask)
    try:
        text = accept(Form(ask.values).text("text"), limit=TEXT_LIMIT, what="what you reply")
        said = (await desk.concerns.read(_key(shown), _id(ask))).notes
        if not said or said[-1] != Note(from_reader=True, text=text):  # else the form was sent twice
            await desk.concerns.reply(_key(shown), _id(ask), text, desk.clock())
    except MatError as problem:
        return Reply(errors={"text": problem.sentence})
    return await _concern(desk, shown, ask)


async def open_status(desk: Desk, ask: Ask) -> Reply:
    shown = await _shown(desk, ask)
    return Reply(view=wording.status_form(shown, await desk.concerns.read(_key(shown), _id(ask))))


async def set_status(desk: Desk, ask: Ask) -> Reply:
    shown, form = await _shown(desk, ask), Form(ask.values)
    concern = await desk.concerns.read(_key(shown), _id(ask))
    status = form.option("status", concern.status.value)
    if status not in set(Status) - {Status.WAITING}:
        return Reply(errors={"status": ConcernNeedsStatus().sentence})
    topic = form.option("topic", concern.topic)
    try:
        sentence = "" if "yes" in form.options("back") else form.text("sentence", concern.sentence)
        sentence = accept(sentence, limit=SENTENCE_LIMIT) if sentence else ""
        await desk.concerns.set_status(
            _key(shown),
            concern.id,
            status=Status(status),
            sentence=sentence,
            topic=topic if topic in desk.playbook.topics else concern.topic,
            now=desk.clock(),
        )
    except MatError as problem:
        return Reply(errors={"sentence": problem.sentence})
    return await _concern(desk, shown, ask)


async def open_black_out(desk: Desk, ask: Ask) -> Reply:
    shown = await _shown(desk, ask)
    return Reply(view=wording.black_out_form(shown, await desk.concerns.read(_key(shown), _id(ask))))


async def black_out(desk: Desk, ask: Ask) -> Reply:
    shown = await _shown(desk, ask)
    try:
        await desk.concerns.redact(_key(shown), _id(ask), Form(ask.values).text("words"))
    except MatError as problem:
        return Reply(errors={"words": problem.sentence})
    return await _concern(desk, shown, ask)


async def purge(desk: Desk, ask: Ask) -> Reply:
    shown = await _shown(desk, ask)
    await desk.concerns.purge(_key(shown), _id(ask))
    return await _inbox(desk, shown, done=wording.DELETED)


async def _shown(desk: Desk, ask: Ask) -> Shown:
    """Where the reader is; whatever a button says is only taken if it exists. Raises the refusals of `place`."""
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.READ_CONCERNS)
    status, topic, page = (ask.value.get(name, "") for name in ("status", "topic", "page"))
    return Shown(
        here.clinic,
        desk.playbook,
        status=status if status in set(Status) else ALL,
        topic=topic if topic in desk.playbook.topics else ALL,
        page=int(page) if page.isdecimal() and page.isascii() and len(page) < len("1000000") else 0,
    )


async def _inbox(desk: Desk, shown: Shown, done: str = "") -> Reply:
    found = await desk.concerns.listed(
        _key(shown),
        status=None if shown.status == ALL else Status(shown.status),
        topic=None if shown.topic == ALL else shown.topic,
        page=shown.page,
    )
    return Reply(view=wording.inbox(replace(shown, page=found.page), found, done=done))


async def _concern(desk: Desk, shown: Shown, ask: Ask) -> Reply:
    return Reply(view=wording.concern_view(shown, await desk.concerns.read(_key(shown), _id(ask))))


def _key(shown: Shown) -> ClinicKey:
    return ClinicKey(shown.clinic.workspace, shown.clinic.id)


def _id(ask: Ask) -> str:
    return ask.value.get("concern", "")


COMMANDS: dict[str, Handler] = {"inbox": inbox}
ACTIONS: dict[str, Handler] = {
    "concern:inbox": inbox,
    "concern:open": open_concern,
    "concern:reply": open_reply,
    "concern:status": open_status,
    "concern:blackout": open_black_out,
    "concern:purge": purge,
}
VIEWS: dict[str, Handler] = {
    "concern:reply": reply,
    "concern:status": set_status,
    "concern:blackout": black_out,
}
