"""What was filled in on the screens of set-up, checked field by field.

Each reader gives the new record and, by block id, what is wrong. `shown` is what the form was filled with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from commands.form import Form
from mat.clinic import Clinic, Pace, PersonFacts, Word
from mat.errors import (
    ChannelNeeded,
    ClinicNameNeeded,
    DigestNeedsSomebody,
    LeadNeeded,
    MatError,
    NoDayChosen,
    ReasonNeeded,
    TrackNeeded,
    TwoReadersNeeded,
)
from mat.free_text import accept
from mat.huddles import HuddleSeries, Template
from mat.playbook import Playbook
from mat.setup import FIRST_HUDDLE_AT, READERS_AT_LEAST, Team, days_of, first_huddle, person_problem, start_problem
from mat.zone_names import zone_named
from messages.setup_fields import NAME, NOT_NOW, shown_kind

Errors = dict[str, str]
Listed = TypeVar("Listed", Word, Pace)
Person = Callable[[str], PersonFacts | None]


@dataclass(slots=True)
class Sheet:
    """A form being read. `errors`: block id → sentence, the first one of each block."""

    form: Form
    errors: Errors = field(default_factory=dict)

    def wrong(self, block: str, problem: MatError | None) -> None:
        if problem is not None:
            self.errors.setdefault(block, problem.sentence)


def basics(form: Form, shown: Clinic, playbook: Playbook, *, now: datetime, is_new: bool) -> tuple[Clinic, Errors]:
    """Name, word, programs, pace, first day and zone."""
    sheet = Sheet(form)
    clinic = replace(
        shown,
        name=_name(sheet, shown.name),
        word=_one_of(Word, form.option("word"), shown.word),
        tracks=tuple(t for t in playbook.tracks if t in form.options("tracks", shown.tracks)),
        pace=_one_of(Pace, form.option("pace"), shown.pace),
        zone=zone(sheet, shown.zone),
        start=form.day("start", shown.start) or shown.start,
    )
    if not clinic.tracks:
        sheet.wrong("tracks", TrackNeeded())
    if "zone" not in sheet.errors and "zone_other" not in sheet.errors:
        kept = None if is_new else shown.start
        sheet.wrong("start", start_problem(clinic.start, kept, now, clinic.zone))
    return clinic, sheet.errors


def _name(sheet: Sheet, stored: str) -> str:
    words = " ".join(sheet.form.text("name", stored).split())
    try:
        return accept(words, limit=NAME)
    except ReasonNeeded:
        sheet.wrong("name", ClinicNameNeeded())
    except MatError as problem:
        sheet.wrong("name", problem)
    return stored


def _one_of(kind: type[Listed], value: str, stored: Listed) -> Listed:
    """The member that was chosen; what is stored for null and for what is not in the list."""
    try:
        return kind(value)
    except ValueError:
        return stored


def zone(sheet: Sheet, stored: str) -> str:
    """The zone typed, else the one chosen, else the stored one."""
    typed = sheet.form.text("zone_other")
    chosen = typed.strip() or sheet.form.option("zone", stored)
    try:
        return zone_named(chosen)
    except MatError as problem:
        sheet.wrong("zone_other" if typed.strip() else "zone", problem)
        return stored


def channel(form: Form, stored: str) -> tuple[str, Errors]:
    chosen = form.channel("channel", stored)
    return chosen, {} if chosen else {"channel": ChannelNeeded().sentence}


def roles(form: Form, shown: Team, playbook: Playbook, person: Person) -> tuple[Team, Errors]:
    """Leads, and who holds which role. Somebody who held it before stays without a second look."""
    sheet = Sheet(form)
    held: dict[str, tuple[str, ...]] = {}
    for role in playbook.roles:
        stored = shown.roles.get(role, ())
        chosen = form.people(f"role-{role}", stored)
        _check_people(sheet, f"role-{role}", (u for u in chosen if u not in stored), person, role=role)
        if chosen:
            held[role] = chosen
    leads = form.people("leads", shown.leads)
    _check_people(sheet, "leads", leads, person)
    if not leads:
        sheet.wrong("leads", LeadNeeded())
    return replace(shown, roles=held, leads=leads), sheet.errors


def recipients(form: Form, shown: Team, person: Person) -> tuple[Team, Errors]:
    """Who reads concerns and who gets the digest."""
    sheet = Sheet(form)
    readers, digest = form.people("readers", shown.readers), form.people("digest", shown.digest)
    _check_people(sheet, "readers", readers, person)
    _check_people(sheet, "digest", digest, person)
    if len(set(readers)) < READERS_AT_LEAST:
        sheet.wrong("readers", TwoReadersNeeded())
    if not digest:
        sheet.wrong("digest", DigestNeedsSomebody())
    return replace(shown, readers=readers, digest=digest), sheet.errors


def _check_people(sheet: Sheet, block: str, users: Iterable[str], person: Person, *, role: str = "") -> None:
    for user in users:
        sheet.wrong(block, person_problem(person(user), role=role))


def hours(form: Form, shown: Clinic) -> Clinic:
    return replace(
        shown,
        digest_at=form.clock("digest_at", shown.digest_at) or shown.digest_at,
        concerns_at=form.clock("concerns_at", shown.concerns_at) or shown.concerns_at,
    )


def huddle(
    form: Form, clinic: Clinic, shown: HuddleSeries | None, playbook: Playbook, *, new_id: str, now: datetime
) -> tuple[HuddleSeries | None, Errors]:
    """The first huddle; None for *Not now*. `new_id` is for one that does not exist yet."""
    sheet = Sheet(form)
    kind = form.option("template", shown_kind(shown))
    if kind == NOT_NOW:
        return None, {}
    template = Template(kind) if kind in set(Template) else Template(shown_kind(shown))
    stored_days = [str(day) for day in days_of(shown)]
    days = [int(day) for day in form.options("days", stored_days) if day in set("0123456")]
    at = form.clock("time", shown.local_start.time() if shown else FIRST_HUDDLE_AT) or FIRST_HUDDLE_AT
    if not days:
        sheet.wrong("days", NoDayChosen())
        return shown, sheet.errors
    try:
        series_id = shown.id if shown else new_id
        return first_huddle(clinic, playbook, template, days, at, series_id=series_id, now=now), {}
    except MatError as problem:
        sheet.wrong("days", problem)
        return shown, sheet.errors
