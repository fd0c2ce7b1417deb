"""The Monday reminder in the team's channel; silent when there is nothing to do."""

from __future__ import annotations

from mat.agenda import reminder_report
from mat.message import Message
from messages.reminder import reminder
from scheduler.composing import NotWanted, Occasion


async def weekly_reminder(occasion: Occasion) -> Message:
    report = await reminder_report(occasion.at, occasion.clinic, occasion.playbook, occasion.now)
    if report.nothing:
        raise NotWanted("nothing-due")
    return reminder(report)
