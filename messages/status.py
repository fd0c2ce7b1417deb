"""`/mat status` in words and blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mat.clinic import Clinic
from mat.message import Block, Message
from mat.plan import Milestone, State, Tally
from mat.playbook import Block as BuildingBlock
from mat.status import StatusReport, TrackStatus, track_title
from messages import block_kit as kit

STUCK_SHOWN = 5
WORDS_SHOWN = 40


def status(report: StatusReport, *, may_change: bool, other_clinics: bool = False, shared_by: str = "") -> Message:
    """The whole answer. `may_change` adds buttons to milestones; `shared_by` (a user id) makes it the copy for a channel."""
    lines = [f"{_clinic_name(report)}: {_spoken(track, report)}." for track in report.tracks]
    held = _last_held(report)
    stuck = [stuck_line(milestone, report) for milestone in report.stuck[:STUCK_SHOWN]]
    spoken = " ".join([*lines, _spoken_next(report), _spoken_stuck(stuck), held])
    blocks: list[Block] = [kit.header(f"{report.clinic.name}: where we stand")]
    if not report.tracks:
        blocks.append(kit.section("No milestones here yet. `/mat plan` adds some."))
    blocks += [kit.section(_track(track, report)) for track in report.tracks]
    blocks += _next(report, may_change=may_change and not shared_by)
    blocks += _stuck(report, stuck, may_change=may_change and not shared_by)
    blocks.append(kit.context(held))
    if shared_by:
        blocks.append(kit.context(f"Shared by <@{shared_by}>. `/mat status` shows it fresh."))
    else:
        blocks.append(_ways_on(report, other_clinics=other_clinics))
    return kit.message(spoken, blocks)


def _clinic_name(report: StatusReport) -> str:
    return kit.escape(report.clinic.name)


def counts(tally: Tally) -> str:
    return f"{tally.done} of {tally.total} done, {tally.moving} moving, {tally.stuck} stuck, {tally.later} later"


def _spoken(track: TrackStatus, report: StatusReport) -> str:
    return f"{_title(track, report)}, stage {track.stage} of {track.stages}, {counts(track.tally)}"


def _title(track: TrackStatus, report: StatusReport) -> str:
    """What the counts are of: the track, or the building block that was asked for."""
    if isinstance(report.narrowed, BuildingBlock):
        return kit.escape(report.narrowed.title)
    return track_title(track.track, report.clinic.word)


def _track(track: TrackStatus, report: StatusReport) -> str:
    tally = track.tally
    head = f"*{_title(track, report)}*  ·  stage {track.stage} of {track.stages}\n"
    head += f"{kit.text_bar(tally.done, tally.total)}  {counts(tally)}"
    if isinstance(report.narrowed, BuildingBlock):
        return head
    rows = [f"• {kit.escape(b.block.title)}: {_block_counts(b.tally)}" for b in track.blocks]
    return "\n".join([head, *rows])


def _block_counts(tally: Tally) -> str:
    said = f"*{tally.done} of {tally.total} done*"
    if tally.moving:
        said += f", {tally.moving} moving"
    if tally.stuck:
        said += f", {tally.stuck} stuck"
    return f"{said}, {tally.later} later" if tally.later else said


def _next(report: StatusReport, *, may_change: bool) -> list[Block]:
    if not report.next:
        return []
    blocks: list[Block] = [kit.section("*Next*")]
    for milestone in report.next:
        text = f"{kit.escape(milestone.short)}  ·  {state_and_due(milestone, milestone.state, report.today)}"
        done_or_start = ("Done", "done") if milestone.state is State.MOVING else ("Start", "start")
        button = milestone_button(report.clinic, milestone, *done_or_start) if may_change else None
        blocks.append(kit.section(text, accessory=button))
    return blocks


def due(milestone: Milestone, today: date) -> str:
    """`due today`, `due Mon, June 14` or `late since Mon, June 7`; `today` is the clinic's."""
    if milestone.due == today:
        return "due today"
    return f"{'late since' if milestone.due < today else 'due'} {kit.day(milestone.due)}"


def state_and_due(milestone: Milestone, state: State, today: date) -> str:
    """`moving, due Mon, June 14`. What is late is not called “later” in the same breath."""
    when = due(milestone, today)
    return when if state is State.LATER and milestone.due < today else f"{state}, {when}"


def _stuck(report: StatusReport, lines: Sequence[str], *, may_change: bool) -> list[Block]:
    if not report.stuck:
        return []
    blocks: list[Block] = [kit.section("*Stuck*")]
    for milestone, line in zip(report.stuck, lines, strict=False):
        button = milestone_button(report.clinic, milestone, "Done", "done") if may_change else None
        blocks.append(kit.section(line, accessory=button))
    hidden = len(report.stuck) - len(lines)
    if hidden > 0:
        blocks.append(kit.context(f"and {hidden} more stuck"))
    return blocks


def stuck_line(milestone: Milestone, report: StatusReport) -> str:
    days = milestone.quiet_days(report.now)
    since = "since today" if days == 0 else f"for {days} day{'s' if days != 1 else ''}"
    waits = f"waiting for {kit.escape(milestone.note)}" if milestone.note else "no change, so I count it as stuck"
    return f"{kit.escape(milestone.short)}  ·  {since}, {waits}"


def milestone_button(clinic: Clinic, milestone: Milestone, label: str, verb: str) -> Block:
    value = kit.pack(clinic=clinic.id, milestone=milestone.id)
    return kit.button(label, f"mat:milestone:{verb}", value, spoken=f"{label}: {milestone.short}")


def _spoken_next(report: StatusReport) -> str:
    names = "; ".join(kit.escape(m.short) for m in report.next)
    return f"Next: {names}." if names else ""


def _spoken_stuck(lines: Sequence[str]) -> str:
    return f"Stuck: {'; '.join(lines).replace('  ·  ', ', ')}." if lines else "Nothing is stuck."


def _last_held(report: StatusReport) -> str:
    if report.last_held is None:
        return "No huddle held yet."
    held = report.last_held
    return f"Last huddle held: {kit.day(held)}, {kit.clock_time(held)} {held.tzname()}."


def _ways_on(report: StatusReport, *, other_clinics: bool) -> Block:
    narrowed = report.narrowed.id if report.narrowed else ""
    clinic = report.clinic.id
    buttons = [kit.button("Share", "mat:status:share", kit.pack(clinic=clinic, narrowed=narrowed))]
    if narrowed:
        buttons.append(kit.button("All building blocks", "mat:go:run#all", kit.pack(clinic=clinic, line="status")))
    else:
        buttons.append(kit.button("By building block", "mat:status:blocks", kit.pack(clinic=clinic)))
    if other_clinics:
        buttons.append(kit.button("Other clinic", "mat:status:other", kit.pack(clinic=clinic)))
    return kit.actions(*buttons)


def choose_block(
    clinic: Clinic, blocks: Sequence[BuildingBlock], *, command: str = "status", unknown: str = ""
) -> Message:
    """One button a building block. `command`: what is done with it; `unknown`: what was typed and means none."""
    text = "Which building block?"
    if unknown:
        text = f"I know no building block called “{kit.escape(kit.cut(unknown, WORDS_SHOWN))}”. Which one do you mean?"
    buttons = [
        kit.button(b.title, f"mat:go:run#{n}", kit.pack(clinic=clinic.id, line=f"{command} {b.id}"))
        for n, b in enumerate(blocks)
    ]
    spoken = f"{text} {'; '.join(kit.escape(b.title) for b in blocks)}."
    return kit.message(spoken, [kit.section(text), kit.actions(*buttons)])
