"""Which block or track a person means by the words they typed after `/mat status`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mat.playbook.records import Block, Track

SHORTEST_BEGINNING = 3
FILLERS = frozenset({"the", "track", "block", "blocks", "building"})


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, lower case, without punctuation: "Leadership & consensus" gives leadership, consensus."""
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def names_of(target: Block | Track) -> frozenset[tuple[str, ...]]:
    """Everything a block or track is called, each as its words."""
    return frozenset(map(words_of, (target.id, target.title, target.short, *target.aliases)))


def find_target(targets: Iterable[Block | Track], words: str) -> Block | Track | None:
    """The one target meant by `words`: a name of it, else words of its names, else how such words begin.

    None where nothing fits, or more than one does.
    """
    names = {target: names_of(target) for target in targets}
    typed = words_of(words)
    without_fillers = tuple(word for word in typed if word not in FILLERS)
    for meant in (typed, without_fillers):
        if named := [target for target, known in names.items() if meant in known]:
            return named[0] if len(named) == 1 else None
    if not without_fillers:
        return None
    for fits in (_is_one_of, _begins_one_of):
        if found := [target for target, known in names.items() if fits(without_fillers, known)]:
            return found[0] if len(found) == 1 else None
    return None


def _is_one_of(typed: tuple[str, ...], names: frozenset[tuple[str, ...]]) -> bool:
    return set(typed) <= {word for name in names for word in name}


def _begins_one_of(typed: tuple[str, ...], names: frozenset[tuple[str, ...]]) -> bool:
    known = {word for name in names for word in name}
    return all(len(word) >= SHORTEST_BEGINNING and any(k.startswith(word) for k in known) for word in typed)
