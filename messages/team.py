"""`/mat team`: who is who in a clinic, the forms that change it, and what staff are told of a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mat.clinic import Clinic
from mat.closures import Closure
from mat.delivery import PostKind
from mat.load import Crowded
from mat.message import Block, Message, View
from mat.playbook import Playbook
from mat.setup import READERS_AT_LEAST, Coming, Team
from messages import block_kit as kit
from messages import setup_fields as fields
from messages.closed_days import days
from messages.crowded import warnings
from messages.setup_review import moment, nobody_yet, people
from messages.zone_words import zone_words

ROLES_A_BLOCK = 7
CHANGES = (
    ("roles", "Change roles"),
    ("group", "Add a user group"),
    ("recipients", "Recipients"),
    ("channel", "Channel"),
    ("hours", "Hours"),
    ("zone", "Time zone"),
    ("closed", "Closed days"),
    ("figures", "Figures of concerns"),
)


@dataclass(frozen=True, slots=True)
class TeamReport:
    """A clinic and its people. `closed`: its next closed days."""

    clinic: Clinic
    playbook: Playbook
    team: Team
    closed: Closure | None = None


def roster(report: TeamReport, *, may_change: bool) -> Message:
    """Gaps first, then roles, duties, channel and hours; `may_change` adds the buttons."""
    missing = nobody_yet(report.team, report.playbook)
    held, duties, settings = _role_lines(report), _duty_lines(report), _setting_lines(report)
    blocks: list[Block] = [kit.header(f"{report.clinic.name}: the team")]
    if missing:
        blocks.append(kit.section(missing))
    starts = range(0, len(held), ROLES_A_BLOCK)
    blocks += [kit.section("\n".join(held[first : first + ROLES_A_BLOCK])) for first in starts]
    blocks += [kit.section("\n".join(duties)), kit.section("\n".join(settings))]
    if may_change:
        value = kit.pack(clinic=report.clinic.id)
        blocks.append(kit.actions(*(kit.button(label, f"mat:team:{verb}", value) for verb, label in CHANGES)))
    spoken = [f"{kit.escape(report.clinic.name)}: the team.", missing, *held, *duties, *settings]
    return kit.message(" ".join(filter(None, spoken)), blocks)


def _role_lines(report: TeamReport) -> list[str]:
    roles, held = report.playbook.roles, report.team.roles
    return [f"*{kit.escape(roles[role].title)}*: {people(held[role])}." for role in roles if held.get(role)]


def _duty_lines(report: TeamReport) -> list[str]:
    team = report.team
    lines = [
        f"*Leads*: {people(team.leads)}.",
        f"*Read concerns*: {people(team.readers)}.",
        f"*Get the digest*: {people(team.digest)}.",
    ]
    if not team.leads:
        lines.append("Without a lead, a workspace admin can choose one here.")
    if len(team.readers) < READERS_AT_LEAST:
        lines.append("At least two people should read concerns: a lead can choose them with *Recipients*.")
    return lines


def _setting_lines(report: TeamReport) -> list[str]:
    clinic = report.clinic
    zone = kit.escape(zone_words(clinic.zone))
    closed = f"next {days(report.closed)} ({kit.escape(report.closed.label)})" if report.closed else "none ahead"
    return [
        f"*The team's channel*: <#{clinic.channel}>.",
        f"*Digest*: Mondays at {kit.clock_time(clinic.digest_at)} {zone}.",
        f"*Concerns*: working days at {kit.clock_time(clinic.concerns_at)} {zone}.",
        f"*Time zone*: {zone}.",
        f"*Closed days*: {closed}.",
    ]


# -- forms -----------------------------------------------------------------------------------------------------------


def _form(clinic: Clinic, verb: str, title: str, blocks: Sequence[Block], *, submit: str = "Save") -> View:
    metadata = kit.pack(clinic=clinic.id)
    return kit.modal(title, f"mat:team:{verb}", blocks, submit=submit, metadata=metadata)


def roles_form(clinic: Clinic, team: Team, playbook: Playbook) -> View:
    return _form(clinic, "roles", "Roles", fields.roles(team, playbook))


def recipients_form(clinic: Clinic, team: Team) -> View:
    told = kit.context("When other people read concerns than before, I say so in the team's channel.")
    return _form(clinic, "recipients", "Recipients", [*fields.recipients(team), told])


def channel_form(clinic: Clinic, *, chosen: str = "", problem: str = "") -> View:
    trouble = [kit.section(f":warning: {kit.escape(problem)}")] if problem else []
    blocks = [*trouble, *fields.channel(chosen or clinic.channel)]
    return _form(clinic, "channel", "The team's channel", blocks, submit="Try again" if problem else "Save")


def hours_form(clinic: Clinic) -> View:
    told = kit.context(f"Both are {kit.escape(zone_words(clinic.zone))}.")
    return _form(clinic, "hours", "Hours", [*fields.hours(clinic), told])


def zone_form(clinic: Clinic, own_zone: str) -> View:
    told = kit.context("Huddles and posts keep their hour: 8:00 AM stays 8:00 AM, by the new zone.")
    return _form(clinic, "zone", "Time zone", [*fields.zone(clinic.zone, own_zone), told])


# -- what was changed ------------------------------------------------------------------------------------------------


def saved_roles(report: TeamReport) -> Message:
    missing = nobody_yet(report.team, report.playbook)
    lines = [*_role_lines(report), _duty_lines(report)[0], missing]
    return _saved("\n" + "\n".join(filter(None, lines)))


def saved_recipients(team: Team, *, told: bool) -> Message:
    """`told`: staff hear of it, because other people read concerns than before."""
    lines = [f"Concerns are read by {people(team.readers)}.", f"The digest goes to {people(team.digest)}."]
    if told:
        lines.append("I'll say in the team's channel who reads concerns now.")
    return _saved(" ".join(lines))


def saved_channel(clinic: Clinic) -> Message:
    return _saved(f"From now on I post in <#{clinic.channel}>.")


def saved_times(coming: Sequence[Coming], crowds: Sequence[Crowded] = ()) -> Message:
    """New hours or a new zone. `coming`: what comes next, soonest first; `crowds`: what of it may come too late."""
    names = {
        PostKind.DIGEST: "digest",
        PostKind.CONCERN_BATCH: "concerns",
        PostKind.WEEKLY_REMINDER: "weekly reminder",
        PostKind.SAID_PREVIEW: "“You said, we did”, for the readers to look at",
        PostKind.HUDDLE_AGENDA: "agenda of “{}”",
    }
    lines = [f"• {moment(c)}: {names[c.kind].format(kit.escape(c.title))}" for c in coming]
    return _saved("\n".join(["What comes next:", *lines, *warnings(crowds)]))


def _saved(markup: str) -> Message:
    text = f"*Saved.* {markup}"
    return kit.message(text, [kit.section(text)])


# -- what staff are told ---------------------------------------------------------------------------------------------


def readers_now(clinic: Clinic, readers: Sequence[str]) -> str:
    """The notice in the team's channel when other people read concerns than before."""
    text = f"Who reads concerns at {kit.escape(clinic.name)} has changed. From now on: {people(readers)}."
    if len(readers) < READERS_AT_LEAST:
        text += " There should be at least two: a lead can choose them with `/mat team`."
    return text


def no_lead_now(clinic: Clinic) -> str:
    return f"{kit.escape(clinic.name)} has no lead now. A workspace admin can choose one with `/mat team`."
