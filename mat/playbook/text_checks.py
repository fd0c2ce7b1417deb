"""What must hold for the playbook's texts: their length, one sentence each, and person-first words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mat.playbook.catalogue import Playbook
from mat.playbook.language import Wording

LONGEST_SHORT = 40
LONGEST_DESCRIPTION = 200
LONGEST_OPTION = 75  # Slack's limit for an option of a form and for the line under it
_SENTENCE = re.compile(r"[A-Z0-9](?:(?![.!?]\s)[^\n])*\.")


def lengths(playbook: Playbook) -> Iterator[str]:
    texts = [(f"Milestone {m.id}", m.short, LONGEST_SHORT) for m in playbook.milestones.values()]
    texts += [(f"Milestone {m.id}", m.description, LONGEST_DESCRIPTION) for m in playbook.milestones.values()]
    texts += [(f"Block {b.id}", b.short, LONGEST_SHORT) for b in playbook.blocks.values()]
    texts += [(f"Topic {t.id}", text, LONGEST_OPTION) for t in playbook.topics.values() for text in (t.label, t.hint)]
    texts += [(f"Role {r.id}", text, LONGEST_OPTION) for r in playbook.roles.values() for text in (r.title, r.does)]
    for what, text, most in texts:
        if len(text) > most:
            yield f"{what} has a text of {len(text)} characters, “{text[:20]}…”; {most} is the most."


def sentences(playbook: Playbook) -> Iterator[str]:
    for milestone in playbook.milestones.values():
        if milestone.description and not _SENTENCE.fullmatch(milestone.description):
            yield f"Milestone {milestone.id} needs a description of one sentence, from a capital to its only period."


def wording(playbook: Playbook) -> Iterator[str]:
    """Words the language rules avoid. Titles of sources are other people's and stay as they are."""
    rules = Wording(playbook.language)
    for what, text in _own_texts(playbook):
        for avoided in rules.avoided_in(text):
            yield f"{what} says “{avoided.found}”; say {avoided.rule.use}."


def _own_texts(playbook: Playbook) -> Iterator[tuple[str, str]]:
    yield from (("The disclaimer", playbook.about.disclaimer), ("The rule about patients", playbook.about.no_patients))
    for milestone in playbook.milestones.values():
        yield f"Milestone {milestone.id}", f"{milestone.short}\n{milestone.description}"
    for role in playbook.roles.values():
        yield f"Role {role.id}", f"{role.title}\n{role.does}"
    for target in playbook.targets():
        yield f"The name of {target.id}", f"{target.title}\n{target.short}"
    for topic in playbook.topics.values():
        yield f"Topic {topic.id}", f"{topic.label}\n{topic.hint}"
    for route in playbook.help_routes.values():
        yield f"Help route {route.id}", f"{route.title}\n{route.how}"
    for agenda in playbook.agendas.values():
        items = "\n".join(f"{item.label}\n{item.prompt}" for item in agenda.items)
        yield f"Agenda {agenda.id}", f"{agenda.title}\n{agenda.cadence}\n{agenda.header}\n{items}"
