"""With which characters a match of a pattern can begin, so that it is tried only where one of these stands."""

from __future__ import annotations

import re

LONGEST = 4
"""So many characters of a beginning are told apart."""
SHORTEST = 2
"""Every pattern begins with so many known characters, or more."""
MANY = 9
"""A set of more characters is not told apart."""
QUANTIFIER = re.compile(r"(?:[?*+]|\{[0-9,]+\})[?+]?")
GROUP = re.compile(r"\((?:\?(?::|P<[a-z]+>))?")
ASIDE = re.compile(r"\(\?<?[=!]")
CLASS = re.compile(r"\[(\^?)((?:\\.|[^\]\\])+)\]")
PLAIN = re.compile(r"[a-z' -]+(?![?*+{])")
MARK = re.compile(r"[()|]|\\.|\[\^?(?:\\.|[^\]\\])+\]")
RANGE = re.compile(r"(\w)-(\w)")


class _Begun:
    """`going_on`: beginnings that what follows adds to. `ended`: those behind which anything may stand."""

    def __init__(self, going_on: set[str], ended: set[str]) -> None:
        self.going_on = going_on
        self.ended = ended

    def followed_by(self, item: _Begun) -> _Begun:
        longer = {one + more for one in self.going_on for more in item.going_on}
        ended = self.ended | {(one + more)[:LONGEST] for one in self.going_on for more in item.ended}
        full = {one for one in longer if len(one) >= LONGEST}
        return _Begun(longer - full, ended | {one[:LONGEST] for one in full})

    def repeated(self, quantifier: str) -> _Begun:
        once_at_most = quantifier.startswith("?")
        may_be_missing = once_at_most or quantifier.startswith(("*", "{0"))
        ended = self.ended if once_at_most else self.ended | self.going_on
        return _Begun(self.going_on | {""} if may_be_missing else self.going_on, ended)


def beginnings(pattern: str) -> frozenset[str]:
    """The first characters, in small letters, of whatever a pattern matches; behind a short one anything may stand.

    Knows what the rules' patterns are written in: letters, sets, groups, alternatives, quantifiers, and what looks around.
    """
    begun, _ = _alternatives(pattern, 0)
    every = {one.lower() for one in begun.going_on | begun.ended}
    return frozenset(one for one in every if not any(one[:length] in every for length in range(len(one))))


def _alternatives(pattern: str, place: int) -> tuple[_Begun, int]:
    """What begins at a place up to the end of its group, and where that is."""
    whole, current = _Begun(set(), set()), _Begun({""}, set())
    while place < len(pattern) and pattern[place] != ")":
        if pattern[place] == "|":
            whole = _Begun(whole.going_on | current.going_on, whole.ended | current.ended)
            current, place = _Begun({""}, set()), place + 1
            continue
        if not current.going_on:
            place = _passed(pattern, place)
            continue
        plain = PLAIN.match(pattern, place)
        if plain:
            current, place = current.followed_by(_Begun({plain[0]}, set())), plain.end()
            continue
        item, place = _item(pattern, place)
        quantifier = QUANTIFIER.match(pattern, place)
        if quantifier:
            item, place = item.repeated(quantifier[0]), quantifier.end()
        current = current.followed_by(item)
    return _Begun(whole.going_on | current.going_on, whole.ended | current.ended), place


def _passed(pattern: str, place: int) -> int:
    """The end of an alternative of which enough is known."""
    depth = 0
    for mark in MARK.finditer(pattern, place):
        if depth == 0 and mark[0] in "|)":
            return mark.start()
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
    return len(pattern)


def _item(pattern: str, place: int) -> tuple[_Begun, int]:
    character = pattern[place]
    if character == "(":
        aside = ASIDE.match(pattern, place)
        group = aside or GROUP.match(pattern, place)
        inside, end = _alternatives(pattern, group.end() if group else place + 1)
        return (_Begun({""}, set()) if aside else inside), end + 1
    if character == "[":
        found = CLASS.match(pattern, place)
        if found is None or found[1] or len(members := _members(found[2])) > MANY:
            return _Begun(set(), {""}), found.end() if found else place + 1
        return _Begun(members, set()), found.end()
    if character == "\\":
        return _escaped(pattern[place + 1]), place + 2
    return (_Begun(set(), {""}) if character == "." else _Begun({character}, set())), place + 1


def _escaped(character: str) -> _Begun:
    if character == "b":
        return _Begun({""}, set())
    return _Begun(set(), {""}) if character.isalnum() else _Begun({character}, set())


def _members(inside: str) -> set[str]:
    """The characters of a set, which is written as in `a-z`."""
    ranged = RANGE.findall(inside)
    members = {chr(code) for first, last in ranged for code in range(ord(first), ord(last) + 1)}
    return members | set(RANGE.sub("", inside).replace("\\", "", 1) + ("\\" if "\\\\" in inside else ""))
