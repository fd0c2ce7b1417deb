"""The five screens of `/mat setup`, what leads into them, and what is said when a clinic is created."""

from __future__ import annotations

from collections.abc import Sequence

from mat.clinic import Clinic
from mat.huddles import HuddleSeries
from mat.message import Block, Message, View
from mat.playbook import Playbook
from mat.setup import Step, Team
from messages import block_kit as kit
from messages import setup_fields as fields
from messages.setup_review import SetupReport, review_blocks
from messages.zone_words import zone_words

CHOICES_SHOWN = 20

INTRO = {
    Step.BASICS: "About ten minutes, and you can stop at any time: `/mat setup` goes on where you left off.",
    Step.CHANNEL: "Where does *{name}*'s improvement team talk? I have to be in that channel.",
    Step.PEOPLE: "Who does what at *{name}*? One person may hold several roles; roles may stay empty for now.",
    Step.HOURS: "When should things come? All times are in {zone}.",
    Step.REVIEW: "This is what I'll do once you press *Create*. Nothing has been posted so far.",
}


def screen(
    step: Step,
    clinic: Clinic,
    fields_shown: Sequence[Block],
    *,
    problem: str = "",
    resumed: bool = False,
) -> View:
    """One screen. `problem`: plain text of what stood in the way; `resumed`: opened again later, so offer another clinic."""
    intro = INTRO[step].format(name=kit.escape(clinic.name), zone=kit.escape(zone_words(clinic.zone)))
    blocks: list[Block] = [kit.section(intro)]
    if problem:
        blocks.append(kit.section(f":warning: {kit.escape(problem)}"))
    blocks += fields_shown
    blocks += _ways(step, clinic, resumed=resumed)
    submit = {Step.REVIEW: "Create"}.get(step, "Try again" if problem else "Next")
    title = f"Set up a clinic ({step.number}/{len(Step)})"
    callback = "mat:setup:create" if step is Step.REVIEW else f"mat:setup:{step}"
    return kit.modal(title, callback, blocks, submit=submit, close="Later", metadata=kit.pack(clinic=clinic.id))


def _ways(step: Step, clinic: Clinic, *, resumed: bool) -> list[Block]:
    buttons: list[Block] = []
    if step.before:
        value = kit.pack(clinic=clinic.id, step=step.before)
        buttons.append(kit.button("Back", "mat:setup:back", value, spoken=f"Back to step {step.before.number}"))
    if resumed:
        buttons.append(kit.button("Another clinic", "mat:setup:new"))
        buttons.append(_discard(clinic))
    return [kit.actions(*buttons, block_id="ways")] if buttons else []


def basics(clinic: Clinic, playbook: Playbook, own_zone: str, *, resumed: bool = False) -> View:
    shown = [*fields.basics(clinic, playbook), *fields.zone(clinic.zone, own_zone)]
    return screen(Step.BASICS, clinic, shown, resumed=resumed)


def channel(clinic: Clinic, *, chosen: str = "", problem: str = "", resumed: bool = False) -> View:
    shown = fields.channel(chosen or clinic.channel)
    return screen(Step.CHANNEL, clinic, shown, problem=problem, resumed=resumed)


def people(clinic: Clinic, team: Team, playbook: Playbook, *, resumed: bool = False) -> View:
    shown = [*fields.roles(team, playbook), kit.divider(), *fields.recipients(team)]
    return screen(Step.PEOPLE, clinic, shown, resumed=resumed)


def hours(clinic: Clinic, series: HuddleSeries | None, *, resumed: bool = False) -> View:
    shown = [*fields.hours(clinic), *fields.first_huddle(clinic, series)]
    return screen(Step.HOURS, clinic, shown, resumed=resumed)


def review(report: SetupReport, *, problem: str = "", resumed: bool = False) -> View:
    return screen(Step.REVIEW, report.clinic, review_blocks(report), problem=problem, resumed=resumed)


def checking(title: str) -> View:
    """Stands for the second or two in which Slack tells us about a channel."""
    text = (
        "Checking the channel…\n\nIf nothing happens within half a minute, close this and type the command again. "
        "Everything you filled in before is kept."
    )
    return kit.modal(title, "mat:told:closed", [kit.section(text)])


# -- before the first screen -----------------------------------------------------------------------------------------


def choose(clinics: Sequence[Clinic]) -> Message:
    """Which clinic to go on with, or another one; clinics that are ready are only named."""
    waiting = [c for c in clinics if not c.ready]
    ready = [c for c in clinics if c.ready]
    lines = [_ready(ready)] if ready else []
    if waiting:
        lines.append("Not finished yet: " + ", ".join(f"*{kit.escape(c.name)}*" for c in waiting) + ".")
    text = " ".join(lines)
    blocks: list[Block] = [kit.section(text)]
    for n, clinic in enumerate(waiting[:CHOICES_SHOWN]):
        go_on = kit.button(
            "Go on", f"mat:setup:continue#{n}", kit.pack(clinic=clinic.id), spoken=f"Go on with {clinic.name}"
        )
        blocks.append(kit.section(f"*{kit.escape(clinic.name)}*"))
        blocks.append(kit.actions(go_on, _discard(clinic)))
    blocks.append(kit.actions(kit.button("Another clinic", "mat:setup:new", style="primary")))
    return kit.message(text, blocks)


def _ready(clinics: Sequence[Clinic]) -> str:
    names = ", ".join(f"*{kit.escape(c.name)}*" for c in clinics[:CHOICES_SHOWN])
    more = f" and {len(clinics) - CHOICES_SHOWN} more" if len(clinics) > CHOICES_SHOWN else ""
    return f"Set up already: {names}{more}. `/mat team` changes people, channel, hours and time zone."


def _discard(clinic: Clinic) -> Block:
    sure = kit.confirm(
        "Throw this away?",
        f"What you filled in for {kit.cut(clinic.name, 60) or 'this clinic'} is deleted.",
        "Throw away",
        "Keep",
    )
    value = kit.pack(clinic=clinic.id)
    return kit.button("Throw away", "mat:setup:discard", value, confirm=sure, spoken=f"Throw away {clinic.name}")


def discarded(name: str) -> Message:
    text = f"What was filled in for *{kit.escape(name)}* is deleted. `/mat setup` starts anew."
    return kit.message(text, [kit.section(text)])
