"""Migrated stores with one clinic whose 89 milestones have all been decided on, and as many years of history as asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import database
from mat.clinic import Duty, Pace
from mat.huddles import HuddleSeries, Meeting, MeetingState, Template
from mat.plan import MilestoneRow, State, set_state
from mat.playbook import load_playbook
from store.concerns import concern_url
from store.engine import open_engines
from store.work import SqlWork
from tests.bot_under_test import HERE
from tests.fakes.slack_world import LEAD, MEMBER

# A programme half way: of eight milestones three are done, two on the move, two still to come, and one is stuck.
STATES = (State.DONE, State.MOVING, State.LATER, State.DONE, State.STUCK, State.MOVING, State.LATER, State.DONE)
CLINIC = replace(HERE, pace=Pace.FULL)


def main_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'data' / 'matbot.db'}"


async def fill(folder: Path, *, months: int, now: datetime | None = None) -> None:
    """Makes both stores in `folder`/data; a huddle every working day and a change of a milestone every day of `months`."""
    now = now or datetime.now(UTC)
    data = folder / "data"
    data.mkdir(parents=True, mode=0o700)
    main = main_url(folder)
    database.upgrade(main)
    database.upgrade(concern_url(main, data), database.CONCERNS)
    engines = open_engines(main)
    async with SqlWork(engines).writing() as books:
        await books.clinics.save(CLINIC)
        at = books.at(CLINIC)
        await at.roster.set_role("champion", [LEAD.id])
        await at.roster.set_role("project-manager", [MEMBER.id])
        await at.roster.set_duty(Duty.LEAD, [LEAD.id])
        start = now - timedelta(days=30 * months)
        local = start.replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0)
        series = HuddleSeries("s1", Template.DAILY, "Daily huddle", "FREQ=DAILY", local, CLINIC.zone, 10, 10)
        await at.huddles.save_series(series)
        milestones = list(load_playbook().milestones)
        rows: dict[str, MilestoneRow] = {}
        for day in range(max(30 * months, len(milestones))):
            moment = now - timedelta(days=day % (30 * months), hours=1)
            id_ = milestones[day % len(milestones)]
            row = rows.get(id_, MilestoneRow(id_))
            change = set_state(row, STATES[day % len(STATES)], "IT", now=moment, by=MEMBER.id, new_id=f"{day:032x}")
            rows[id_] = change.after
            await at.milestones.record(change)
            if day < 30 * months:
                held = Meeting(
                    "s1", local + timedelta(days=day), start + timedelta(days=day), MeetingState.HELD, LEAD.id
                )
                await at.huddles.save_meeting(held)
        await books.commit()
    await engines.close()
