"""The agenda that comes before a huddle, and what becomes of it once the huddle is called off or recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from mat.agenda import AgendaReport
from mat.huddles import AgendaItem, MeetingState
from mat.message import Block, Message
from mat.plan import Milestone
from mat.playbook import Agenda
from mat.playbook import AgendaItem as Prompt
from messages import block_kit as kit
from messages import huddle_words as words
from messages.aloud import aloud

ADDED_SHOWN = 12
ADDED_LENGTH = 250
MILESTONES_SHOWN = 6
AGENDAS = 64
ELSEWHERE = {"ehr": "in the EHR", "spoken": "said aloud, not here"}


def agenda(report: AgendaReport) -> Message:
    """The agenda as it stands now: with its buttons, or one line where the huddle is called off, held or not held."""
    title = words.title(report.series, report.meeting, report.now)
    if report.meeting.state is MeetingState.PLANNED:
        return _standing(report, title)
    said = words.outcome(report.meeting)
    blocks: list[Block] = [kit.header(title), kit.section(said), *words.here_blocks(report.meeting.here)]
    if report.meeting.state is MeetingState.CALLED_OFF:
        value = words.meeting_value(report.clinic.id, report.meeting)
        blocks.append(kit.actions(kit.button("It's on again", "mat:huddle:calledon", value)))
    return kit.message(f"{kit.escape(title)}: {said} {words.who_is_here(report.meeting.here)}".strip(), blocks)


def _standing(report: AgendaReport, title: str) -> Message:
    header = kit.escape(report.agenda.header)
    prompts = _prompts(report.agenda, report.clinic.word)
    lists = {
        "From the team": _limited([_added(item) for item in report.added], ADDED_SHOWN),
        "Due in the next 30 days": _limited([_due(m) for m in report.due], MILESTONES_SHOWN),
        "Stuck": _limited([_stuck(m, report.now) for m in report.stuck], MILESTONES_SHOWN),
    }
    blocks = [
        kit.header(title),
        kit.context(_length_and_time(report)),
        kit.section(f"*{header}*"),
        kit.section("\n".join(prompts)),
        *(kit.section("\n• ".join([f"*{head}*", *lines])) for head, lines in lists.items() if lines),
        *words.here_blocks(report.meeting.here),
        _buttons(report, title),
    ]
    spoken = [
        f"Agenda for {kit.escape(title)}, {report.series.minutes} minutes. {header}",
        _spoken_prompts(report.agenda, report.clinic.word),
        *(f"{head}: {'; '.join(lines)}." for head, lines in lists.items() if lines),
        words.who_is_here(report.meeting.here),
    ]
    return kit.message(" ".join(filter(None, spoken)), blocks)


def _length_and_time(report: AgendaReport) -> str:
    local = report.meeting.at.astimezone(ZoneInfo(report.series.zone))
    return f"{report.series.minutes} minutes  ·  in your own time: {kit.moment(report.meeting.at, local)}"


@lru_cache(maxsize=AGENDAS)
def _prompts(agenda: Agenda, word: str) -> tuple[str, ...]:
    """Kept, because they are the playbook's own words and the same for every team."""
    return tuple(_prompt(n, prompt, word) for n, prompt in enumerate(agenda.items, 1))


@lru_cache(maxsize=AGENDAS)
def _spoken_prompts(agenda: Agenda, word: str) -> str:
    """Without the marks for the eye already: finding them takes half of the time of an agenda."""
    return aloud(" ".join(_prompts(agenda, word)))


def _prompt(n: int, prompt: Prompt, word: str) -> str:
    label, minutes = kit.escape(prompt.label), f"({prompt.minutes} min)"
    if prompt.where in ELSEWHERE:
        return f"{n}. *{label}* {minutes}, {ELSEWHERE[prompt.where]}."
    return f"{n}. *{label}* {minutes}: {kit.escape(prompt.prompt.replace('MOUD', word))}"


def _added(item: AgendaItem) -> str:
    return f"{kit.escape(kit.cut(' '.join(item.text.split()), ADDED_LENGTH))} (<@{item.by}>)"


def _due(milestone: Milestone) -> str:
    return f"{kit.escape(milestone.short)}, due {kit.day(milestone.due)}"


def _stuck(milestone: Milestone, now: datetime) -> str:
    days = milestone.quiet_days(now)
    waits = f", waiting for {kit.escape(milestone.note)}" if milestone.note else ", without change"
    return f"{kit.escape(milestone.short)}{waits}, {days} day{'' if days == 1 else 's'}"


def _limited(lines: Sequence[str], shown: int) -> list[str]:
    return [*lines[:shown], *([f"and {len(lines) - shown} more"] if len(lines) > shown else [])]


def _buttons(report: AgendaReport, title: str) -> Block:
    value = words.meeting_value(report.clinic.id, report.meeting)
    sure = kit.confirm(
        "Call this huddle off?",
        f"{kit.cut(title, 150)}: everyone in the channel will see that it is called off.",
        "Call it off",
        "Keep it",
    )
    return kit.actions(
        kit.button("I'm here", "mat:huddle:here", value, style="primary"),
        kit.button("Add an item", "mat:agenda:add", value),
        kit.button("Not today", "mat:huddle:calloff", value, confirm=sure),
    )
