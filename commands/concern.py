"""`/mat concern`, the shortcut and the buttons: raise a concern, look one up by its receipt, answer.

What a person is ends here: `mat.concerns` gets a draft or a receipt. Nothing is posted and the main store is only read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

from commands.answering import note
from commands.asking import Ask, Handler, Reply
from commands.desk import Desk
from commands.form import Form
from commands.place import WhichClinic, place
from commands.problems import Problems
from mat.clinic import Clinic, Duty, Member
from mat.concerns import ClinicKey, Draft, OpenedForm, Receipt, Status
from mat.concerns.drafting import accept_words, draft, require_topic
from mat.concerns.limits import REMEMBER_FORM_FOR
from mat.concerns.records import TEXT_LIMIT
from mat.concerns.release import next_release
from mat.errors import (
    AnotherAnswers,
    ConcernNotKept,
    EnoughConcernsToday,
    MatError,
)
from mat.free_text import accept
from mat.permissions import Action, caller
from messages import concern_form as wording


async def open_form(desk: Desk, ask: Ask) -> Reply:
    """The form, opened or shown again in its own modal."""
    try:
        async with desk.work.reading() as books:
            here = await place(desk, books, ask, Action.RAISE_CONCERN)
            team = await here.books.roster.all()
    except WhichClinic as several:
        # Asked in the modal: the usual question would be remembered, and that would show who came here.
        return Reply(view=wording.which_clinic(several.clinics))
    release = await _next_release(desk, here.clinic)
    report = wording.FormReport(
        here.clinic, desk.playbook, _readers(desk, team), len(team), release, desk.retention_days
    )
    return Reply(view=wording.raise_form(report))


def _readers(desk: Desk, team: Sequence[Member]) -> tuple[str, ...]:
    """Who can read it as things stand: nobody who has left, whatever the roster says. Somebody Slack has not told of yet counts."""
    named = [member for member in team if Duty.READS_CONCERNS in member.duties]
    facts = {member.user: desk.directory.known(member.user) for member in named}
    return tuple(
        member.user
        for member in named
        if facts[member.user] is None
        or caller(member.user, facts[member.user], member, named_admin=False).may(Action.READ_CONCERNS)
    )


async def send(desk: Desk, ask: Ask) -> Reply:
    if not desk.answers_concerns():
        return _refused("text", AnotherAnswers())
    clinic = await _clinic(desk, ask)
    form, topics = Form(ask.values), desk.playbook.topics
    topic, text = form.option("topic"), form.text("text")
    try:
        made = draft(topic, text, form.option("release"), topics)
    except MatError:
        return _all_that_is_wrong(topic, text, topics)
    try:
        # Before the concern is stored: nothing may fail between the commit and its receipt.
        release = await _next_release(desk, clinic)
        receipt = await _kept(desk, ask, clinic, made)
    except EnoughConcernsToday as problem:
        return _refused("text", problem)
    except Exception as broken:  # noqa: BLE001 - whatever went wrong: no receipt, and the words stay in the form
        note(broken)
        return _refused("text", ConcernNotKept())
    return Reply(view=wording.receipt_view(receipt, made.release, release))


def _all_that_is_wrong(topic: str, text: str, topics: Collection[str]) -> Reply:
    problems = Problems()
    with problems.at("topic"):
        require_topic(topic, topics)
    with problems.at("text"):
        accept_words(text)
    return problems.reply()


async def _kept(desk: Desk, ask: Ask, clinic: Clinic, made: Draft) -> Receipt:
    """The receipt of this form's concern, stored now or when the same form came before."""
    now, memory = desk.clock(), desk.memory
    # With the words: somebody who changes them after an answer was lost must not get the receipt of what they said first.
    form = f"{ask.view_id} {made.release} {made.topic} {made.text}"
    async with memory.turn(ask.workspace, ask.user):
        receipt = memory.forms.receipt_of(ask.workspace, ask.user, form, now)
        if receipt is None:
            memory.limits.check_raise(ask.workspace, ask.user, now)
            opened = OpenedForm.named(ask.view_id, ask.view_hash)
            receipt = await desk.concerns.raise_concern(made, _key(clinic), now, opened)
            memory.limits.count_raise(ask.workspace, ask.user, now)
            _remember(desk, ask, form, receipt)
    return receipt


def _remember(desk: Desk, ask: Ask, view: str, receipt: Receipt) -> None:
    """For ten minutes and no longer, also when nobody comes after."""
    now, forms = desk.clock(), desk.memory.forms
    forms.remember(ask.workspace, ask.user, view, receipt, now)
    wait = REMEMBER_FORM_FOR.total_seconds()
    asyncio.get_running_loop().call_later(wait, forms.forget_old, now + REMEMBER_FORM_FOR)


async def open_look_up(desk: Desk, ask: Ask) -> Reply:
    return Reply(view=wording.look_up_form(await _clinic(desk, ask)))


async def look_up(desk: Desk, ask: Ask) -> Reply:
    if not desk.answers_concerns():
        return _refused("receipt", AnotherAnswers())
    clinic = await _clinic(desk, ask)
    try:
        found = await desk.concerns.look_up(Receipt.parse(Form(ask.values).text("receipt")))
        if found is None:
            desk.memory.limits.count_wrong_receipt(ask.workspace, ask.user, desk.clock())
    except MatError as problem:
        return _refused("receipt", problem)
    if found is None or found.status is Status.WAITING:
        return Reply(view=wording.look_up_form(clinic, nothing_yet=True))
    return Reply(view=wording.outcome_view(clinic, found))


async def answer(desk: Desk, ask: Ask) -> Reply:
    if not desk.answers_concerns():
        return _refused("answer", AnotherAnswers())
    clinic = await _clinic(desk, ask)
    form, now, memory = Form(ask.values), desk.clock(), desk.memory
    try:
        text = accept(form.text("answer"), limit=TEXT_LIMIT, what="what you answer")
    except MatError as problem:
        return _refused("answer", problem)
    # An answer's form is told from the one that raised: both may be the same modal, one after the other.
    view = f"{ask.view_id} answer {text}"
    try:
        receipt, release = Receipt.parse(form.text("receipt")), await _next_release(desk, clinic)
        async with memory.turn(ask.workspace, ask.user):
            if memory.forms.receipt_of(ask.workspace, ask.user, view, now) is None:
                await desk.concerns.answer(receipt, text)
                _remember(desk, ask, view, receipt)
    except MatError as problem:
        return _refused("receipt", problem)
    return Reply(view=wording.answered_view(release))


async def _clinic(desk: Desk, ask: Ask) -> Clinic:
    async with desk.work.reading() as books:
        return (await place(desk, books, ask, Action.RAISE_CONCERN)).clinic


async def _next_release(desk: Desk, clinic: Clinic) -> datetime:
    async with desk.work.reading() as books:
        closed = await books.at(clinic).closures.all()
    return next_release(desk.clock(), clinic.zone, clinic.concerns_at, closed)


def _key(clinic: Clinic) -> ClinicKey:
    return ClinicKey(clinic.workspace, clinic.id)


def _refused(block: str, problem: MatError) -> Reply:
    """The sentence at its field; what was typed stays in the form."""
    return Reply(errors={block: problem.sentence})


COMMANDS: dict[str, Handler] = {"concern": open_form}
ACTIONS: dict[str, Handler] = {"concern:raise": open_form, "concern:lookup": open_look_up}
VIEWS: dict[str, Handler] = {"concern:raise": send, "concern:lookup": look_up, "concern:answer": answer}
SHORTCUTS: dict[str, Handler] = {"concern:raise": open_form}
