"""What the made-up readers of concerns do: they say what became of them, and yes to telling everybody, or not this month."""

from __future__ import annotations

from datetime import date, datetime, time
from random import Random

from bot.simulation.records import ScheduleTime
from bot.simulation.teams import Team
from mat.concerns import ClinicKey, ConcernBox, Status
from mat.concerns.said import edition, month_of
from mat.delivery import PostKind
from mat.schedules import schedule_id
from mat.zones import wall_clock

ANSWER_A_DAY, YES_A_DAY, PUT_OFF_A_DAY, OTHER_WORDS = 1 / 4, 1 / 4, 1 / 20, 1 / 3
ANSWERED = (Status.HEARD, Status.DOING, Status.DONE, Status.CANNOT)


async def readers_day(team: Team, concerns: ConcernBox, now: datetime, chance: Random) -> ScheduleTime | None:
    """The post that was said yes to today, as its schedule and local time; None where none was."""
    key = ClinicKey(team.clinic.workspace, team.clinic.id)
    if chance.random() < ANSWER_A_DAY:
        await _answer(key, concerns, now, chance)
    today, decides, other_words = wall_clock(now, team.clinic.zone), chance.random(), chance.random() < OTHER_WORDS
    if decides < PUT_OFF_A_DAY:
        await concerns.put_off(key, month_of(today))
    elif decides < PUT_OFF_A_DAY + YES_A_DAY and await _said_yes(key, concerns, today, other_words=other_words):
        first = datetime.combine(date(today.year, today.month, 1), time())
        return schedule_id(team.clinic, PostKind.SAID), first
    return None


async def _answer(key: ClinicKey, concerns: ConcernBox, now: datetime, chance: Random) -> None:
    """All that wait at once: their ids are random, so that one of them would not be the same one each time."""
    status = chance.choice(ANSWERED)
    for one in (await concerns.listed(key, status=Status.WAITING)).concerns:
        sentence = f"Made up on {now:%Y-%m-%d}."
        await concerns.set_status(key, one.id, status=status, sentence=sentence, topic=one.topic, now=now)


async def _said_yes(key: ClinicKey, concerns: ConcernBox, today: datetime, *, other_words: bool) -> bool:
    lines = edition(await concerns.unsaid(key))
    wording = {line: f"{line.sentence} In other words." if other_words else line.sentence for line in lines}
    return bool(lines) and await concerns.approve(key, month_of(today), wording)
