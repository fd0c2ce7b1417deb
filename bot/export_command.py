"""`export`: what a clinic has done, as files for a spreadsheet or a program. No concern, no person, no free text of a meeting."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.naming import clinic_meant
from bot.settings import Settings, read_settings
from bot.stores import open_work
from bot.wrong_use import FolderNotEmpty
from mat.clinic import Clinic
from mat.plan import plan_of
from mat.playbook import Playbook, load_playbook
from mat.ports import ClinicBooks, Clock
from mat.zones import known_zone

Row = Mapping[str, object]
Tables = dict[str, list[Row]]

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
A_WEEK = timedelta(weeks=1)
# What a spreadsheet takes for the start of a formula (OWASP, "CSV Injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

MENTION = re.compile(r"<@[UW][A-Z0-9]+(\|[^>]*)?>")


def export(folder: Path, *, form: str, clinic: str) -> int:
    """Writes one file a table and prints their paths. `form`: csv or json. Raises `FolderNotEmpty` and other `WrongUse`."""
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=folder)
    tables = asyncio.run(collected(read_settings(), clinic, lambda: datetime.now(UTC)))
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        file = folder / f"{name}.{form}"
        file.write_text(as_json(rows) if form == "json" else as_csv(rows), encoding="utf-8", newline="")
        sys.stdout.write(f"{file}\n")
    return 0


async def collected(settings: Settings, name: str, clock: Clock) -> Tables:
    """The rows of every table, of one clinic or of all where `name` is empty. Raises like `clinic_meant` and `open_work`."""
    playbook = load_playbook()
    tables: Tables = {"milestones": [], "changes": [], "huddles": [], "asks": []}
    async with open_work(settings) as work, work.reading() as books:
        clinics = await books.clinics.all()
        for clinic in (clinic_meant(clinics, name),) if name else clinics:
            at = books.at(clinic)
            tables["milestones"] += await _milestones(at, clinic, playbook, clock())
            tables["changes"] += await _changes(at, clinic)
            tables["huddles"] += await _huddles(at, clinic, clock())
            tables["asks"] += await _asks(at, clinic)
    return tables


async def _milestones(at: ClinicBooks, clinic: Clinic, playbook: Playbook, now: datetime) -> list[Row]:
    return [
        {
            "clinic": clinic.name,
            "milestone": m.id,
            "label": m.short,
            "track": m.track,
            "block": m.block,
            "role": m.role,
            "state": m.shows_as(now).value,
            "waits_for_or_why_not": _without_people(m.note),
            "start": m.start.isoformat(),
            "due": m.due.isoformat(),
            "changed_at": _local(m.row.changed_at, clinic),
        }
        for m in plan_of(clinic, playbook, await at.milestones.rows())
    ]


async def _changes(at: ClinicBooks, clinic: Clinic) -> list[Row]:
    return [
        {
            "clinic": clinic.name,
            "milestone": change.milestone,
            "at": _local(change.at, clinic),
            "from": change.before.state.value,
            "to": change.after.state.value,
            "due_before": change.before.due.isoformat() if change.before.due else "",
            "due_after": change.after.due.isoformat() if change.after.due else "",
            "undo": bool(change.undoes),
        }
        for change in await at.milestones.changes_since(LONG_AGO)
    ]


async def _huddles(at: ClinicBooks, clinic: Clinic, now: datetime) -> list[Row]:
    """One row a week from the start of the plan on, Monday to Sunday on the clinic's wall clock."""
    monday = clinic.start - timedelta(days=clinic.start.weekday())
    zone = known_zone(clinic.zone)
    rows: list[Row] = []
    while (begins := datetime(monday.year, monday.month, monday.day, tzinfo=zone)) <= now:
        ends = begins + A_WEEK
        count = await at.huddles.held_count(begins, min(ends, now))
        rows.append(
            {"clinic": clinic.name, "week_of": monday.isoformat(), "planned": count.planned, "held": count.held}
        )
        monday += A_WEEK
    return rows


async def _asks(at: ClinicBooks, clinic: Clinic) -> list[Row]:
    return [
        {
            "clinic": clinic.name,
            "text": _without_people(ask.text),
            "asked_at": _local(ask.asked_at, clinic),
            "state": ask.state.value,
            "answer": _without_people(ask.answer),
            "answered_at": _local(ask.answered_at, clinic),
        }
        for ask in await at.asks.all()
    ]


def _without_people(text: str) -> str:
    """What somebody wrote, without Slack's mentions of people."""
    return MENTION.sub("someone", text)


def _local(at: datetime | None, clinic: Clinic) -> str:
    """An instant on the clinic's wall clock with its offset, or nothing."""
    return at.astimezone(known_zone(clinic.zone)).isoformat(timespec="seconds") if at else ""


def as_json(rows: Sequence[Row]) -> str:
    return json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


def as_csv(rows: Sequence[Row]) -> str:
    """RFC 4180 with a header. A cell that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
