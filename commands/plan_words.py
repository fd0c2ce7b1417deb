"""Milestones of a clinic's own, and other words for those of the playbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from commands.asking import Ask, Reply
from commands.desk import Desk
from commands.form import Form
from commands.place import Place, place
from commands.plan_reading import milestone_named
from commands.problems import Problems, one_line
from mat import plan_editing as editing
from mat.clinic import Clinic
from mat.errors import DateInThePast, MatError, NoSuchBlock
from mat.permissions import Action
from mat.plan import Milestone, MilestoneRow
from mat.plan_editing import NewMilestone
from mat.ports import Books
from mat.zones import wall_clock
from messages import plan as wording
from messages import plan_forms as forms

WEEKS_UNTIL_DUE = 4
FIELD_OF: Mapping[type[MatError], str] = {NoSuchBlock: "block", DateInThePast: "due"}
"""Where on the form an error stands; at the name where nothing is said."""


async def open_add(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_PLAN)
    blocks = [b for b in desk.playbook.blocks.values() if b.track in here.clinic.tracks]
    due = _today(desk, here.clinic) + timedelta(weeks=WEEKS_UNTIL_DUE)
    return Reply(view=forms.add_form(here.clinic, blocks, due, block=ask.value.get("block", ""), label=ask.words))


def _today(desk: Desk, clinic: Clinic) -> date:
    return wall_clock(desk.clock(), clinic.zone).date()


async def add(desk: Desk, ask: Ask) -> Reply:
    form, problems = Form(ask.values), Problems()
    short, description = _words(form, problems, (ask.value.get("typed", ""), ""))
    if problems.found:
        return problems.reply()
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_PLAN)
        rows = await here.books.milestones.rows()
        today = _today(desk, here.clinic)
        due = form.day("due") or today + timedelta(weeks=WEEKS_UNTIL_DUE)
        new = NewMilestone(short, description, form.option("block", stored=ask.value.get("block", "")), due)
        try:
            row = editing.add(new, here.clinic, desk.playbook, rows, today=today)
        except MatError as problem:
            return Reply(errors={FIELD_OF.get(type(problem), "label"): problem.sentence})
        await here.books.milestones.save(row)
        await books.commit()
        milestone = milestone_named(desk, here.clinic, {row.milestone: row}, row.milestone)
    return Reply(message=wording.added(here.clinic, milestone, desk.playbook.blocks[row.block]))


def _words(form: Form, problems: Problems, stored: tuple[str, str]) -> tuple[str, str]:
    """Name and sentence, each on one line and guarded; an untouched field keeps the words of `stored`."""
    short, description = stored
    with problems.at("label"):
        short = one_line(form.text("label", stored=short), limit=editing.LABEL, what="what to call it")
    with problems.at("sentence"):
        typed = form.text("sentence", stored=description)
        description = one_line(typed, limit=editing.DESCRIPTION, what="what done looks like")
    return short, description


async def open_reword(desk: Desk, ask: Ask) -> Reply:
    async with desk.work.reading() as books:
        here = await place(desk, books, ask, Action.CHANGE_PLAN)
        rows = await here.books.milestones.rows()
    milestone = milestone_named(desk, here.clinic, rows, ask.value.get("milestone"))
    return Reply(view=forms.reword_form(here.clinic, milestone))


async def reword(desk: Desk, ask: Ask) -> Reply:
    problems = Problems()
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_PLAN)
        rows = await here.books.milestones.rows()
        milestone = milestone_named(desk, here.clinic, rows, ask.value.get("milestone"))
        short, description = _words(Form(ask.values), problems, (milestone.short, milestone.description))
        if problems.found:
            return problems.reply()
        editing.check_label(milestone, short, editing.whole_plan(here.clinic, desk.playbook, rows))
        milestone = await _reworded(desk, books, here, editing.reword(milestone, short, description, desk.playbook))
    return Reply(message=wording.reworded(here.clinic, milestone))


async def original(desk: Desk, ask: Ask) -> Reply:
    """The playbook's own words again."""
    async with desk.work.writing() as books:
        here = await place(desk, books, ask, Action.CHANGE_PLAN)
        rows = await here.books.milestones.rows()
        milestone = milestone_named(desk, here.clinic, rows, ask.value.get("milestone"))
        if not editing.is_own(milestone):
            milestone = await _reworded(desk, books, here, editing.reword(milestone, "", "", desk.playbook))
    return Reply(message=wording.reworded(here.clinic, milestone))


async def _reworded(desk: Desk, books: Books, here: Place, row: MilestoneRow) -> Milestone:
    await here.books.milestones.save(row)
    await books.commit()
    return milestone_named(desk, here.clinic, await here.books.milestones.rows(), row.milestone)
