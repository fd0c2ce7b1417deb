"""The playbook from its folder, or one error that says everything that is wrong with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mat.errors import PlaybookError
from mat.playbook import building
from mat.playbook.catalogue import Playbook
from mat.playbook.checking import problems_of
from mat.playbook.reading import Reader
from mat.playbook.records import About

SHIPPED = Path(__file__).parent


def load_playbook(folder: Path | None = None) -> Playbook:
    """The playbook in `folder`, the shipped one if None. Raises one `PlaybookError` with every problem found."""
    return _shipped() if folder is None else _loaded(folder)


@cache
def _shipped() -> Playbook:
    """It does not change while a process runs."""
    return _loaded(SHIPPED)


def _loaded(folder: Path) -> Playbook:
    reader = Reader(folder)
    playbook = _read(reader)
    problems = [*reader.problems, *problems_of(playbook)]
    if problems:
        raise PlaybookError(problems="".join(f"\n• {problem}" for problem in problems))
    return playbook


def _read(reader: Reader) -> Playbook:
    blocks = reader.named("blocks.toml", "block", building.block)
    return Playbook(
        about=reader.one("about.toml", "about", building.about, missing=About()),
        sources=reader.named("sources.toml", "source", building.source),
        roles=reader.named("roles.toml", "role", building.role),
        tracks=reader.named("blocks.toml", "track", building.track),
        stages=reader.named("blocks.toml", "stage", building.stage),
        blocks=blocks,
        milestones=reader.named("milestones.toml", "milestone", lambda entry: building.milestone(entry, blocks)),
        agendas=reader.named("agendas.toml", "agenda", building.agenda),
        topics=reader.named("topics.toml", "topic", building.topic),
        help_routes=reader.named("help_routes.toml", "help_route", building.help_route),
        language=reader.all("language.toml", "rule", building.language_rule),
    )
