"""Reads the huddle form, each problem at its own field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from commands.asking import Ask
from commands.form import Form
from commands.problems import Problems, one_line
from mat import huddle_editing as editing
from mat.errors import NoTimeChosen
from mat.huddle_editing import HuddleDraft
from mat.huddles import Template
from mat.playbook import Playbook
from messages.huddle_form import named


class Fields:
    """One submission. `today` is the clinic's. What is wrong is in `problems`, block id → sentence."""

    def __init__(self, ask: Ask, playbook: Playbook, today: date) -> None:
        self.problems = Problems()
        self._form = Form(ask.values)
        self._shape = ask.value.get("shape", "")
        self._playbook = playbook
        self._today = today

    def draft(self, kept: HuddleDraft | None) -> HuddleDraft | None:
        """What the form says; None where something is wrong. An untouched field keeps what `kept` has, or what is usual."""
        template = self._template(kept)
        stored = kept or editing.usual(template, self._playbook, self._today)
        draft = self._rhythm(self._words_and_hours(replace(stored, template=template), stored), stored)
        if self.problems.found:
            return None
        with self.problems.at(self._at("before")):
            editing.check_before(draft)
        return None if self.problems.found else draft

    def _at(self, field: str) -> str:
        return named(field, self._shape)

    def _template(self, kept: HuddleDraft | None) -> Template:
        stored = kept.template.value if kept else self._shape
        with self.problems.at(self._at("template")):
            return editing.template_named(self._form.option(self._at("template"), stored=stored))
        return Template.DAILY

    def _words_and_hours(self, draft: HuddleDraft, stored: HuddleDraft) -> HuddleDraft:
        form = self._form
        with self.problems.at(self._at("title")):
            typed = form.text(self._at("title"), stored=stored.title)
            draft = replace(draft, title=one_line(typed, limit=editing.TITLE, what="what it is called"))
        with self.problems.at(self._at("time")):
            at = form.clock(self._at("time"), stored=stored.at)
            if at is None:
                raise NoTimeChosen
            draft = replace(draft, at=at.replace(second=0, microsecond=0, tzinfo=None))
        minutes = self._number("minutes", editing.LENGTHS, stored.minutes)
        return replace(
            draft, minutes=minutes, minutes_before=self._number("before", editing.BEFORE, stored.minutes_before)
        )

    def _number(self, field: str, offered: Sequence[int], stored: int) -> int:
        with self.problems.at(self._at(field)):
            return editing.one_of(self._form.option(self._at(field), stored=str(stored)), offered, stored)
        return stored

    def _rhythm(self, draft: HuddleDraft, stored: HuddleDraft) -> HuddleDraft:
        form = self._form
        first_day = form.day(self._at("first")) or stored.first_day
        with self.problems.at(self._at("first")):
            editing.check_first_day(first_day, self._today)
        often, days = editing.how_often(stored.rhythm)
        often = form.option(self._at("often"), stored=often)
        chosen = form.options(self._at("days"), stored=[str(day) for day in days])
        with self.problems.at(self._at("days")):
            rhythm = editing.rhythm_from(often, editing.weekdays(chosen), first_day)
            return replace(draft, rhythm=rhythm, first_day=first_day)
        return draft
