"""`forget --user|--clinic`: deletes what is held, for good. Also works beside a running bot."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from bot.build import new_id
from bot.looks_like import is_person_id
from bot.naming import clinic_meant
from bot.settings import Settings, read_settings
from bot.stores import open_work
from bot.wrong_use import NotAnId, NotConfirmed
from commands.forgetting import forget_person
from mat.clinic import Clinic
from mat.concerns import ClinicKey
from mat.ports import Clock
from store.checkpoint import empty_journal
from store.concerns import open_concern_box
from store.work import SqlWork

BACKUPS = "Slack keeps the messages I posted, and backups made before still hold it: delete those too."

Confirm = Callable[[str], bool]


def forget(*, user: str, clinic: str, sure: bool) -> int:
    settings = read_settings()
    said = asyncio.run(forgotten(settings, user, clinic, lambda: datetime.now(UTC), _yes if sure else ask))
    sys.stdout.write(f"{said}\n{BACKUPS}\n")
    return 0


def ask(question: str) -> bool:
    """Asks whoever sits at the terminal; where nobody does, the answer is no."""
    sys.stdout.write(f"{question} Type “yes” to go on: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() == "yes"


def _yes(_question: str) -> bool:
    return True


async def forgotten(settings: Settings, user: str, clinic: str, clock: Clock, confirm: Confirm) -> str:
    """Deletes and says so. Raises `NotConfirmed` and other `WrongUse`; then nothing was deleted."""
    if user and not is_person_id(user):
        raise NotAnId(words=user)
    async with open_work(settings) as work:
        if user:
            said = await _person(work, user, clock, confirm)
        else:
            async with work.reading() as books:
                meant = clinic_meant(await books.clinics.all(), clinic)
            said = await _clinic(settings, work, meant, clock, confirm)
    # A bot that runs would keep it in the journal for a while.
    await asyncio.to_thread(empty_journal, settings.database_url)
    return said


async def _person(work: SqlWork, user: str, clock: Clock, confirm: Confirm) -> str:
    if not confirm(f"This takes {user} out of every team and their name off everything they did, for good."):
        raise NotConfirmed
    async with work.writing() as books:
        # A workspace without a clinic may still name them among those who look after it.
        held = {clinic.workspace for clinic in await books.clinics.all()}
        held |= {added.workspace for added in await books.installations.all()}
        for workspace in sorted(held):
            await forget_person(books, workspace, user, now=clock(), new_id=new_id)
        await books.commit()
    return f"Nothing here is about {user} any more. Concerns never had a name in them."


async def _clinic(settings: Settings, work: SqlWork, clinic: Clinic, clock: Clock, confirm: Confirm) -> str:
    """Concerns first: killed in between, the clinic is still there to be forgotten again."""
    if not confirm(f"This deletes everything about {clinic.name}, its concerns too, for good."):
        raise NotConfirmed
    async with open_concern_box(settings.database_url, settings.data_dir, settings.key_dir, clock()) as box:
        await box.forget_clinic(ClinicKey(clinic.workspace, clinic.id))
    async with work.writing() as books:
        await books.clinics.forget_clinic(clinic.workspace, clinic.id)
        await books.commit()
    return f"Nothing about {clinic.name} is left in my records."
