"""Larkspur, the clinic of the acceptance tests, put into the store as `/mat setup` would leave it."""

from __future__ import annotations

from datetime import date

from bot.build import Bot
from mat.clinic import Clinic, Duty
from mat.schedules import keep_schedules
from tests.acceptance.world import BEHAVIORAL, LEAD, NURSE, TEAM, WORLD

LARKSPUR = Clinic(
    workspace=WORLD.workspace.team_id,
    id="larkspur",
    name="Larkspur Clinic",
    zone="America/New_York",
    start=date(2026, 10, 5),
    tracks=("sixbb", "moud"),
    channel=TEAM.channel_id,
    ready=True,
)


async def set_up(bot: Bot, clinic: Clinic = LARKSPUR) -> None:
    """LEAD leads, gets the digest and reads concerns; NURSE manages the project and reads concerns; BEHAVIORAL is on the team."""
    async with bot.desk.work.writing() as books:
        await books.clinics.save(clinic)
        at = books.at(clinic)
        await at.roster.set_role("champion", [LEAD.user_id])
        await at.roster.set_role("project-manager", [NURSE.user_id])
        await at.roster.set_role("behavioral-health", [BEHAVIORAL.user_id])
        await at.roster.set_duty(Duty.LEAD, [LEAD.user_id])
        await at.roster.set_duty(Duty.GETS_DIGEST, [LEAD.user_id])
        await at.roster.set_duty(Duty.READS_CONCERNS, [LEAD.user_id, NURSE.user_id])
        await keep_schedules(at, clinic, bot.desk.clock())
        await books.commit()
