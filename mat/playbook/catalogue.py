"""The playbook as a whole, and how to look things up in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mat.playbook.finding import find_target
from mat.playbook.records import (
    About,
    Agenda,
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


@dataclass(frozen=True, slots=True, eq=False)
class Playbook:
    """Everything that ships. Each mapping goes from id to record, in the order people see. Equal only to itself."""

    about: About
    sources: Mapping[str, Source]
    roles: Mapping[str, Role]
    tracks: Mapping[str, Track]
    stages: Mapping[str, Stage]
    blocks: Mapping[str, Block]
    milestones: Mapping[str, PlaybookMilestone]
    agendas: Mapping[str, Agenda]
    topics: Mapping[str, Topic]
    help_routes: Mapping[str, HelpRoute]
    language: tuple[LanguageRule, ...]

    def blocks_of(self, track: str) -> tuple[Block, ...]:
        """The building blocks of a track, by its id; empty for an unknown one."""
        return tuple(block for block in self.blocks.values() if block.track == track)

    def find_block(self, words: str) -> Block | Track | None:
        """The block or track a person means: by id, title, alias, words of these or how they begin. None if unclear."""
        return find_target(self.targets(), words)

    def targets(self) -> tuple[Block | Track, ...]:
        """Everything `/mat status` can be narrowed to: the tracks, then the blocks."""
        return (*self.tracks.values(), *self.blocks.values())
