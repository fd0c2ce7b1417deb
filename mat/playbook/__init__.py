"""The playbook that ships: milestones, building blocks, roles, agendas and words, as data, and its loader."""

from mat.playbook.catalogue import Playbook
from mat.playbook.clinic_ids import is_clinic_id, new_clinic_id
from mat.playbook.language import AvoidedWords, Wording
from mat.playbook.loading import load_playbook
from mat.playbook.records import (
    RECURS_MONTHS,
    About,
    Agenda,
    AgendaItem,
    Block,
    HelpRoute,
    LanguageRule,
    PlaybookMilestone,
    Role,
    Source,
    Stage,
    Topic,
    Track,
)

__all__ = [
    "RECURS_MONTHS",
    "About",
    "Agenda",
    "AgendaItem",
    "AvoidedWords",
    "Block",
    "HelpRoute",
    "LanguageRule",
    "Playbook",
    "PlaybookMilestone",
    "Role",
    "Source",
    "Stage",
    "Topic",
    "Track",
    "Wording",
    "is_clinic_id",
    "load_playbook",
    "new_clinic_id",
]
