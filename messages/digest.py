"""The weekly digest in words and blocks."""

from __future__ import annotations

from datetime import datetime, timedelta

from mat.asks import Ask
from mat.concerns import DigestSection
from mat.digest import A_WEEK, DigestReport, TrackProgress
from mat.message import Block, Message
from mat.plan import Milestone
from mat.playbook import Playbook
from mat.status import track_title
from mat.zones import wall_clock
from messages import block_kit as kit
from messages.status import counts, stuck_line

SHOWN = 5
ASKS_SHOWN = 5
A_DAY = timedelta(days=1)


def digest(report: DigestReport, playbook: Playbook, *, preview: bool = False) -> Message:
    """The whole digest; `preview` marks the private look ahead."""
    clinic = report.status.clinic
    name = kit.escape(clinic.name)
    blocks: list[Block] = [
        kit.header(f"{clinic.name}: weekly digest"),
        kit.context(_period(report, preview)),
    ]
    spoken = [f"Weekly digest for {name}. {_period(report, preview)}."]
    for progress in report.progress:
        line = _progress(progress, report)
        blocks.append(kit.section(line))
        spoken.append(f"{_title(progress, report)}: {counts(progress.track.tally)}, {_change(progress, report)}.")
    for title, lines in _lists(report, playbook):
        blocks.append(kit.section(f"*{title}*\n" + "\n".join(f"• {line}" for line in lines)))
        spoken.append(f"{title}: {'; '.join(lines)}.")
    blocks += [kit.section(_held(report)), kit.section(_concerns(report.concerns, playbook))]
    spoken += [_held(report), _concerns(report.concerns, playbook)]
    blocks += _asks(report)
    spoken.append(_spoken_asks(report))
    blocks.append(_ways_on(report))
    return kit.message(" ".join(spoken), blocks)


def _period(report: DigestReport, preview: bool) -> str:
    zone = report.status.clinic.zone
    text = f"{kit.day(wall_clock(report.since, zone))} to {kit.day(wall_clock(report.until, zone))}"
    return f"Preview of the next digest, {text}; the concern section is last week's" if preview else text


def _title(progress: TrackProgress, report: DigestReport) -> str:
    return track_title(progress.track.track, report.status.clinic.word)


def _progress(progress: TrackProgress, report: DigestReport) -> str:
    track = progress.track
    bar = kit.text_bar(track.tally.done, track.tally.total)
    head = f"*{_title(progress, report)}*  ·  stage {track.stage} of {track.stages}"
    return f"{head}\n{bar}  {counts(track.tally)}\n{_sentence(_change(progress, report))}"


def _change(progress: TrackProgress, report: DigestReport) -> str:
    """Only what is done is compared; a digest that covers missed ones says how far it looks back."""
    looks_back = report.until - report.since
    zone = report.status.clinic.zone
    then = "last week" if looks_back <= A_WEEK + A_DAY else f"on {kit.day(wall_clock(report.since, zone))}"
    if progress.change == 0:
        return f"as many done as {then}"
    return f"{abs(progress.change)} {'more' if progress.change > 0 else 'fewer'} done than {then}"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _lists(report: DigestReport, playbook: Playbook) -> list[tuple[str, list[str]]]:
    """Titled lists that are not empty: stuck, late, due soon."""
    stuck = [stuck_line(m, report.status) for m in report.status.stuck]
    late = [_with_role(m, playbook, f"was due {kit.day(m.due)}") for m in report.late]
    due = [_with_role(m, playbook, f"due {kit.day(m.due)}") for m in report.due]
    titled = (("Stuck", stuck), ("Late", late), ("Due in the next 14 days", due))
    return [(title, _shortened(lines)) for title, lines in titled if lines]


def _shortened(lines: list[str]) -> list[str]:
    hidden = len(lines) - SHOWN
    return lines[:SHOWN] + ([f"and {hidden} more"] if hidden > 0 else [])


def _with_role(milestone: Milestone, playbook: Playbook, when: str) -> str:
    role = playbook.roles.get(milestone.role)
    who = f" ({kit.escape(role.title)})" if role else ""
    return f"{kit.escape(milestone.short)}, {when}{who}"


def _held(report: DigestReport) -> str:
    held = report.held
    if held.planned == 0:
        return "*Huddles:* none were planned."
    return f"*Huddles:* {held.held} of {held.planned} planned were held."


def _concerns(section: DigestSection, playbook: Playbook) -> str:
    """Always one block. Below the group size it says the same for none and for a few."""
    if not section.bucket:
        return "*Concerns:* too few to show yet."
    titles = [playbook.topics[t].label if t in playbook.topics else t for t in section.topics]
    themes = f" Most about: {kit.escape(', '.join(titles))}." if titles else ""
    late = "At least one has" if section.late else "None has"
    return (
        f"*Concerns:* {section.bucket} were released.{themes} {late} waited longer than 5 working days for an answer."
    )


def _asks(report: DigestReport) -> list[Block]:
    if not report.asks:
        return [kit.section("*The team asks for:* nothing right now.")]
    blocks: list[Block] = [kit.section("*The team asks for*")]
    for number, ask in enumerate(report.asks[:ASKS_SHOWN]):
        blocks += ask_row(ask, report.status.clinic.id, number, report.until)
    hidden = len(report.asks) - ASKS_SHOWN
    if hidden > 0:
        blocks.append(kit.context(f"and {hidden} more: `/mat asks`"))
    return blocks


def ask_row(ask: Ask, clinic: str, number: int, now: datetime) -> list[Block]:
    """An open ask with its two answers; `number` keeps the block ids of one message apart."""
    value = kit.pack(clinic=clinic, ask=ask.id)
    take = kit.button("I'll do it", "mat:ask:take", value, spoken=f"I'll do it: {ask.text}")
    not_now = kit.button("Not now", "mat:ask:notnow", value, spoken=f"Not now: {ask.text}")
    return [
        kit.section(f"{kit.escape(ask.text)}  ·  {_age(ask, now)}"),
        kit.actions(take, not_now, block_id=f"ask-{number}"),
    ]


def _age(ask: Ask, now: datetime) -> str:
    days = (now - ask.asked_at).days
    return "asked today" if days == 0 else f"{days} day{'s' if days != 1 else ''} open"


def _spoken_asks(report: DigestReport) -> str:
    texts = "; ".join(kit.escape(a.text) for a in report.asks[:ASKS_SHOWN])
    return f"The team asks for: {texts}." if texts else "The team asks for nothing right now."


def _ways_on(report: DigestReport) -> Block:
    clinic = report.status.clinic.id
    return kit.actions(kit.button("Status", "mat:go:run#status", kit.pack(clinic=clinic, line="status")))
