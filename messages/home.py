"""App Home, from top to bottom: today, next, our plan, speak up."""

from __future__ import annotations

from collections.abc import Sequence

from mat.clinic import Clinic
from mat.concerns import PublicLine
from mat.message import Block, View
from mat.status import StatusReport, track_title
from mat.today import TodayReport
from messages import block_kit as kit
from messages.concern_said import home_lines
from messages.status import STUCK_SHOWN, counts, stuck_line
from messages.today import asks_button, asks_waiting, huddle_line, needs

SAID_SHOWN = 3


def home(
    today: TodayReport,
    status: StatusReport,
    said: Sequence[PublicLine],
    others: Sequence[Clinic],
    *,
    leads: bool,
    reads: bool = False,
) -> View:
    """`others`: the person's other clinics, one button each. `leads` adds the way to the team's settings.

    `reads` adds the way to the inbox of concerns, which is the same however many are in it.
    """
    blocks: list[Block] = [
        kit.header(today.clinic.name),
        *_today(today),
        *_next(today),
        *_plan(status),
        *_speak_up(said),
    ]
    if reads:
        inbox = kit.button("Inbox of concerns", "mat:concern:inbox", kit.pack(clinic=today.clinic.id))
        blocks.append(kit.actions(inbox))
    if leads:
        button = kit.button("Team and settings", "mat:go:run#team", kit.pack(clinic=today.clinic.id, line="team"))
        blocks += [kit.divider(), kit.actions(button)]
    if others:
        buttons = [
            kit.button(f"Switch to {c.name}", f"mat:go:clinic#{n}", kit.pack(clinic=c.id, line="status"))
            for n, c in enumerate(others[: kit.ACTION_ELEMENTS])
        ]
        blocks.append(kit.actions(*buttons))
    blocks.append(
        kit.context("I hold roles, dates and totals, never anything about a patient. `/mat privacy` says more.")
    )
    return kit.home(blocks)


def _today(today: TodayReport) -> list[Block]:
    lines = ["*Today*"]
    if today.open_asks:
        lines.append(asks_waiting(today.open_asks))
    if not today.needs:
        lines.append("Nothing in the plan needs you today.")
    asks = asks_button(today.clinic) if today.open_asks else None
    return [kit.section("\n".join(lines), accessory=asks), *needs(today)]


def _next(today: TodayReport) -> list[Block]:
    value = kit.pack(clinic=today.clinic.id, line="agenda")
    agenda = kit.button("Agenda", "mat:go:run#agenda", value) if today.next_huddle else None
    return [kit.divider(), kit.section(f"*Next huddle*\n{huddle_line(today.next_huddle, today.now)}", accessory=agenda)]


def _plan(status: StatusReport) -> list[Block]:
    full = kit.button("Status", "mat:go:run#status", kit.pack(clinic=status.clinic.id, line="status"))
    blocks: list[Block] = [kit.divider(), kit.section("*Our plan*", accessory=full)]
    for track in status.tracks:
        title = track_title(track.track, status.clinic.word)
        blocks.append(kit.section(f"*{title}*: {counts(track.tally)}"))
        rows = [
            f"{kit.text_bar(b.tally.done, b.tally.total)}  {kit.escape(b.block.title)}, {b.tally.done} of {b.tally.total}"
            for b in track.blocks
        ]
        blocks.append(kit.section("\n".join(rows)))
    if status.stuck:
        lines = "\n".join(f"• {stuck_line(m, status)}" for m in status.stuck[:STUCK_SHOWN])
        blocks.append(kit.section(f"*Stuck*\n{lines}"))
    return blocks


def _speak_up(said: Sequence[PublicLine]) -> list[Block]:
    raise_one = kit.button("Raise a concern", "mat:concern:raise", style="primary")
    text = "*Speak up*\nSay what gets in the way. Your name is not kept. Have a receipt? The same form looks it up."
    return [kit.divider(), kit.section(text, accessory=raise_one), home_lines(said[:SAID_SHOWN])]
