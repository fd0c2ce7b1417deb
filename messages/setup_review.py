"""What a new clinic will be, in words: before *Create*, for the person who pressed it, and for the whole team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mat.clinic import Clinic
from mat.delivery import PostKind
from mat.huddles import HuddleSeries
from mat.load import Crowded
from mat.message import Block, Message
from mat.plan import Milestone
from mat.playbook import Playbook
from mat.rhythm import in_words, rhythm_of
from mat.setup import Coming, Team, gaps
from mat.status import track_title
from messages import block_kit as kit
from messages.crowded import warnings
from messages.setup_fields import PACES
from messages.zone_words import zone_words

FIRST_SHOWN = 3
NAMES_SHOWN = 15
FEW_ROLES = 4


@dataclass(frozen=True, slots=True)
class SetupReport:
    """A clinic as it stands in set-up. `plan`: its milestones; `coming`: what it gets first.

    `agenda`: the blocks of the first agenda, empty without a huddle. `crowds`: what may come too late at the hours that were chosen.
    """

    clinic: Clinic
    playbook: Playbook
    team: Team
    series: tuple[HuddleSeries, ...]
    plan: tuple[Milestone, ...]
    coming: tuple[Coming, ...]
    agenda: tuple[Block, ...] = ()
    crowds: tuple[Crowded, ...] = ()


def people(users: Sequence[str]) -> str:
    """Mentions: `<@U1>, <@U2>`, or "nobody yet"."""
    more = f" and {len(users) - NAMES_SHOWN} more" if len(users) > NAMES_SHOWN else ""
    return ", ".join(f"<@{user}>" for user in users[:NAMES_SHOWN]) + more if users else "nobody yet"


def nobody_yet(team: Team, playbook: Playbook) -> str:
    """The roles that wait for somebody, in one sentence; empty where every role is held."""
    missing = [kit.escape(role.title) for role in gaps(team, playbook)]
    return f"Nobody yet: {'; '.join(missing)}." if missing else ""


def _open_roles(team: Team, playbook: Playbook) -> str:
    """The same for everybody in a channel: by name where they are few, else how many."""
    missing = gaps(team, playbook)
    if len(missing) <= FEW_ROLES:
        return nobody_yet(team, playbook)
    return f"{len(missing)} roles still wait for somebody; `/mat team` shows which."


def huddle_line(series: HuddleSeries) -> str:
    """`*Daily clinic huddle*  ·  Every working day at 8:00 AM Eastern time (New York), agenda 10 minutes before`."""
    rhythm = rhythm_of(series.rule)
    clock = f"{kit.clock_time(series.local_start)} {kit.escape(zone_words(series.zone))}"
    often = in_words(rhythm, clock) if rhythm else f"By a rule of its own, at {clock}"
    return f"*{kit.escape(series.title)}*  ·  {often}, agenda {before(series.minutes_before)} before"


def before(minutes: int) -> str:
    days, rest = divmod(minutes, 24 * 60)
    if days and not rest:
        return f"{days} day{'s' if days != 1 else ''}"
    hours, rest = divmod(minutes, 60)
    if hours and not rest:
        return f"{hours} hour{'s' if hours != 1 else ''}"
    return f"{minutes} minute{'s' if minutes != 1 else ''}"


def program_lines(report: SetupReport) -> list[str]:
    """One line a program; the two are never added up."""
    titles = {t.id: track_title(t, report.clinic.word) for t in report.playbook.tracks.values()}
    counts = {track: sum(m.track == track for m in report.plan) for track in report.clinic.tracks}
    return [f"{titles[track]}: {count} milestones" for track, count in counts.items() if track in titles]


def plan_line(report: SetupReport) -> str:
    clinic = report.clinic
    pace = PACES[clinic.pace][0].lower()
    start = f"{kit.day(clinic.start)}, {clinic.start.year}"
    return f"The plan begins {start}, at a {pace} pace. {'. '.join(program_lines(report))}."


def moment(one: Coming) -> str:
    return f"{kit.day(one.at)}, {kit.clock_time(one.at)} {one.at.tzname()}"


def coming_lines(report: SetupReport, *, private: bool) -> list[str]:
    """What comes first and when. `private` adds what only some people get."""
    channel = f"<#{report.clinic.channel}>"
    lines = {
        PostKind.WEEKLY_REMINDER: f"what is due and what is late, in {channel}",
        PostKind.DIGEST: f"the digest, to {people(report.team.digest)}",
        PostKind.CONCERN_BATCH: f"the first batch of concerns, to {people(report.team.readers)}",
        PostKind.SAID_PREVIEW: f"“You said, we did”, to look at before it goes out, to {people(report.team.readers)}",
    }
    shown = [c for c in report.coming if private or c.kind in (PostKind.HUDDLE_AGENDA, PostKind.WEEKLY_REMINDER)]
    return [f"{moment(c)}: {lines.get(c.kind, f'the agenda of “{kit.escape(c.title)}”, in {channel}')}" for c in shown]


def review_blocks(report: SetupReport) -> list[Block]:
    """The fifth screen: everything in words, the times with their zone, and the first agenda as it will look."""
    clinic, team = report.clinic, report.team
    huddles = [huddle_line(one) for one in report.series] or ["No huddle yet; `/mat huddle` adds one."]
    blocks: list[Block] = [
        kit.section(
            f"*{kit.escape(clinic.name)}*, in <#{clinic.channel}>, {kit.escape(zone_words(clinic.zone))}\n{plan_line(report)}"
        ),
        kit.section(
            f"*Leads*  {people(team.leads)}\n*Read concerns*  {people(team.readers)}\n*Get the digest*  {people(team.digest)}"
        ),
        kit.section("\n".join(huddles)),
        kit.section("*What comes first*\n" + "\n".join(f"• {line}" for line in coming_lines(report, private=True))),
    ]
    blocks += [kit.section(line) for line in warnings(report.crowds)]
    if missing := nobody_yet(team, report.playbook):
        blocks.insert(2, kit.section(missing))
    if report.agenda:
        blocks += [kit.divider(), kit.context("*The first agenda will look like this*"), *report.agenda]
    return blocks


# -- created ---------------------------------------------------------------------------------------------------------


def created(report: SetupReport, *, posted: bool = True, why: str = "") -> Message:
    """For the person who pressed *Create*. `why`: plain text of what kept the plan from the channel."""
    clinic = report.clinic
    head = f"*{kit.escape(clinic.name)}* is ready. "
    head += (
        f"The plan is on its way to <#{clinic.channel}>."
        if posted
        else f"But I could not post the plan in <#{clinic.channel}>: {kit.escape(why)}"
    )
    lines = coming_lines(report, private=True)
    text = f"{head} What comes next: " + "; ".join(lines)
    blocks = [
        kit.section(head),
        kit.section("*What comes next*\n" + "\n".join(f"• {line}" for line in lines)),
        *(kit.section(line) for line in warnings(report.crowds)),
        kit.section("`/mat plan` shows the plan, `/mat team` the people, `/mat huddle` the huddles."),
    ]
    return kit.message(text, blocks)


def why_not_posted(code: str) -> str:
    """`code`: Slack's error code or one of ours."""
    if code in {"not_in_channel", "channel_not_found"}:
        return "I'm not in that channel. Type `/invite @matbot` there; the agendas come at their time."
    if code == "is_archived":
        return "it is archived. `/mat team` chooses another channel."
    return f"Slack did not take it ({code}). `/mat plan` shows the plan, and the agendas come at their time."


