"""Alternatives put together by the letters they begin with: `re` tries one after the other, and so has fewer to try."""

from __future__ import annotations

import re
from itertools import groupby

MARK = re.compile(r"[()|]|\\.|\[\^?(?:\\.|[^\]\\])+\]")
LETTER = re.compile(r"[a-z](?![?*+{])")
GROUP = re.compile(r"\(\?(?::|P<[a-z]+>)")


def by_letter(pattern: str) -> str:
    """A pattern that matches what this one matches, with the same groups.

    Which alternative comes first counts only among those that begin alike; one that does not begin with a letter keeps its
    place among all others.
    """
    ordered: list[str] = []
    for plain, group in groupby(_parts(pattern), key=lambda part: LETTER.match(part) is not None):
        some = list(group)
        ordered += _together(some) if plain else map(_inside, some)
    return "|".join(ordered)


def _together(parts: list[str]) -> list[str]:
    rests: dict[str, list[str]] = {}
    for part in parts:
        rests.setdefault(part[0], []).append(part[1:])
    return [
        f"{letter}(?:{by_letter('|'.join(some))})" if len(some) > 1 else letter + some[0]
        for letter, some in rests.items()
    ]


def _inside(part: str) -> str:
    """The same for the group that an alternative begins with."""
    group = GROUP.match(part)
    if group is None:
        return part
    end = next(mark.start() for mark, depth in _marks(part) if depth == 0)
    return f"{group[0]}{by_letter(part[group.end() : end])}{part[end:]}"


def _parts(pattern: str) -> list[str]:
    bars = [mark.start() for mark, depth in _marks(pattern) if depth == 0 and mark[0] == "|"]
    return [pattern[after + 1 : bar] for after, bar in zip([-1, *bars], [*bars, len(pattern)], strict=True)]


def _marks(pattern: str) -> list[tuple[re.Match[str], int]]:
    """Brackets and bars, each with how many brackets are open behind it."""
    depth, marks = 0, []
    for mark in MARK.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        marks.append((mark, depth))
    return marks
