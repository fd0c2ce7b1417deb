"""The team's Monday reminder: what is late and what is due in the next 14 days."""

from __future__ import annotations

from mat.agenda import ReminderReport
from mat.message import Block, Message
from mat.plan import Milestone
from messages import block_kit as kit

ROWS_SHOWN = 15
DONE_SHOWN = 10


def reminder(report: ReminderReport) -> Message:
    """One row a milestone with *Done / Move / Give*; shown anew, what is left and what was done since."""
    if report.nothing:
        text = "Nothing is late, and nothing is due in the next 14 days."
        return kit.message(f"{text} {_done(report)}".strip(), [kit.section(text), *_done_blocks(report)])
    rows = [(m, f"late, was due {kit.day(m.due)}") for m in report.late]
    rows += [(m, f"due {kit.day(m.due)}") for m in report.due]
    shown, hidden = rows[:ROWS_SHOWN], len(rows) - ROWS_SHOWN
    head = f"{_counted(report)} for {kit.escape(report.clinic.name)}"
    lines = [f"{kit.escape(m.short)}: {due}{_with(m, report)}" for m, due in shown]
    more = f"and {hidden} more: `/mat plan` shows them all" if hidden > 0 else ""
    blocks: list[Block] = [kit.header("This week's milestones"), kit.context(head)]
    for milestone, due in shown:
        row = f"*{kit.escape(milestone.short)}*  ·  {due}{_with(milestone, report)}"
        blocks += [kit.section(row), _buttons(report.clinic.id, milestone)]
    if more:
        blocks.append(kit.context(more))
    blocks += _done_blocks(report)
    return kit.message(" ".join(filter(None, [f"{head}.", "; ".join(lines) + ".", more, _done(report)])), blocks)


def _done(report: ReminderReport) -> str:
    """What was done since the reminder came, or nothing."""
    if not report.done:
        return ""
    names = [kit.escape(m.short) for m in report.done[:DONE_SHOWN]]
    hidden = len(report.done) - DONE_SHOWN
    return f"Done this week: {'; '.join(names)}{f'; and {hidden} more' if hidden > 0 else ''}."


def _done_blocks(report: ReminderReport) -> list[Block]:
    return [kit.context(f":white_check_mark: {_done(report)}")] if report.done else []


def _counted(report: ReminderReport) -> str:
    parts = [f"{len(report.late)} late"] if report.late else []
    parts += [f"{len(report.due)} due in the next 14 days"] if report.due else []
    return " and ".join(parts)


def _with(milestone: Milestone, report: ReminderReport) -> str:
    """Who has it: the person it was given to, else the role."""
    if milestone.owner:
        return f", with <@{milestone.owner}>"
    role = report.playbook.roles.get(milestone.role)
    return f" ({kit.escape(role.title)})" if role else ""


def _buttons(clinic: str, milestone: Milestone) -> Block:
    value = kit.pack(clinic=clinic, milestone=milestone.id)
    return kit.actions(
        *(
            kit.button(label, f"mat:milestone:{label.lower()}", value, spoken=f"{label}: {milestone.short}")
            for label in ("Done", "Move", "Give")
        )
    )
