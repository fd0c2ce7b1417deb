"""What must hold between the playbook's records. Each broken rule is one sentence; an empty field was noted before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from mat.playbook.catalogue import Playbook
from mat.playbook.clinic_ids import CLINIC_PREFIX
from mat.playbook.finding import names_of
from mat.playbook.records import EVIDENCE, PLACES, RECURS_MONTHS, SEVERITIES, Agenda, PlaybookMilestone
from mat.playbook.text_checks import lengths, sentences, wording

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def problems_of(playbook: Playbook) -> tuple[str, ...]:
    """One sentence for everything that is wrong; empty for a sound playbook."""
    checks: tuple[Callable[[Playbook], Iterable[str]], ...] = (
        _ids,
        _citations,
        _stages,
        _blocks,
        _names,
        _milestones,
        _shorts,
        _agendas,
        _severities,
        lengths,
        sentences,
        wording,
    )
    return tuple(problem for check in checks for problem in check(playbook))


def _ids(playbook: Playbook) -> Iterator[str]:
    kinds: dict[str, Iterable[str]] = {
        "source": playbook.sources,
        "role": playbook.roles,
        "track": playbook.tracks,
        "stage": playbook.stages,
        "block": playbook.blocks,
        "milestone": playbook.milestones,
        "agenda": playbook.agendas,
        "topic": playbook.topics,
        "help route": playbook.help_routes,
    }
    for kind, ids in kinds.items():
        for name in filter(None, ids):
            if not _ID.fullmatch(name):
                yield f"The id of {kind} {name} must be lower-case words joined by hyphens."
            elif name.startswith(CLINIC_PREFIX):
                yield f"The id of {kind} {name} begins with {CLINIC_PREFIX}, which is kept for what clinics add."


def _unknown(what: str, kind: str, named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    for name in dict.fromkeys(named):
        if name and name not in known:
            yield f"{what} names the {kind} {name}, which the playbook does not have."


def _citations(playbook: Playbook) -> Iterator[str]:
    for role in playbook.roles.values():
        yield from _unknown(f"Role {role.id}", "source", (role.source,), playbook.sources)
    links = {source.id: source.url for source in playbook.sources.values()}
    links |= {route.id: route.url for route in playbook.help_routes.values()}
    for name, url in links.items():
        if url and not url.startswith(("https://", "http://")):
            yield f"The link of {name} must begin with https:// or http://."


def _stages(playbook: Playbook) -> Iterator[str]:
    begins = 0
    for stage in playbook.stages.values():
        if stage.start_week != begins or stage.end_week <= begins:
            yield f"Stage {stage.id} must begin in week {begins}, where the one before it ends, and end after that."
        begins = stage.end_week


def _blocks(playbook: Playbook) -> Iterator[str]:
    for block in playbook.blocks.values():
        yield from _unknown(f"Block {block.id}", "track", (block.track,), playbook.tracks)
    for track in playbook.tracks:
        if not playbook.blocks_of(track):
            yield f"Track {track} has no building block."


def _names(playbook: Playbook) -> Iterator[str]:
    for one, other in combinations(playbook.targets(), 2):
        for name in names_of(one) & names_of(other):
            yield f"Both {one.id} and {other.id} are called “{' '.join(name)}”."


def _milestones(playbook: Playbook) -> Iterator[str]:
    for milestone in playbook.milestones.values():
        what = f"Milestone {milestone.id}"
        yield from _unknown(what, "stage", (milestone.stage,), playbook.stages)
        yield from _unknown(what, "block", (milestone.block,), playbook.blocks)
        yield from _unknown(what, "role", (milestone.role,), playbook.roles)
        yield from _unknown(what, "source", (milestone.source,), playbook.sources)
        if milestone.evidence and milestone.evidence not in EVIDENCE:
            yield f"{what} has the evidence {milestone.evidence}; it must be one of {', '.join(EVIDENCE)}."
        if milestone.recurs and milestone.recurs not in RECURS_MONTHS:
            yield f"{what} recurs {milestone.recurs}; it must be one of {', '.join(RECURS_MONTHS)}."
        source = playbook.sources.get(milestone.source)
        if source and not source.url:
            yield f"{what} cites {source.id}, which has no link."
        yield from _weeks(playbook, milestone)


def _weeks(playbook: Playbook, milestone: PlaybookMilestone) -> Iterator[str]:
    if not 0 <= milestone.start_week < milestone.due_week:
        yield f"Milestone {milestone.id} must start in week 0 or later and be due after that."
    stage = playbook.stages.get(milestone.stage)
    if stage and not stage.start_week < milestone.due_week <= stage.end_week:
        weeks = f"weeks {stage.start_week} to {stage.end_week}"
        yield f"Milestone {milestone.id} is due in week {milestone.due_week}, outside {weeks} of its stage."


def _shorts(playbook: Playbook) -> Iterator[str]:
    seen: dict[str, str] = {}
    for milestone in playbook.milestones.values():
        label = milestone.short.casefold()
        if label and label in seen:
            yield f"Milestones {seen[label]} and {milestone.id} have the same short label, “{milestone.short}”."
        seen.setdefault(label, milestone.id)


def _agendas(playbook: Playbook) -> Iterator[str]:
    for agenda in playbook.agendas.values():
        what = f"Agenda {agenda.id}"
        roles = (agenda.leader, *agenda.attendees, *(item.owner for item in agenda.items))
        yield from _unknown(what, "role", roles, playbook.roles)
        yield from _unknown(what, "source", agenda.sources, playbook.sources)
        yield from _minutes(agenda)
        names = [item.id for item in agenda.items]
        for name in sorted({name for name in names if name and names.count(name) > 1}):
            yield f"{what} has the item {name} twice."
        for item in agenda.items:
            if item.where and item.where not in PLACES:
                yield f"{what} puts the item {item.id} in {item.where}; it must be one of {', '.join(PLACES)}."


def _minutes(agenda: Agenda) -> Iterator[str]:
    if agenda.minutes <= 0 or agenda.minutes_before < 0 or any(item.minutes <= 0 for item in agenda.items):
        yield f"Agenda {agenda.id} has minutes below one."
    planned = sum(item.minutes for item in agenda.items)
    if agenda.items and planned != agenda.minutes:
        yield f"Agenda {agenda.id} lasts {agenda.minutes} minutes, but its items add up to {planned}."


def _severities(playbook: Playbook) -> Iterator[str]:
    for rule in playbook.language:
        if rule.severity and rule.severity not in SEVERITIES:
            phrases = ", ".join(rule.avoid)
            yield f"The language rule on {phrases} is {rule.severity}; it must be one of {', '.join(SEVERITIES)}."