def plan_summary(report: SetupReport) -> Message:
    """For the team's channel, once."""
    clinic, team = report.clinic, report.team
    first = sorted((m for m in report.plan if m.open), key=lambda m: m.due)[:FIRST_SHOWN]
    firsts = [f"{kit.escape(m.short)}, due {kit.day(m.due)}" for m in first]
    leads = f"Leads: {people(team.leads)}."
    readers = f"Concerns are read by {people(team.readers)}; your name is never stored with one."
    coming = coming_lines(report, private=False)
    huddles = [huddle_line(one) for one in report.series]
    blocks: list[Block] = [
        kit.header(f"{clinic.name}: our plan"),
        kit.section(plan_line(report)),
        kit.section("*First milestones*\n" + "\n".join(f"• {line}" for line in firsts)),
        kit.section("\n".join(filter(None, [leads, readers, _open_roles(team, report.playbook)]))),
        kit.section("\n".join([*huddles, *(f"• {line}" for line in coming)])),
        kit.actions(
            kit.button("Status", "mat:go:run#status", kit.pack(clinic=clinic.id, line="status")),
            kit.button("Help", "mat:go:run#help", kit.pack(clinic=clinic.id, line="help")),
        ),
        kit.context("`/mat concern` takes what gets in the way, without your name. `/mat privacy` says what I hold."),
    ]
    text = " ".join(
        [f"{kit.escape(clinic.name)}: our plan.", plan_line(report), f"First: {'; '.join(firsts)}.", leads, readers]
    )
    return kit.message(text, blocks)
