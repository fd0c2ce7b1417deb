"""Thousands of made-up teams in a main store, written past the books because only what comes after is measured.

Every team has a digest, a reminder, a batch of concerns and two huddles, in five zones and with rules of every usual sort. Half of
them keep the federal holidays, every tenth has closed days ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from mat.clinic import Clinic, Duty, Pace, Word
from mat.delivery import PostKind, Schedule
from mat.holidays import FEDERAL_HOLIDAYS
from mat.huddles import HuddleSeries, Template
from mat.installations import Tokens
from mat.schedules import ANCHOR, schedules_of
from mat.zones import wall_clock
from store.engine import migration_engine
from store.tables import metadata
from store.token_seal import TokenSeal

ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles")
RULES = ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,WE", "FREQ=MONTHLY;BYDAY=1MO")
DUTIES = {Duty.LEAD: 1, Duty.GETS_DIGEST: 1, Duty.READS_CONCERNS: 1}
WEEKS_BACK = 50
AT_ONCE = 2_000
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Teams:
    """`count` teams in `workspaces` workspaces. `due_at`: the instant (aware UTC, a first Monday of its month) at which most is due.

    With `agenda_only` a team has one huddle, every day, and only its agenda is due then, so that any day will do.
    """

    count: int
    workspaces: int
    due_at: datetime
    agenda_only: bool = False


def fill_teams(url: str, teams: Teams) -> int:
    """Writes them into an empty store; how many schedules there are."""
    engine, written = migration_engine(url), 0
    with engine.begin() as connection:
        for first in range(0, teams.count, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, teams.count))
            rows: Rows = {}
            for number in numbers:
                for table, row in _rows(teams, number):
                    rows.setdefault(table, []).append(row)
            _write(connection, rows)
            written += len(rows["schedule"])
    engine.dispose()
    return written


def fill_workspaces(url: str, keys: Path, teams: Teams, home: str) -> None:
    """The bot is in every workspace, with a token of its own there; `home` is the settings' and needs no row."""
    seal, engine = TokenSeal(keys), migration_engine(url)
    named = sorted({workspace_of(teams, number) for number in range(teams.count)} - {home})
    rows = [
        {
            "workspace": workspace,
            "name": f"Workspace {workspace}",
            "bot": "B0BOT",
            "bot_user": "U0BOT",
            "admins": "",
            "sealed": seal.seal(workspace, Tokens(f"xoxb-{workspace}", signing=f"signing-{workspace}")),
            "added_at": teams.due_at - timedelta(days=1),
            "leaving_at": None,
        }
        for workspace in named
    ]
    with engine.begin() as connection:
        if rows:
            connection.execute(insert(metadata.tables["installation"]), rows)
    engine.dispose()


def workspace_of(teams: Teams, number: int) -> str:
    return f"T{number % teams.workspaces:08}"


def _write(connection: Connection, rows: Rows) -> None:
    for table in ("clinic", "roster", "closure", "huddle_series", "schedule"):
        if rows.get(table):
            connection.execute(insert(metadata.tables[table]), rows[table])


def _rows(teams: Teams, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    zone = ZONES[number % len(ZONES)]
    local = wall_clock(teams.due_at, zone)
    of = {"workspace": workspace_of(teams, number), "clinic": f"clinic-{number}"}
    hour = _hour(teams, zone)
    hours = {"digest_at": hour, "concerns_at": hour}
    named = {"name": f"Clinic {number}", "zone": zone, "start": local.date(), "tracks": "sixbb,moud"}
    chosen = {"word": Word.MOUD.value, "pace": Pace.STANDARD.value, "channel": f"C{number:08}", "ready": True}
    yield "clinic", of | hours | named | chosen
    for duty, people in DUTIES.items():
        for person in range(people):
            yield "roster", of | {"kind": "duty", "value": duty.value, "user": f"U{number:07}{person}"}
    yield from (("closure", of | row) for row in _closed(teams, number))
    for series in _series(teams, number):
        yield "huddle_series", of | asdict(series) | {"template": series.template.value}
    for schedule in _schedules(teams, zone, _rule(teams, number), number % WEEKS_BACK):
        # Made once for all teams alike: only the names in it are a team's own.
        own = (of["workspace"], of["clinic"], schedule.kind.value, schedule.subject)
        yield "schedule", asdict(schedule) | of | {"id": ":".join(filter(None, own)), "kind": schedule.kind.value}


def _closed(teams: Teams, number: int) -> Iterable[dict[str, Any]]:
    if teams.agenda_only:
        return
    if number % 2 == 0:
        yield from ({"id": name, "first": None, "last": None, "label": ""} for name in FEDERAL_HOLIDAYS)
    if number % 10 == 0:
        first = teams.due_at.date() + timedelta(days=30)
        yield {"id": f"closed-{number}", "first": first, "last": first + timedelta(days=4), "label": "Repairs"}


def _series(teams: Teams, number: int) -> tuple[HuddleSeries, ...]:
    return _of_rule(teams, ZONES[number % len(ZONES)], _rule(teams, number), number % WEEKS_BACK)


def _rule(teams: Teams, number: int) -> str:
    return "FREQ=DAILY" if teams.agenda_only else RULES[number % len(RULES)]


@cache
def _of_rule(teams: Teams, zone: str, rule: str, weeks: int) -> tuple[HuddleSeries, ...]:
    """A huddle ten minutes after the hour, whose agenda is due at it, and one 25 minutes before, which is asked about at it."""
    local = wall_clock(teams.due_at, zone) - timedelta(weeks=weeks)
    coming, over = local + timedelta(minutes=10), local - timedelta(minutes=25)
    first = HuddleSeries("coming", Template.DAILY, "Daily huddle", rule, coming, zone, 10, 10)
    return (
        (first,) if teams.agenda_only else (first, replace(first, id="over", title="Morning huddle", local_start=over))
    )


@cache
def _schedules(teams: Teams, zone: str, rule: str, weeks: int) -> tuple[Schedule, ...]:
    hour = _hour(teams, zone)
    clinic = Clinic("T", "c", "C", zone, teams.due_at.date(), (), digest_at=hour, concerns_at=hour, ready=True)
    made = schedules_of(clinic, _of_rule(teams, zone, rule, weeks), teams.due_at - timedelta(minutes=1))
    if teams.agenda_only:
        return made
    return tuple(_at_hour(one, hour, teams.due_at) if one.kind is PostKind.WEEKLY_REMINDER else one for one in made)


def _hour(teams: Teams, zone: str) -> time:
    """The hour of the digest and of concerns: of everything else too, or some hours away from it."""
    apart = timedelta(hours=5) if teams.agenda_only else timedelta()
    return wall_clock(teams.due_at + apart, zone).time()


def _at_hour(schedule: Schedule, hour: time, at: datetime) -> Schedule:
    """The reminder comes at nine o'clock; here it comes with the others."""
    local = datetime.combine(wall_clock(at, schedule.zone).date(), hour)
    return replace(schedule, local_start=datetime.combine(ANCHOR, hour), next_local=local, next_at=at)
